"""An answer put into Telegram's shapes and limits: core.telegram.org/bots/api#sendmessage."""

from collections.abc import Sequence

import orjson

from bot.messages import Button

LIMIT = 4096
"""Longest text of one message. Counted in UTF-16 units as Telegram's entities are: never too long that way."""
SHORT_LABEL = 14
"""Characters of a label that still leave room for a second button in the row on a phone."""


def split(text: str, limit: int = LIMIT) -> list[str]:
    """The text in as few messages as it needs, cut at line ends where possible, else at spaces."""
    parts, rest = [], text
    while (fits := _fitting(rest, limit)) < len(rest):
        cut = max(rest.rfind("\n", 1, fits + 1), 0) or max(rest.rfind(" ", 1, fits + 1), 0)
        parts.append(rest[: cut or fits])
        rest = rest[cut + 1 if cut else fits :]
    # Telegram refuses a message of nothing but white space.
    return [part for part in (*parts, rest) if part.strip()] or [text[:1]]


def keyboard(buttons: Sequence[Button]) -> str:
    """The inline keyboard as JSON, empty without buttons: two short labels share a row."""
    rows: list[list[dict[str, str]]] = []
    open_row = False
    for button in buttons:
        short = len(button.label) <= SHORT_LABEL
        key = {"text": button.label, "callback_data": button.says}
        if short and open_row:
            rows[-1].append(key)
        else:
            rows.append([key])
        open_row = short and not open_row
    return orjson.dumps({"inline_keyboard": rows}).decode() if rows else ""


def _fitting(text: str, limit: int) -> int:
    """How many characters of the text fit into so many UTF-16 units."""
    if len(text) * 2 <= limit:
        return len(text)
    units = 0
    for index, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > limit:
            return index
    return len(text)
