"""The wires: one folder a channel, each able to receive, send and report receipts."""
