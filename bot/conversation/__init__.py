"""What a customer means and what to answer, pure: text in, replies and commands out."""
