"""Telegram: updates by webhook, answers to the Bot API."""

import re
import time
from itertools import count

import orjson

from benchmarks.accounts import TELEGRAM_SECRET, TELEGRAM_TOKEN
from benchmarks.doors.door import CLIENTS
from benchmarks.doors.hooks import Hooked

_CHAT = re.compile(rb'(?:^|&)chat_id=(\d+)|name="chat_id"(?:\r\n[^\r\n]+)*\r\n\r\n(\d+)')
_SECRET = f"X-Telegram-Bot-Api-Secret-Token: {TELEGRAM_SECRET}\r\n".encode()
_SAYS = (b"/sendMessage", b"/sendPhoto")
_PHOTO = [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]


class Telegram(Hooked):
    """A Bot API server that answers every call."""

    name, channel, floor = "Telegram", "telegram", "telegram"
    messages = 94 * CLIENTS
    path = "/webhooks/telegram"

    def __init__(self) -> None:
        super().__init__()
        self._numbers = count(1)

    def settings(self) -> dict[str, str]:
        return {
            "telegram_token": TELEGRAM_TOKEN,
            "telegram_api_url": self.url,
            "telegram_mode": "webhook",
            "telegram_webhook_secret": TELEGRAM_SECRET,
        }

    def address(self, customer: int) -> str:
        return str(1000 + customer)

    def told_as(self, customer: int) -> bytes:
        return b"%d" % (1000 + customer)

    def answer(self, first: bytes, body: bytes) -> bytes:
        if not any(says in first for says in _SAYS):
            ok = {"id": 123456, "is_bot": True, "first_name": "B", "username": "b"} if b"/getMe" in first else True
            return orjson.dumps({"ok": True, "result": ok})
        found = _CHAT.search(body)
        chat = (found[1] or found[2]) if found else b"0"
        self.arrivals.came(chat)
        sent = {"message_id": next(self._numbers), "date": 1, "chat": {"id": int(chat), "type": "private"}}
        said = (
            {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]} if _SAYS[1] in first else {}
        )
        return orjson.dumps({"ok": True, "result": {**sent, **said}})

    def posted(self, port: int, customer: int, text: str) -> tuple[bytes, bytes]:
        number, chat = next(self._numbers), 1000 + customer
        message = {
            "message_id": number,
            "from": {"id": chat, "is_bot": False, "first_name": "Anna", "language_code": "en"},
            "chat": {"id": chat, "type": "private", "first_name": "Anna"},
            "date": int(time.time()),
            "text": text,
        }
        return _SECRET, orjson.dumps({"update_id": number, "message": message})
