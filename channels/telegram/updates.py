"""What Telegram tells us, read by hand: aiogram's models would cost more than the rest of the request.

Only private chats count. Shapes: core.telegram.org/bots/api#update.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.messages import Inbound, InboundKind

log = structlog.get_logger()

_COMMAND = re.compile(r"\A/(\w{1,32})(?:@\w+)?(?=\s|$)")
_MEMBERSHIP = {"kicked": InboundKind.STOPPED, "member": InboundKind.RESUMED}
_UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, OSError)


def read_updates(updates: Iterable[Any], now: datetime) -> Iterator[Inbound]:
    """What customers said in these updates; a shape that cannot be read is logged and passed over.

    ``now`` is the time of a pressed button: Telegram tells only when its message was sent.
    """
    for update in updates:
        try:
            inbound = _read(update, now)
        except _UNREADABLE as error:
            log.warning("telegram_update_unreadable", error=type(error).__name__)
        else:
            if inbound is not None:
                yield inbound


def pressed(updates: Iterable[Any]) -> list[str]:
    """The callback queries in these updates, by id: each wants an answer or its button keeps spinning."""
    queries = (update.get("callback_query") for update in updates if isinstance(update, dict))
    return [str(query["id"]) for query in queries if isinstance(query, dict) and "id" in query]


def _read(update: dict[str, Any], now: datetime) -> Inbound | None:
    if message := update.get("message"):
        return _message(message)
    if query := update.get("callback_query"):
        return _button(query, now)
    if change := update.get("my_chat_member"):
        return _membership(change, update["update_id"])
    return None


def _message(message: dict[str, Any]) -> Inbound | None:
    text = message.get("text")
    if not text or not _from_a_person(message):
        return None
    chat, date = message["chat"]["id"], message["date"]
    return _inbound(
        message,
        # Not the update_id: after a quiet week Telegram starts that at a random number. Message ids start
        # again with another bot, hence the date.
        told_as=_digest("message", chat, message["message_id"], date),
        text=_COMMAND.sub(r"\1", text, count=1) if text[0] == "/" else text,
        at=datetime.fromtimestamp(date, UTC),
    )


def _button(query: dict[str, Any], now: datetime) -> Inbound | None:
    data, message = query.get("data"), query.get("message")
    if not data or not message or not _from_a_person({"chat": message["chat"], "from": query["from"]}):
        return None
    return _inbound(
        {"chat": message["chat"], "from": query["from"]}, told_as=f"callback:{query['id']}", text=data, at=now
    )


def _membership(change: dict[str, Any], update_id: int) -> Inbound | None:
    status = change["new_chat_member"]["status"]
    if status not in _MEMBERSHIP or not _from_a_person(change):
        return None
    chat, date = change["chat"]["id"], change["date"]
    return _inbound(
        change,
        told_as=_digest("member", chat, date, status, update_id),
        text="",
        at=datetime.fromtimestamp(date, UTC),
        kind=_MEMBERSHIP[status],
    )


def _from_a_person(event: dict[str, Any]) -> bool:
    return event["chat"]["type"] == "private" and not event["from"].get("is_bot")


def _inbound(
    event: dict[str, Any], *, told_as: str, text: str, at: datetime, kind: InboundKind = InboundKind.TEXT
) -> Inbound:
    person = event["from"]
    name = f"{person.get('first_name', '')} {person.get('last_name', '')}".strip()
    return Inbound(
        channel="telegram",
        address=str(int(event["chat"]["id"])),
        id=told_as,
        # PostgreSQL refuses NUL in text, and Telegram would repeat what we cannot store for a whole day.
        text=text.replace("\0", ""),
        at=at,
        kind=kind,
        name=name.replace("\0", ""),
        locale=person.get("language_code", ""),
    )


def _digest(*parts: object) -> str:
    """An id that may be logged and outlive an erased member: the chat cannot be read from it."""
    return hashlib.blake2b(":".join(map(str, parts)).encode(), digest_size=16).hexdigest()
