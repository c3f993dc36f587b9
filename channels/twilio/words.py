"""Words that Twilio's network hears before we do, each the whole message (help.twilio.com, article 223134027)."""

import re

STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
"""On one of these the network blocks the number and answers by itself.

So CANCEL has to count as a stop too, though it is our word for leaving a dialog: an answer would be refused with 21610.
"""
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
"""These lift the block, and are answered where there was one. In our talks START begins and YES answers a question."""
HELP_WORDS = frozenset({"HELP", "INFO"})
"""Answered at any time, but for who is blocked."""

_TOLL_FREE = re.compile(r"\+18(?:00|33|44|55|66|77|88)\d{7}")

WHATSAPP = "whatsapp:"
"""Before a number, it means the person's WhatsApp."""


def lifts_block(word: str, ours: str) -> bool:
    """Whether the word lifts the block of our number; of a toll-free one not YES (help.twilio.com, 360058144374)."""
    return word in START_WORDS and not (word == "YES" and _TOLL_FREE.fullmatch(ours))
