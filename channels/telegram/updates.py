"""What Telegram tells us, read by hand: aiogram's models would cost more than the rest of the request.

Only private chats count. Shapes: core.telegram.org/bots/api#update.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.messages import Inbound, InboundKind
from bot.phones import E164, as_dialled
from channels.telegram.albums import Albums, words_first

log = structlog.get_logger()

_COMMAND = re.compile(r"\A/(\w{1,32})(?:@\w+)?(?=\s|$)")
_DEEP_LINK = re.compile(r"\A/start(?:@\w+)?\s+([A-Za-z0-9_-]{1,64})\s*\Z")
"""t.me/<bot>?start=P: core.telegram.org/bots/features#deep-linking"""
_NO_DIGITS = re.compile(r"\D")
_SHOWN = {"photo", "video", "animation", "video_note", "voice", "audio", "document", "sticker", "story", "paid_media"}
_SHOWN |= {"location", "venue", "poll", "dice"}
"""What stands in the place of words: core.telegram.org/bots/api#message. All else are notes of Telegram's own."""
_ANSWERS = ("yes", "no", "skip", "cancel")
_MEMBERSHIP = {"kicked": InboundKind.STOPPED, "member": InboundKind.RESUMED}
_UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, OSError)


def read_updates(updates: Iterable[Any], now: datetime, albums: Albums | None = None) -> Iterator[Inbound]:
    """What customers said in these updates; a shape that cannot be read is logged and passed over.

    ``now`` is the time of a pressed button: Telegram tells only when its message was sent. ``albums`` are those seen
    before.
    """
    albums = albums or Albums()
    for update in words_first(updates):
        try:
            inbound = _read(update, now, albums)
        except _UNREADABLE as error:
            log.warning("telegram_update_unreadable", error=type(error).__name__)
        else:
            if inbound is not None:
                yield inbound


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button: the query that wants an answer or it keeps spinning, and where it stood."""

    query: str
    chat: str = ""
    message: str = ""
    answers: bool = False
    """It was the answer to a question; the other buttons beneath it are of no more use."""


def presses(updates: Iterable[Any]) -> list[Press]:
    """The buttons pressed in these updates, readable as a message or not."""
    queries = (update.get("callback_query") for update in updates if isinstance(update, dict))
    return [_press(query) for query in queries if isinstance(query, dict) and "id" in query]


def _press(query: dict[str, Any]) -> Press:
    try:
        message, (word, *_) = query["message"], query["data"].split()
        return Press(str(query["id"]), str(message["chat"]["id"]), str(message["message_id"]), word in _ANSWERS)
    except _UNREADABLE:
        return Press(str(query["id"]))


def _read(update: dict[str, Any], now: datetime, albums: Albums) -> Inbound | None:
    if message := update.get("message"):
        return _message(message, albums)
    if query := update.get("callback_query"):
        return _button(query, now)
    if change := update.get("my_chat_member"):
        return _membership(change, update["update_id"])
    return None


def _message(message: dict[str, Any], albums: Albums) -> Inbound | None:
    text, contact = message.get("text") or message.get("caption"), message.get("contact")
    if not (text or contact or _SHOWN & message.keys()) or not _from_a_person(message):
        return None
    chat, date, group = message["chat"]["id"], message["date"], message.get("media_group_id")
    album = _digest("album", chat, group) if group else ""
    if album and not albums.hears(album, worded=bool(text)):
        return None
    return _inbound(
        message,
        # Not the update_id: after a quiet week Telegram starts that at a random number. Message ids start
        # again with another bot, hence the date. An album's pictures without words are said once together.
        told_as=album if album and not text else _digest("message", chat, message["message_id"], date),
        text=_spoken(text) if text else "",
        at=datetime.fromtimestamp(date, UTC),
        phone=_own_phone(contact, message["from"]) if contact else "",
    )


def _spoken(text: str) -> str:
    """A slash command as its word. The payload of a deep link is no speech, and the slash it keeps says so."""
    if text[0] != "/":
        return text
    if link := _DEEP_LINK.match(text):
        return f"/start {link[1]}"
    return _COMMAND.sub(r"\1", text, count=1)


def _own_phone(contact: dict[str, Any], person: dict[str, Any]) -> str:
    """In E.164, if it is the sender's own: anybody can pass on somebody else's contact."""
    if contact.get("user_id") != person["id"]:
        return ""
    number = "+" + _NO_DIGITS.sub("", contact["phone_number"])
    return as_dialled(number) if E164.fullmatch(number) else ""


def _button(query: dict[str, Any], now: datetime) -> Inbound | None:
    data, message = query.get("data"), query.get("message")
    if not data or not message:
        return None
    event = {**message, "from": query["from"]}
    if not _from_a_person(event):
        return None
    return _inbound(
        event, told_as=_storable(f"callback:{query['id']}"), text=data, at=now, pressed=str(int(message["message_id"]))
    )


def _membership(change: dict[str, Any], update_id: int) -> Inbound | None:
    status = change["new_chat_member"]["status"]
    if status not in _MEMBERSHIP or not _from_a_person(change):
        return None
    chat, date = change["chat"]["id"], change["date"]
    told_as = _digest("member", chat, date, status, update_id)
    return _inbound(change, told_as=told_as, text="", at=datetime.fromtimestamp(date, UTC), kind=_MEMBERSHIP[status])


def _from_a_person(event: dict[str, Any]) -> bool:
    return event["chat"]["type"] == "private" and not event["from"].get("is_bot")


def _inbound(event: dict[str, Any], *, told_as: str, text: str, at: datetime, **more: Any) -> Inbound:
    person = event["from"]
    name = f"{person.get('first_name', '')} {person.get('last_name', '')}".strip()
    return Inbound(
        channel="telegram",
        address=str(int(event["chat"]["id"])),
        id=told_as,
        text=_storable(text),
        at=at,
        name=_storable(name),
        locale=_storable(person.get("language_code") or ""),
        thread=str(int(event["message_thread_id"])) if event.get("is_topic_message") else "",
        **more,
    )


def _storable(text: str) -> str:
    """PostgreSQL refuses NUL in text, and Telegram would repeat what we cannot store for a whole day."""
    return text.replace("\0", "")


def _digest(*parts: object) -> str:
    """An id that may be logged and outlive an erased member: the chat cannot be read from it."""
    return hashlib.blake2b(":".join(map(str, parts)).encode(), digest_size=16).hexdigest()
