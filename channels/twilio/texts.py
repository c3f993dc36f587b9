"""A message as plain text: what an SMS can carry."""

import re
from collections.abc import Sequence

from bot.messages import Button, Outbound
from channels.choices import names
from channels.twilio.words import STOP_WORDS

LIMIT = 1600
"""UTF-16 units in one Body (https://www.twilio.com/docs/messaging/api/message-resource)."""
CAPTION = 1024
"""The same when a picture stands above it on WhatsApp."""
_WORD = re.compile(r"[^\W_]+")
_NUMBERED = re.compile(r"^1\. ", re.MULTILINE)
_NEVER_NAMED = STOP_WORDS - {"STOP"}
"""Who writes one of these to get out of a dialog would be opted out of everything."""


def in_words(message: Outbound) -> str:
    """The text, else what its picture would have shown: a text says all that counts, and every letter is paid for."""
    return message.text or (message.picture.alt if message.picture else "")


def with_choices(text: str, buttons: Sequence[Button]) -> str:
    """The text, and beneath it what a person may write in place of pressing a button: ``> BALANCE / REWARDS``.

    The label when it or what it says is one word, for the label is in the reader's language and is understood as well,
    else what it says; of a numbered list the number is enough. What the text names already is left out. No "Reply"
    before them, for that too would have to be in the reader's language; no arrow, for one character outside GSM-7
    doubles the price.
    """
    numbered = bool(_NUMBERED.search(text))
    offered = (button for button in buttons if not names(text, button.label))
    said = (_word(button, numbered=numbered).upper() for button in offered)
    words = dict.fromkeys(word for word in said if word and not names(text, word))
    choices = [word for word in words if word not in _NEVER_NAMED]
    return f"{text}\n> {' / '.join(choices)}" if choices else text


def _word(button: Button, *, numbered: bool) -> str:
    if button.opens:
        # What opens something when pressed says another thing when it can only be written.
        return button.says if not numbered or _WORD.fullmatch(button.says) else ""
    if _WORD.fullmatch(button.label) or button.says.isalpha():
        return button.label
    return "" if numbered else button.says


def parts(text: str, longest: int = LIMIT) -> list[str]:
    """The text in pieces that Twilio takes, parted at a line break, else at a blank, else where it must be.

    Only in the later half of a piece is a line break worth ending it early.
    """
    pieces, rest = [], text.strip()
    while _units(rest) > longest:
        head = rest.encode("utf-16-le")[: longest * 2].decode("utf-16-le", "ignore")
        cut = next((at for mark in ("\n", " ") if (at := head.rfind(mark)) > len(head) // 2), len(head))
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*pieces, rest]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
