"""Choices as Telegram shows them: core.telegram.org/bots/api#inlinekeyboardmarkup and #replykeyboardmarkup."""

from collections.abc import Sequence
from math import inf
from typing import Any
from unicodedata import east_asian_width
from urllib.parse import urlsplit

import orjson
import structlog

from bot.messages import Button

log = structlog.get_logger()

MOST_ROWS = 8
"""More would fill a phone's screen."""
SHORT, LONGEST = 14, 40
"""Columns of a label that still leave room for a second button in the row, and that a phone shows at all."""
LARGEST_DATA = 64
"""Bytes of ``callback_data``; with more the whole message is refused."""
REMOVE = '{"remove_keyboard":true}'
NONE = '{"inline_keyboard":[]}'


def keyboard(buttons: Sequence[Button]) -> str:
    """The inline keyboard as JSON, empty without buttons: two short labels share a row."""
    keys = [(button, key) for button in buttons if (key := _key(button))]
    rows = _rows(keys, SHORT)
    if len(rows) > MOST_ROWS:
        rows = _rows(keys, inf)[:MOST_ROWS]
    return _json({"inline_keyboard": rows}) if rows else ""


def asks_for_phone(buttons: Sequence[Button]) -> bool:
    return any(button.shares_phone for button in buttons)


def phone_keyboard(buttons: Sequence[Button]) -> str:
    """The keyboard that takes the place of the person's own: only there can a button share their number.

    The other buttons say their labels, for that is all they can do there.
    """
    rows = [
        [{"text": _label(button.label)} | ({"request_contact": True} if button.shares_phone else {})]
        for button in buttons
    ]
    return _json({"keyboard": rows, "resize_keyboard": True, "one_time_keyboard": True})


def link_keyboard(label: str, url: str) -> str:
    """One button that opens an address."""
    return _json({"inline_keyboard": [[{"text": label, "url": url}]]})


def _rows(keys: Sequence[tuple[Button, dict[str, str]]], short: float) -> list[list[dict[str, str]]]:
    rows: list[list[dict[str, str]]] = []
    open_row = False
    for button, key in keys:
        narrow = _columns(button.label) <= short
        if narrow and open_row:
            rows[-1].append(key)
        else:
            rows.append([key])
        open_row = narrow and not open_row
    return rows


def _key(button: Button) -> dict[str, str] | None:
    label = _label(button.label)
    if label and button.opens and _can_be_opened(button.opens):
        return {"text": label, "url": button.opens}
    if label and 1 <= len(button.says.encode()) <= LARGEST_DATA:
        return {"text": label, "callback_data": button.says}
    log.warning("telegram_button_left_out", bytes=len(button.says.encode()))
    return None


def _can_be_opened(url: str) -> bool:
    """Telegram refuses hosts without a dot, such as ``localhost``, together with the whole message."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and "." in (parts.hostname or "")


def _label(label: str) -> str:
    """On one line, and no longer than can be read."""
    label = " ".join(label.split())
    if _columns(label) <= LONGEST:
        return label
    while _columns(label) >= LONGEST:
        label = label[:-1]
    return f"{label.rstrip()}…"


def _columns(text: str) -> int:
    """How wide a text is: Chinese characters and emoji take two columns."""
    return len(text) if text.isascii() else sum(1 + (east_asian_width(one) in "WF") for one in text)


def _json(markup: dict[str, Any]) -> str:
    return orjson.dumps(markup).decode()
