"""The Telegram channel: one bot, its webhook or long poll, and its way out."""

import asyncio
import hmac
from collections.abc import Coroutine, Sequence
from typing import Any

import orjson
import structlog
from aiogram.exceptions import AiogramError, TelegramMigrateToChat
from aiogram.utils.token import TokenValidationError
from aiohttp import web

from bot.clock import Clock, system_clock
from bot.errors import SetupError
from bot.messages import Outbound
from channels.base import Hub
from channels.bodies import read_body
from channels.telegram.client import SendText, open_bot
from channels.telegram.commands import publish_commands
from channels.telegram.errors import refusal
from channels.telegram.listening import learn_name, listen_by_polling, listen_by_webhook
from channels.telegram.texts import keyboard, split
from channels.telegram.updates import pressed, read_updates

log = structlog.get_logger()

PATH = "/webhooks/telegram"
PROOF_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST_UPDATE = 512 * 1024
"""Bytes; a text of 4096 characters with all its entities stays far below."""


class TelegramChannel:
    """Talks with customers through one bot. ``webhook_url`` None means long polling."""

    name = "telegram"

    def __init__(
        self,
        *,
        token: str,
        secret: str,
        rate: float,
        api_url: str | None = None,
        webhook_url: str | None = None,
        clock: Clock = system_clock,
    ) -> None:
        try:
            self._bot = open_bot(token, api_url)
        except TokenValidationError:
            raise SetupError("REGULARS_TELEGRAM_TOKEN is no bot token (they look like 123456:ABC-DEF)") from None
        self.sender = f"telegram:{self._bot.id}"
        self.rate = rate
        self.contact: str | None = None
        """The bot's user name, once Telegram has told."""
        self._secret = secret
        self._webhook_url = webhook_url
        self._clock = clock
        self._hub: Hub | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, hub: Hub, *, listen: bool) -> None:
        """Begin. Telegram being out of reach is logged and tried again: it must not hold up the service."""
        self._hub = hub
        if not listen:
            return
        self._spawn(self._learn_name())
        self._spawn(publish_commands(self._bot))
        if self._webhook_url is None:
            self._spawn(listen_by_polling(self._bot, self._take))
        else:
            self._spawn(listen_by_webhook(self._bot, self._webhook_url, self._secret))

    def routes(self) -> list[web.RouteDef]:
        """The webhook, also while polling: updates under way when the mode was changed still arrive."""
        return [web.post(PATH, self._webhook)]

    async def send(self, message: Outbound) -> str:
        """Hand one message to Telegram; a long one goes in parts, and the last one's id is answered.

        Raises:
            RetryLater, AddressGone, Rejected: as Telegram's answer means. A part that fails sends the
                whole message again.
        """
        try:
            try:
                return await self._say(message.address, message)
            except TelegramMigrateToChat as moved:
                return await self._say(str(moved.migrate_to_chat_id), message)
        except AiogramError as error:
            # The cause is dropped because its text names the chat and may hold the token.
            raise refusal(error) from None

    async def close(self) -> None:
        """Stop listening, let a batch being taken finish, give back the connections."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._bot.session.close()

    async def _say(self, chat: str, message: Outbound) -> str:
        *parts, last = split(message.text)
        for part in parts:
            await self._bot(SendText(chat_id=chat, text=part))
        sent = await self._bot(SendText(chat_id=chat, text=last, reply_markup=keyboard(message.buttons)))
        return str(sent["message_id"])

    async def _webhook(self, request: web.Request) -> web.Response:
        shown = request.headers.get(PROOF_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(shown, self._secret.encode()):
            return web.Response(status=403)
        body = await read_body(request, LARGEST_UPDATE)
        if body is None:
            log.warning("telegram_update_too_large", limit=LARGEST_UPDATE)
            return web.Response(status=413)
        try:
            update = orjson.loads(body)
        except orjson.JSONDecodeError:
            # 200 all the same: Telegram would repeat for a whole day what we can never read.
            log.warning("telegram_update_not_json")
        else:
            # An error in here becomes a 500, and Telegram tells it again.
            await self._take([update])
        return web.Response()

    async def _take(self, updates: Sequence[Any]) -> None:
        if self._hub is None:
            raise RuntimeError("the channel has not been started")
        if messages := list(read_updates(updates, self._clock())):
            await self._hub.receive(messages)
        for query in pressed(updates):
            self._spawn(self._stop_spinning(query))

    async def _stop_spinning(self, query: str) -> None:
        try:
            await self._bot.answer_callback_query(query)
        except AiogramError as error:
            log.debug("telegram_callback_not_answered", error=type(error).__name__)

    async def _learn_name(self) -> None:
        self.contact = await learn_name(self._bot)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
