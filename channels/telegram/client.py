"""aiogram's client, with the calls of the hot path made lean.

aiogram's own ``SendMessage`` checks 21 fields and parses the whole message that comes back, and its
``GetUpdates`` refuses a batch of a shape that it does not know yet. The methods here carry what we use
and answer plain values; connections, errors and all other calls stay aiogram's.
"""

from typing import Any, ClassVar
from urllib.parse import urlencode

import orjson
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp import ClientError, ClientTimeout, FormData

TIMEOUT = 20.0
"""Seconds that Telegram may take for an answer."""
LONG_POLL = 25
"""Seconds that Telegram holds ``getUpdates`` open (it allows 50)."""
ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member"]

PHOTO = "photo"
"""The field that holds a picture's bytes."""
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_LIMIT = ClientTimeout(total=TIMEOUT)


class Call(TelegramMethod[Any]):
    """A call of the hot path: its fields as they go on the wire, and the bytes of a picture if there are any."""

    # Not Any: pydantic then builds the class of the answer anew each time, which costs more than all the rest.
    __returning__: ClassVar[Any] = dict[str, Any]

    fields: dict[str, str]
    photo: bytes | None = None

    def body(self) -> bytes | FormData:
        """A form; only with a picture is it multipart, which costs more."""
        if self.photo is None:
            return urlencode(self.fields).encode()
        form = FormData(self.fields)
        form.add_field(PHOTO, self.photo, filename="picture.png", content_type="image/png")
        return form


class SendText(Call):
    """core.telegram.org/bots/api#sendmessage"""

    __api_method__: ClassVar[str] = "sendMessage"


class SendPhoto(Call):
    """core.telegram.org/bots/api#sendphoto"""

    __api_method__: ClassVar[str] = "sendPhoto"


class EditText(Call):
    """core.telegram.org/bots/api#editmessagetext"""

    __api_method__: ClassVar[str] = "editMessageText"


class EditPhoto(Call):
    """Puts a picture and its caption into a message, also into one of text: …/bots/api#editmessagemedia"""

    __api_method__: ClassVar[str] = "editMessageMedia"


class EditButtons(Call):
    """core.telegram.org/bots/api#editmessagereplymarkup"""

    __api_method__: ClassVar[str] = "editMessageReplyMarkup"


class Delete(Call):
    """core.telegram.org/bots/api#deletemessage"""

    __returning__: ClassVar[Any] = bool
    __api_method__: ClassVar[str] = "deleteMessage"


class FetchUpdates(TelegramMethod[list[dict[str, Any]]]):
    """``getUpdates`` answering plain dicts: core.telegram.org/bots/api#getupdates."""

    __returning__: ClassVar[Any] = list[dict[str, Any]]
    __api_method__: ClassVar[str] = "getUpdates"

    offset: int | None = None
    timeout: int = LONG_POLL
    allowed_updates: list[str] = ALLOWED_UPDATES


class LeanSession(AiohttpSession):
    """aiogram's pooled session; our calls skip its general form builder, and closing does not sleep."""

    async def make_request(self, bot: Bot, method: TelegramMethod[TelegramType], *args: Any, **options: Any) -> Any:
        if not isinstance(method, Call):
            return await super().make_request(bot, method, *args, **options)
        session = await self.create_session()
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        try:
            headers = _FORM if method.photo is None else None
            async with session.post(url, data=method.body(), headers=headers, timeout=_LIMIT) as response:
                content = await response.text()
        except (TimeoutError, ClientError) as error:
            raise TelegramNetworkError(method=method, message=type(error).__name__) from error
        return self.check_response(bot, method, response.status, content).result

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def open_bot(token: str, api_url: str | None) -> Bot:
    """A bot with one pooled session, at Telegram's own server or the one at ``api_url``.

    Raises:
        TokenValidationError: this cannot be a token.
    """
    api = TelegramAPIServer.from_base(api_url) if api_url else PRODUCTION
    return Bot(token, session=LeanSession(api=api, json_loads=orjson.loads, timeout=TIMEOUT))
