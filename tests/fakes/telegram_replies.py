"""What the Bot API server keeps of a message, and how it refuses one."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message as it reached the customer."""

    id: int
    chat_id: int
    text: str
    rows: tuple[tuple[tuple[str, str], ...], ...] = ()
    """Rows of buttons, each label and callback data."""

    @property
    def buttons(self) -> dict[str, str]:
        """Callback data by label."""
        return {label: data for row in self.rows for label, data in row}


class Refusal(Exception):
    """An answer with ``"ok": false``; ``body`` is its JSON."""

    def __init__(self, body: dict[str, Any]) -> None:
        super().__init__(body["description"])
        self.body = body


def refused(code: int, description: str, **parameters: int) -> Refusal:
    """A refusal as Telegram words it, with ``retry_after`` or ``migrate_to_chat_id`` if need be."""
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    return Refusal(body | {"parameters": parameters} if parameters else body)


def check_text(text: str) -> str:
    """The text, if it is 1 to 4096 characters long."""
    if not text.strip():
        raise refused(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > 4096:
        raise refused(400, "Bad Request: message is too long")
    return text


def check_keyboard(markup: str | None) -> tuple[tuple[tuple[str, str], ...], ...]:
    """The rows of an inline keyboard, if every button has a label and 1 to 64 bytes of data."""
    rows = json.loads(markup)["inline_keyboard"] if markup else []
    for button in (button for row in rows for button in row):
        if not button["text"]:
            raise refused(400, "Bad Request: inline keyboard button text must be non-empty")
        if not 1 <= len(button["callback_data"].encode()) <= 64:
            raise refused(400, "Bad Request: BUTTON_DATA_INVALID")
    return tuple(tuple((button["text"], button["callback_data"]) for button in row) for row in rows)
