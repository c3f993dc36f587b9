"""The Telegram channel: one bot, its webhook or long poll, and its way out."""

import asyncio
import hmac
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from typing import Any

import orjson
import structlog
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramMigrateToChat
from aiogram.utils.token import TokenValidationError
from aiohttp import web

from bot.clock import Clock, system_clock
from bot.errors import RetryLater, SetupError
from bot.messages import Inbound, Outbound
from channels.base import Hub
from channels.bodies import read_body
from channels.telegram import groups
from channels.telegram.albums import Albums
from channels.telegram.client import open_bot
from channels.telegram.commands import publish_commands, publish_for
from channels.telegram.errors import refusal, topic_gone
from channels.telegram.listening import learn_name, listen_by_polling, listen_by_webhook
from channels.telegram.recent import Recent
from channels.telegram.sending import Sender
from channels.telegram.updates import Press, presses, read_updates

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
        self._out = Sender(self._bot)
        self._spoke_at: Recent[str, float] = Recent()
        self._albums = Albums()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    async def start(self, hub: Hub, *, listen: bool) -> None:
        """Begin. Telegram being out of reach is logged and tried again: it must not hold up the service."""
        self._hub = hub
        if not listen:
            return
        self._spawn(self._learn_name())
        self._spawn(publish_commands(self._bot, hub))
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
        if self._closed:  # the library would open another session, which nobody closes
            raise RetryLater("the channel is closed", code="closed")
        try:
            try:
                return await self._out.send(message, self._hub)
            except TelegramMigrateToChat as moved:
                return await self._out.send(replace(message, address=str(moved.migrate_to_chat_id)), self._hub)
            except TelegramBadRequest as error:
                if not (message.thread and topic_gone(error)):
                    raise
                return await self._out.send(replace(message, thread=""), self._hub)
        except AiogramError as error:
            # The cause is dropped because its text names the chat and may hold the token.
            raise refusal(error) from None

    async def close(self) -> None:
        """Stop listening, let a batch being taken finish, give back the connections."""
        self._closed = True
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._bot.session.close()

    async def _webhook(self, request: web.Request) -> web.Response:
        shown = request.headers.get(PROOF_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(shown, self._secret.encode()):
            return web.Response(status=403)
        body = await read_body(request, LARGEST_UPDATE)
        # 200 all the same to what we can never read: Telegram would repeat it for a whole day.
        if body is None:
            log.warning("telegram_update_too_large", limit=LARGEST_UPDATE)
            return web.Response()
        try:
            update = orjson.loads(body)
        except orjson.JSONDecodeError:
            log.warning("telegram_update_not_json")
        else:
            # An error in here becomes a 500, and Telegram tells it again.
            await self._take([update])
        return web.Response()

    async def _take(self, updates: Sequence[Any]) -> None:
        if self._hub is None:
            raise RuntimeError("the channel has not been started")
        pressed, messages = presses(updates), list(read_updates(updates, self._clock(), self._albums))
        self._tidy_up_after(pressed, messages)
        if messages:
            await self._hub.receive(messages)
        for press in pressed:
            self._spawn(self._stop_spinning(press.query))
        for message in messages:
            if message.text.split(maxsplit=1)[:1] in (["start"], ["/start"]):
                self._spawn(publish_for(self._bot, self._hub, message.address, message.locale))
        if bot := self.contact:
            for called in groups.calls(updates, bot):
                self._spawn(self._answer_group(called, bot, self._hub))

    def _tidy_up_after(self, pressed: Sequence[Press], messages: Sequence[Inbound]) -> None:
        """What the answers will take away; known before they come."""
        for press in pressed:
            if press.answers:
                self._out.answered(press.chat, press.message)
        for message in messages:
            if message.phone:
                self._out.phone_asked(message.address)

    async def _answer_group(self, called: groups.Called, bot: str, hub: Hub) -> None:
        now = self._clock().timestamp()
        if now - (self._spoke_at.get(called.chat) or 0.0) < groups.PAUSE:
            return
        self._spoke_at.put(called.chat, now)
        try:
            await self._bot(groups.answer(called, bot, hub.texts(groups.CONTEXT, called.language)))
        except AiogramError as error:
            log.info("telegram_group_not_answered", error=type(error).__name__)

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
