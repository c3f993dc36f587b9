"""What members did comes in: decided, written, and taken back by refunds."""
