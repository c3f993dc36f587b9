"""The rules, pure: no await, no SQL, no clock, no randomness. One mechanic a file."""
