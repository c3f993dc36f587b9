"""Updates in the shape in which Telegram sends them: core.telegram.org/bots/api#update."""

from typing import Any


def user(chat_id: int, person: dict[str, str]) -> dict[str, Any]:
    return {"id": chat_id, "is_bot": False, "first_name": "Anna", "language_code": "en", **person}


def chat(chat_id: int, person: dict[str, str]) -> dict[str, Any]:
    return {"id": chat_id, "first_name": person.get("first_name", "Anna"), "type": "private"}


def message(chat_id: int, message_id: int, date: int, person: dict[str, str], **content: Any) -> dict[str, Any]:
    head = {"message_id": message_id, "from": user(chat_id, person), "chat": chat(chat_id, person), "date": date}
    return head | content


def callback_query(
    chat_id: int, message_id: int, date: int, bot: dict[str, Any], person: dict[str, str], data: str
) -> dict[str, Any]:
    asked = message(chat_id, message_id, date, person, text="Which one?") | {"from": bot}
    return {
        "id": f"43{chat_id}{message_id}",
        "from": user(chat_id, person),
        "message": asked,
        "chat_instance": "-3871234567890123456",
        "data": data,
    }


def membership(chat_id: int, date: int, bot: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    return {
        "chat": chat(chat_id, {}),
        "from": user(chat_id, {}),
        "date": date,
        "old_chat_member": {"user": bot, "status": old},
        "new_chat_member": {"user": bot, "status": new} | ({"until_date": 0} if new == "kicked" else {}),
    }
