"""Words that Twilio's network hears before we do, each the whole message (help.twilio.com, article 223134027)."""

STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
"""On one of these the network blocks the number and answers by itself.

So CANCEL has to count as a stop too, though it is our word for leaving a dialog: an answer would be refused with 21610.
"""
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
"""These lift the block, and are answered where there was one. In our talks START begins and YES answers a question."""
HELP_WORDS = frozenset({"HELP", "INFO"})
"""Answered at any time, but for who is blocked."""

WHATSAPP = "whatsapp:"
"""Before a number, it means the person's WhatsApp."""
