"""Updates in the shape in which Telegram sends them: core.telegram.org/bots/api#update."""

from typing import Any


def user(chat_id: int, person: dict[str, str]) -> dict[str, Any]:
    return {"id": chat_id, "is_bot": False, "first_name": "Anna", "language_code": "en", **person}


def chat(chat_id: int, person: dict[str, str]) -> dict[str, Any]:
    return {"id": chat_id, "first_name": person.get("first_name", "Anna"), "type": "private"}


def message(chat_id: int, message_id: int, date: int, person: dict[str, str], **content: Any) -> dict[str, Any]:
    head = {"message_id": message_id, "from": user(chat_id, person), "chat": chat(chat_id, person), "date": date}
    return head | content


def in_topic(topic: str) -> dict[str, Any]:
    """What a message in a topic has besides."""
    return {"message_thread_id": int(topic), "is_topic_message": True} if topic else {}


def contact(chat_id: int, message_id: int, date: int, phone: str, owner: int | None) -> dict[str, Any]:
    """Somebody shares a contact: their own when ``owner`` is their id."""
    shared: dict[str, Any] = {"phone_number": phone, "first_name": "Anna"}
    return message(chat_id, message_id, date, {}, contact=shared | ({"user_id": owner} if owner else {}))


def callback_query(number: int, person: dict[str, Any], stands_in: dict[str, Any], data: str) -> dict[str, Any]:
    """A button pressed under the message that it ``stands_in``."""
    return {
        "id": f"43{person['id']}{number}",
        "from": person,
        "message": stands_in,
        "chat_instance": "-3871234567890123456",
        "data": data,
    }


def inaccessible(chat_id: int, message_id: int) -> dict[str, Any]:
    """A message too old for Telegram to tell its words: …/bots/api#inaccessiblemessage"""
    return {"chat": chat(chat_id, {}), "message_id": message_id, "date": 0}


def membership(chat_id: int, date: int, bot: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    return {
        "chat": chat(chat_id, {}),
        "from": user(chat_id, {}),
        "date": date,
        "old_chat_member": {"user": bot, "status": old},
        "new_chat_member": {"user": bot, "status": new} | ({"until_date": 0} if new == "kicked" else {}),
    }
