"""The way out: which calls make one message of ours appear in a chat."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

import orjson
import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramEntityTooLarge

from bot.messages import Outbound, Picture, Purpose
from channels.base import Hub
from channels.telegram.client import PHOTO, Call, Delete, EditButtons, EditPhoto, EditText, SendPhoto, SendText
from channels.telegram.errors import as_it_was, nobody_there, topic_gone
from channels.telegram.keyboards import REMOVE, asks_for_phone, keyboard, phone_keyboard
from channels.telegram.pacing import Pace
from channels.telegram.photos import Photos
from channels.telegram.recent import Recent
from channels.telegram.texts import CAPTION, split, with_alt

log = structlog.get_logger()

Sleep = Callable[[float], Awaitable[None]]
_PLACEHOLDER = "✓"


class Sender:
    """Sends, edits where a message takes another's place, and takes away buttons that have had their answer.

    What it remembers of chats makes them tidy; forgotten (another process, a restart) it costs no message.
    """

    def __init__(self, bot: Bot, *, now: Callable[[], float] = monotonic, sleep: Sleep = asyncio.sleep) -> None:
        self._bot = bot
        self._now = now
        self._sleep = sleep
        self._pace = Pace()
        self._photos = Photos()
        self._answered: Recent[str, str] = Recent()
        self._phone_asked: Recent[str, bool] = Recent()

    def answered(self, chat: str, question: str) -> None:
        """A choice was made under this message: its buttons go when the next message comes."""
        self._answered.put(chat, question)

    def phone_asked(self, chat: str) -> None:
        """The keyboard that shares a phone is open in this chat: it goes with the next message."""
        self._phone_asked.put(chat, True)

    async def send(self, message: Outbound, hub: Hub | None) -> str:
        """Say it; answers Telegram's id of the message, of the last one when a long text went in parts.

        Raises:
            AiogramError: Telegram did not take it. When a part fails, the whole message is to be sent again.
        """
        wait = self._pace.take(message.address, self._now())
        if wait and message.purpose is not Purpose.REPLY:
            await self._sleep(wait)
        sent = await self._say(message, hub)
        for old in {self._answered.take(message.address), message.replaces} - {None, "", sent}:
            await self._quietly(EditButtons(fields={"chat_id": message.address, "message_id": str(old)}))
        return sent

    async def _say(self, message: Outbound, hub: Hub | None) -> str:
        markup = await self._markup(message)
        if message.picture is None:
            return await self._write(message, message.text, markup)
        shown = await self._show(message, message.picture, markup, hub) if hub else None
        return shown or await self._write(message, with_alt(message.text, message.picture.alt), markup)

    async def _write(self, message: Outbound, text: str, markup: str) -> str:
        parts = split(text)
        if len(parts) > 1 or not _may_edit(message):
            return await self._write_new(message, parts, markup)
        try:
            await self._bot(EditText(fields=_fields(message, text=text, reply_markup=markup, edit=True)))
        except TelegramBadRequest as error:
            if _another_way(error):
                return await self._write_new(message, parts, markup)
        return message.replaces

    async def _write_new(self, message: Outbound, parts: list[str], markup: str) -> str:
        *before, last = parts
        for part in before:
            await self._bot(SendText(fields=_fields(message, text=part)))
        sent = await self._bot(SendText(fields=_fields(message, text=last, reply_markup=markup)))
        return str(sent["message_id"])

    async def _show(self, message: Outbound, picture: Picture, markup: str, hub: Hub) -> str | None:
        """The picture with the text beneath it; None when there is no such picture or Telegram does not take it."""
        caption, *rest = split(message.text.lstrip(), first=CAPTION)
        beneath, edit, shown = ("", False, None) if rest else (markup, _may_edit(message), None)
        if known := self._photos.known(picture):
            shown = await self._with_photo(message, picture, known, caption, beneath, edit=edit)
        if shown is None and (drawn := await hub.png(picture)):
            self._photos.forget(picture)
            shown = await self._with_photo(message, picture, drawn, caption, beneath, edit=edit)
        return await self._write_new(message, rest, markup) if shown and rest else shown

    async def _with_photo(
        self, message: Outbound, picture: Picture, photo: str | bytes, caption: str, markup: str, *, edit: bool
    ) -> str | None:
        """In the place of the old message if it may, else as a new one."""
        calls = [_send_photo(message, photo, caption, markup)]
        if edit:
            calls.insert(0, _edit_photo(message, photo, caption, markup))
        for call in calls:
            try:
                sent = await self._bot(call)
            except TelegramBadRequest as error:
                if not _another_way(error):
                    return message.replaces
            except TelegramEntityTooLarge:
                log.warning("telegram_picture_too_large", kind=picture.kind)
            else:
                self._photos.learn(picture, sent)
                return str(sent["message_id"])
        return None

    async def _markup(self, message: Outbound) -> str:
        """The buttons; a keyboard left open by an earlier question is closed, for which a message can do only one."""
        chat = message.address
        if asks_for_phone(message.buttons):
            self.phone_asked(chat)
            return phone_keyboard(message.buttons)
        markup = keyboard(message.buttons)
        if not self._phone_asked.take(chat):
            return markup
        if not markup:
            return REMOVE
        fields = _fields(message, text=_PLACEHOLDER, reply_markup=REMOVE, disable_notification="true")
        gone = await self._bot(SendText(fields=fields))
        await self._quietly(Delete(fields={"chat_id": chat, "message_id": str(gone["message_id"])}))
        return markup

    async def _quietly(self, call: Call) -> None:
        """For what only tidies up: the message itself has been sent."""
        try:
            await self._bot(call)
        except AiogramError as error:
            log.debug("telegram_not_tidied", call=call.__api_method__, error=type(error).__name__)


def _may_edit(message: Outbound) -> bool:
    """A keyboard in the place of the person's own comes with a new message only."""
    return bool(message.replaces) and not asks_for_phone(message.buttons)


def _another_way(error: TelegramBadRequest) -> bool:
    """Whether to try another call: not when the message stands there already, and in vain where no chat or topic is."""
    if nobody_there(error) or topic_gone(error):
        raise error
    return not as_it_was(error)


def _fields(message: Outbound, *, edit: bool = False, **fields: str) -> dict[str, str]:
    """The fields of a call: of an ``edit`` which message it is, of a new message its topic."""
    where = {"message_id": message.replaces} if edit else {"message_thread_id": message.thread}
    return {"chat_id": message.address} | {name: value for name, value in (where | fields).items() if value}


def _send_photo(message: Outbound, photo: str | bytes, caption: str, markup: str) -> Call:
    name, data = (photo, None) if isinstance(photo, str) else ("", photo)
    return SendPhoto(fields=_fields(message, photo=name, caption=caption, reply_markup=markup), photo=data)


def _edit_photo(message: Outbound, photo: str | bytes, caption: str, markup: str) -> Call:
    name, data = (photo, None) if isinstance(photo, str) else (f"attach://{PHOTO}", photo)
    media = orjson.dumps({"type": "photo", "media": name, "caption": caption}).decode()
    return EditPhoto(fields=_fields(message, media=media, reply_markup=markup, edit=True), photo=data)
