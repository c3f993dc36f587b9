"""What the Bot API server keeps of a message, and how it refuses one."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message as it reached the customer."""

    id: int
    chat_id: int
    text: str
    rows: tuple[tuple[tuple[str, str], ...], ...] = ()
    """Rows of buttons, each label and callback data (or the address that it opens)."""
    photo: str = ""
    """File id of the picture, whose caption ``text`` is then."""
    keyboard: str = ""
    """What happens to the person's own keyboard: the JSON that takes its place or removes it."""
    topic: str = ""
    """``message_thread_id``, where the chat has topics."""

    @property
    def buttons(self) -> dict[str, str]:
        """Callback data by label."""
        return {label: data for row in self.rows for label, data in row}


class Refusal(Exception):
    """An answer with ``"ok": false``; ``body`` is its JSON."""

    def __init__(self, body: dict[str, Any]) -> None:
        super().__init__(body["description"])
        self.body = body


class Silence(Exception):
    """No answer at all: the connection closes."""


def refused(code: int, description: str, **parameters: int) -> Refusal:
    """A refusal as Telegram words it, with ``retry_after`` or ``migrate_to_chat_id`` if need be."""
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    return Refusal(body | {"parameters": parameters} if parameters else body)


def check_text(text: str, *, caption: bool = False) -> str:
    """The text, if it is 1 to 4096 characters long; a caption 0 to 1024."""
    if not text.strip() and not caption:
        raise refused(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > (1024 if caption else 4096):
        raise refused(400, f"Bad Request: message {'caption ' if caption else ''}is too long")
    return text


def check_markup(markup: str | None, *, edit: bool = False) -> dict[str, Any]:
    """The rows of an inline keyboard, or the keyboard that takes the place of the person's own (never in an edit)."""
    shape = json.loads(markup) if markup else {}
    if not shape or "inline_keyboard" in shape:
        rows = shape.get("inline_keyboard", [])
        return {"rows": tuple(tuple(_check_button(button) for button in row) for row in rows)}
    if edit:
        raise refused(400, "Bad Request: object expected as reply markup")
    for button in (button for row in shape.get("keyboard", []) for button in row):
        if not button["text"]:
            raise refused(400, "Bad Request: keyboard button text must be non-empty")
    return {"keyboard": json.dumps(shape)}


def _check_button(button: dict[str, str]) -> tuple[str, str]:
    """A label, and exactly one thing that it does."""
    if not button["text"]:
        raise refused(400, "Bad Request: inline keyboard button text must be non-empty")
    does = {name: value for name, value in button.items() if name != "text"}
    if len(does) != 1:
        raise refused(
            400, "Bad Request: can't parse inline keyboard button: text buttons are unallowed in the inline keyboard"
        )
    [(name, value)] = does.items()
    if name == "callback_data" and not 1 <= len(value.encode()) <= 64:
        raise refused(400, "Bad Request: BUTTON_DATA_INVALID")
    if name == "url" and "." not in (urlsplit(value).hostname or ""):
        raise refused(400, f"Bad Request: inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
    return button["text"], value
