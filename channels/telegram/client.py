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
from aiohttp import ClientError, ClientTimeout

TIMEOUT = 20.0
"""Seconds that Telegram may take for an answer."""
LONG_POLL = 25
"""Seconds that Telegram holds ``getUpdates`` open (it allows 50)."""
ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member"]

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_LIMIT = ClientTimeout(total=TIMEOUT)


class SendText(TelegramMethod[dict[str, Any]]):
    """``sendMessage`` with plain text: core.telegram.org/bots/api#sendmessage."""

    __returning__: ClassVar[Any] = dict[str, Any]
    __api_method__: ClassVar[str] = "sendMessage"

    chat_id: str
    text: str
    reply_markup: str = ""
    """The keyboard, already JSON."""

    def encoded(self) -> bytes:
        """The form as it goes on the wire."""
        fields = {"chat_id": self.chat_id, "text": self.text}
        if self.reply_markup:
            fields["reply_markup"] = self.reply_markup
        return urlencode(fields).encode()


class FetchUpdates(TelegramMethod[list[dict[str, Any]]]):
    """``getUpdates`` answering plain dicts: core.telegram.org/bots/api#getupdates."""

    __returning__: ClassVar[Any] = list[dict[str, Any]]
    __api_method__: ClassVar[str] = "getUpdates"

    offset: int | None = None
    timeout: int = LONG_POLL
    allowed_updates: list[str] = ALLOWED_UPDATES


class LeanSession(AiohttpSession):
    """aiogram's pooled session; texts skip its general form builder, and closing does not sleep."""

    async def make_request(self, bot: Bot, method: TelegramMethod[TelegramType], *args: Any, **options: Any) -> Any:
        if not isinstance(method, SendText):
            return await super().make_request(bot, method, *args, **options)
        session = await self.create_session()
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        try:
            async with session.post(url, data=method.encoded(), headers=_FORM, timeout=_LIMIT) as response:
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
