"""Groups: nothing personal is said there. A command that names the bot is answered with the way to a private chat."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from channels.telegram.client import SendText
from channels.telegram.keyboards import link_keyboard

CONTEXT = "telegram"
PAUSE = 10.0
"""Seconds that a group is left in peace after an answer: Telegram allows 20 messages a minute in one."""
_COMMAND = re.compile(r"\A/\w{1,32}@(\w+)(?:\s+([A-Za-z0-9_-]{1,64})\s*\Z)?")
_KINDS = ("group", "supergroup")
_UNREADABLE = (LookupError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody called the bot by its name in a group; ``payload`` is what the link to the group brought along."""

    chat: str
    message: int
    language: str
    payload: str = ""
    topic: str = ""


def calls(updates: Iterable[Any], bot: str) -> Iterator[Called]:
    """The commands in these updates that name the ``bot``. Other bots' commands and mere talk are not ours."""
    for update in updates:
        try:
            message = update["message"]
            command = _COMMAND.match(message["text"])
            if command is None or command[1].lower() != bot.lower():
                continue
            if message["chat"]["type"] in _KINDS and not message["from"].get("is_bot"):
                chat, person = str(int(message["chat"]["id"])), message["from"]
                language = str(person.get("language_code", ""))
                topic = str(int(message["message_thread_id"])) if message.get("is_topic_message") else ""
                yield Called(chat, int(message["message_id"]), language, command[2] or "", topic)
        except _UNREADABLE:
            continue


def answer(called: Called, bot: str, words: Mapping[str, str]) -> SendText:
    """Beneath the command itself, in the topic that it stands in."""
    url = f"https://t.me/{bot}" + (f"?start={called.payload}" if called.payload else "")
    topic = {"message_thread_id": called.topic} if called.topic else {}
    return SendText(
        fields=topic
        | {
            "chat_id": called.chat,
            "text": words["in private"],
            "reply_markup": link_keyboard(words["open"], url),
            "reply_parameters": orjson.dumps(
                {"message_id": called.message, "allow_sending_without_reply": True}
            ).decode(),
        }
    )
