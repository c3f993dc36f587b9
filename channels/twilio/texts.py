"""A message as plain text: what an SMS can carry."""

import re
from collections.abc import Sequence

from bot.messages import Button

LIMIT = 1600
"""UTF-16 units in one Body (https://www.twilio.com/docs/messaging/api/message-resource)."""
_SAYABLE = re.compile(r"[^\W_]+( [^\W_]+)*")


def with_choices(text: str, buttons: Sequence[Button]) -> str:
    """The text, and beneath it what a person may write in place of pressing a button: ``> BALANCE / REWARDS``.

    Only words that a person can type, and that the text does not name yet. No "Reply" before them, for that would
    have to be in the reader's language; no arrow, for one character outside GSM-7 doubles the price of the message.
    """
    choices = dict.fromkeys(button.says.upper() for button in buttons if _worth_naming(button.says, text))
    return f"{text}\n> {' / '.join(choices)}" if choices else text


def _worth_naming(says: str, text: str) -> bool:
    named = re.search(rf"(?<!\w){re.escape(says)}(?!\w)", text, re.IGNORECASE)
    return bool(_SAYABLE.fullmatch(says)) and not named


def parts(text: str) -> list[str]:
    """The text in pieces that Twilio takes, parted at a line break, else at a blank, else where it must be."""
    pieces, rest = [], text.strip()
    while _units(rest) > LIMIT:
        head = rest.encode("utf-16-le")[: LIMIT * 2].decode("utf-16-le", "ignore")
        cut = next((at for mark in ("\n", " ") if (at := head.rfind(mark)) > 0), len(head))
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*pieces, rest]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
