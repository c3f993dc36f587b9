"""Chats as the Bot API server keeps them: messages sent, edited and deleted, within Telegram's limits.

Limits and the words of refusals: core.telegram.org/bots/api and the source of tdlib/telegram-bot-api.
"""

import json
import struct
from collections import defaultdict
from dataclasses import replace
from itertools import count
from typing import Any

from tests.fakes import telegram_updates as updates
from tests.fakes.telegram_replies import SentMessage, check_markup, check_text, refused

BOT = {"id": 123456, "is_bot": True, "first_name": "Shop", "username": "shop_bot"}
LARGEST_PHOTO = 10 * 1024 * 1024
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


class Fields(dict[str, str]):
    """A call's fields; ``files`` are those that came as bytes."""

    def __init__(self, fields: dict[str, str], files: dict[str, bytes]) -> None:
        super().__init__(fields)
        self.files = files


class Chats:
    """What stands in each chat now."""

    def __init__(self, at: int) -> None:
        self.time = at
        self.messages: dict[int, list[SentMessage]] = defaultdict(list)
        self.files: dict[str, bytes] = {}
        self.blocked: set[int] = set()
        self.unknown: set[int] = set()
        self.topics: set[tuple[int, str]] = set()
        self.ids = count(1_365)
        self._file_ids = count(1)

    def send_text(self, fields: Fields) -> dict[str, Any]:
        """sendMessage"""
        chat = self._chat(fields)
        return self._add(SentMessage(next(self.ids), chat, check_text(fields.get("text", ""))), fields)

    def send_photo(self, fields: Fields) -> dict[str, Any]:
        """sendPhoto"""
        chat = self._chat(fields)
        caption, photo = check_text(fields.get("caption", ""), caption=True), self._photo(fields.get("photo"), fields)
        return self._add(SentMessage(next(self.ids), chat, caption, photo=photo), fields)

    def edit_text(self, fields: Fields) -> dict[str, Any]:
        """editMessageText"""
        old = self._old(fields)
        if old.photo:
            raise refused(400, "Bad Request: there is no text in the message to edit")
        return self._edit(old, fields, text=check_text(fields.get("text", "")))

    def edit_caption(self, fields: Fields) -> dict[str, Any]:
        """editMessageCaption"""
        old = self._old(fields)
        if not old.photo:
            raise refused(400, "Bad Request: there is no caption in the message to edit")
        return self._edit(old, fields, text=check_text(fields.get("caption", ""), caption=True))

    def edit_media(self, fields: Fields) -> dict[str, Any]:
        """editMessageMedia: also puts a photo into a message of text"""
        old, media = self._old(fields), json.loads(fields["media"])
        caption = check_text(media.get("caption", ""), caption=True)
        return self._edit(old, fields, text=caption, photo=self._photo(media["media"], fields))

    def edit_markup(self, fields: Fields) -> dict[str, Any]:
        """editMessageReplyMarkup"""
        return self._edit(self._old(fields), fields)

    def delete(self, fields: Fields) -> bool:
        """deleteMessage"""
        chat = self._chat(fields)
        if (old := self._find(chat, fields)) is None:
            raise refused(400, "Bad Request: message to delete not found")
        self.messages[chat].remove(old)
        return True

    def holding(self, chat: int, data: str) -> SentMessage | None:
        """The newest message with this button."""
        return next((one for one in reversed(self.messages[chat]) if data in one.buttons.values()), None)

    def _chat(self, fields: Fields) -> int:
        chat = int(fields["chat_id"])
        if chat in self.unknown:
            raise refused(400, "Bad Request: chat not found")
        if chat in self.blocked:
            raise refused(403, "Forbidden: bot was blocked by the user")
        return chat

    def _find(self, chat: int, fields: Fields) -> SentMessage | None:
        return next((one for one in self.messages[chat] if str(one.id) == fields["message_id"]), None)

    def _old(self, fields: Fields) -> SentMessage:
        """The message to edit; one that came with a keyboard in place of the person's own cannot be."""
        old = self._find(self._chat(fields), fields)
        if old is None:
            raise refused(400, "Bad Request: message to edit not found")
        if old.keyboard:
            raise refused(400, "Bad Request: message can't be edited")
        return old

    def _add(self, message: SentMessage, fields: Fields) -> dict[str, Any]:
        topic = fields.get("message_thread_id", "")
        if topic and (message.chat_id, topic) not in self.topics:
            raise refused(400, "Bad Request: message thread not found")
        message = replace(message, topic=topic, **check_markup(fields.get("reply_markup")))
        self.messages[message.chat_id].append(message)
        return self._shown(message)

    def _edit(self, old: SentMessage, fields: Fields, **content: Any) -> dict[str, Any]:
        """Without a keyboard the old one goes."""
        rows = check_markup(fields.get("reply_markup"), edit=True).get("rows", ())
        new = replace(old, rows=rows, **content)
        if new == old:
            raise refused(400, NOT_MODIFIED)
        chat = self.messages[old.chat_id]
        chat[chat.index(old)] = new
        return self._shown(new)

    def _shown(self, message: SentMessage) -> dict[str, Any]:
        content: dict[str, Any] = {"text": message.text}
        if message.photo:
            content = {
                "photo": [{"file_id": message.photo, "file_unique_id": message.photo, "width": 90, "height": 67}]
            }
            content |= {"caption": message.text} if message.text else {}
        content |= updates.in_topic(message.topic)
        return {**updates.message(message.chat_id, message.id, self.time, {}, **content), "from": BOT}

    def _photo(self, name: str | None, fields: Fields) -> str:
        """The file id of a photo: one known already, or of what was uploaded."""
        if name in self.files:
            return name
        upload = fields.files.get((name or "photo").removeprefix("attach://"))
        if upload is None and name:
            raise refused(400, "Bad Request: wrong remote file identifier specified: Wrong padding in the string")
        if upload is None:
            raise refused(400, "Bad Request: there is no photo in the request")
        _check_png(upload)
        known = f"AgACx{next(self._file_ids)}"
        self.files[known] = upload
        return known


def _check_png(photo: bytes) -> None:
    if len(photo) > LARGEST_PHOTO:
        raise refused(413, "Request Entity Too Large")
    if photo[:8] != b"\x89PNG\r\n\x1a\n" or photo[12:16] != b"IHDR":
        raise refused(400, "Bad Request: IMAGE_PROCESS_FAILED")
    width, height = struct.unpack(">II", photo[16:24])
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise refused(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
