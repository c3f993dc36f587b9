"""Words that Twilio's network hears before we do, each the whole message (help.twilio.com, article 223134027)."""

STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
"""On one of these the network blocks the number and answers by itself.

So CANCEL has to count as a stop too, though it is our word for leaving a dialog: an answer would be refused with 21610.
"""
START_WORDS = frozenset({"START", "UNSTOP"})
"""These lift the block. YES does too, but is an answer in our dialogs, also where Twilio has answered it as START."""

WHATSAPP = "whatsapp:"
"""Before a number, it means the person's WhatsApp."""
