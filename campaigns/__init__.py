"""Decides what to say to whom and when, and sees that it leaves."""
