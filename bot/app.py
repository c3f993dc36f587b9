"""The composition root: settings in, a running service out."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

import structlog
from aiohttp import web
from pydantic import SecretStr

from bot import secret
from bot.actions import keys
from bot.actions.batching import Batcher
from bot.actions.core import Core
from bot.actions.receiving import receive_many
from bot.actions.upkeep import upkeep
from bot.clock import Clock, system_clock
from bot.collector import settle_down
from bot.conversation.understanding import prepare
from bot.errors import SetupError
from bot.loyalty.look import Look
from bot.messages import LAST, Appearance, Inbound, Line, Outbound, Picture, Receipt
from bot.pictures import Gallery
from bot.storage import transcripts
from bot.storage.database import Database, check_schema
from bot.storage.transcripts import Asked
from bot.web import server
from bot.web.pages import unsubscribe
from bot.web.pages.confirmation import Confirmation
from bot.web.pages.counter import CounterPages
from bot.web.pages.front import Front
from bot.web.pages.invitation import Invitation
from bot.web.pages.own_data import OwnData
from bot.web.pages.pictures import PicturePage
from bot.web.pages.voucher import VoucherPage
from bot.web.pages.ways import Contacts
from bot.wording import languages, texts
from campaigns.delivery import Delivery
from campaigns.document import check
from campaigns.in_force import InForce
from campaigns.react import react
from campaigns.run import run_scheduled
from campaigns.scheduler import Scheduler
from channels.base import Channel
from channels.registry import open_channels
from config.settings import Settings

ROLES = ("web", "worker", "scheduler")
log = structlog.get_logger()


class Service:
    """Everything that runs in one process, for the roles it was given; what channels know as their hub."""

    def __init__(
        self,
        settings: Settings,
        *,
        roles: Collection[str] = ROLES,
        clock: Clock = system_clock,
        stand_ins: Mapping[str, Channel] | None = None,
        extra_routes: Sequence[web.RouteDef] = (),
        pages: "Callable[[Service], Sequence[web.RouteDef]] | None" = None,
    ) -> None:
        key = secret.read(settings)
        self.settings = settings.model_copy(update={"secret_key": SecretStr(key)})
        self.roles = frozenset(roles)
        self.channels: dict[str, Channel] = {**(stand_ins or {}), **open_channels(self.settings)}
        url, on = settings.public_url.rstrip("/"), frozenset(self.channels)
        database = Database(settings.database_url)
        self.core = Core(database, key.encode(), clock, public_url=url, channels=on, contacts=self.contacts)
        links = unsubscribe.Links(key.encode(), settings.public_url)
        self.delivery = Delivery(
            self.core.database, self.channels, clock, programmes=self.core.programmes, unsubscribe_url=links.url
        )
        self.scheduler = Scheduler(
            schedules=self._schedules if "scheduler" in roles else None,
            deliver=self._deliver if "worker" in roles else None,
            recover=self.delivery.recover if "worker" in roles else None,
        )
        self.gallery = Gallery()
        self._pictures = PicturePage(self.core, self.gallery)
        self.in_force = InForce(self.core.database, self.core.programmes)
        self._extra_routes = [
            *extra_routes,
            *Confirmation(self.core).routes(),
            *OwnData(self.core).routes(),
            *unsubscribe.Unsubscribe(self.core, links).routes(),
            *VoucherPage(self.core, settings.proxies).routes(),
            *self._pictures.routes(),
            *Invitation(self.core, self.contacts).routes(),
            *CounterPages(self.core, self.contacts).routes(),
            *(pages or front_door)(self),
        ]
        self._converse = Batcher(partial(receive_many, self.core))
        self._appearance = Batcher(self._look)
        self._transcripts = Batcher(self._read)
        self._sending: set[asyncio.Task[None]] = set()
        self._runner: web.AppRunner | None = None

    def contacts(self) -> Contacts:
        """The channels that are on, each with what customers write to there, as of now."""
        return {name: channel.contact for name, channel in self.channels.items()}

    async def receive(self, messages: Sequence[Inbound]) -> None:
        """Answer what customers said; returns after the commit, the replies leave right behind it."""
        answers = await asyncio.gather(*map(self._converse, messages), return_exceptions=True)
        replies = [reply for answer in answers if isinstance(answer, list) for reply in answer]
        if replies:
            self._send(replies)
        # What was committed is answered now; all are brought again, and the others' turn comes then.
        for failed in answers:
            if isinstance(failed, BaseException):
                raise failed

    def _send(self, replies: Sequence[Outbound]) -> None:
        task = asyncio.create_task(self.delivery.send_now(replies))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _schedules(self) -> None:
        """What time changes by itself, then the campaigns whose time has come."""
        database, now = self.core.database, self.core.clock()
        told = await upkeep(self.core, now)
        programme, campaigns = await self.in_force()
        reports = await run_scheduled(database, programme, campaigns, now, channels=self.channels)
        if told or any(report.queued for report in reports):
            self.scheduler.wake()

    async def _deliver(self) -> None:
        """What activities give reason to say, then everything that is due."""
        programme, campaigns = await self.in_force()
        await react(self.core.database, programme, campaigns, self.core.clock(), channels=self.channels)
        await self.delivery.deliver_due()

    async def settle(self, receipts: Sequence[Receipt]) -> None:
        """Take what providers say of messages sent earlier."""
        await self.delivery.settle_receipts(receipts)

    async def authorised(self, authorization: str) -> bool:
        """Whether the header carries an API key that is valid."""
        return await keys.check(self.core, authorization) is not None

    async def transcript(self, channel: str, address: str, after: int, limit: int, before: int = LAST) -> list[Line]:
        """The conversation with one address."""
        return await self._transcripts(Asked(channel, address, after, limit, before))

    async def _read(self, asked: Sequence[Asked]) -> list[list[Line]]:
        async with self.core.database.read() as tx:
            return await transcripts.newest(tx, asked)

    async def appearance(self, language: str = "") -> Appearance:
        """How the business looks to who reads a language, as of now; who ask at the same time share one read."""
        return await self._appearance(language)

    async def _look(self, asked: Sequence[str]) -> list[Appearance]:
        async with self.core.database.read() as tx:
            programme = await self.core.programmes.current(tx)
        look = programme.one(Look) or Look("", "")
        return [Appearance(programme.called(tag), look.colour, look.logo, look.postal_address) for tag in asked]

    async def png(self, picture: Picture) -> bytes | None:
        """The picture drawn, from the gallery when it was drawn before."""
        return await self.gallery.png(picture)

    async def size(self, picture: Picture) -> tuple[int, int] | None:
        """Width and height of the picture, which need not be drawn for it."""
        return await self.gallery.size(picture)

    def picture_url(self, message: int) -> str:
        """Where the picture of a message can be fetched."""
        return self._pictures.url(message)

    def languages(self) -> Sequence[str]:
        """Every language that there are words in."""
        return languages()

    def texts(self, context: str, language: str) -> Mapping[str, str]:
        """What a channel shows by itself."""
        return texts(context, language)

    async def start(self) -> None:
        """Check the schema, open channels, begin to serve.

        Raises:
            SetupError: when the database is not ready, saying which command to run.
        """
        await check_schema(self.core.database)
        async with self.core.database.read() as tx:
            programme = await self.core.programmes.current(tx)
        if "web" in self.roles:
            prepare(programme.languages)
        for channel in self.channels.values():
            await channel.start(self, listen="web" in self.roles)
        self.scheduler.start()
        if "web" in self.roles:
            await self._serve()
        settle_down()

    def application(self) -> web.Application:
        """Everything that is served by HTTP: the API, the pages, the channels' webhooks."""
        routes = [route for channel in self.channels.values() for route in channel.routes()]
        return server.build(self.core, extra_routes=[*self._extra_routes, *routes], check=check)

    async def _serve(self) -> None:
        self._runner = web.AppRunner(self.application(), access_log=None, handle_signals=False)
        await self._runner.setup()
        host, port = self.settings.http_host, self.settings.http_port
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            raise SetupError(f"REGULARS_HTTP_PORT: {host}:{port} cannot be listened on ({error.strerror})") from error
        log.info("serving", host=host, port=self.port, channels=sorted(self.channels))

    @property
    def port(self) -> int:
        """The port that is listened on (of use when 0 was asked for)."""
        return int(self._runner.addresses[0][1]) if self._runner and self._runner.addresses else 0

    async def close(self) -> None:
        """Finish what is under way and give everything back."""
        if self._runner is not None:
            # An open chat is a request that does not end by itself, and the server would wait a minute for it.
            await self.channels["web"].close()
            await self._runner.cleanup()
        await asyncio.gather(*self._sending, return_exceptions=True)
        await self.scheduler.close()
        await self.delivery.close()
        for channel in self.channels.values():
            await channel.close()
        await self.core.database.close()


def front_door(service: Service) -> Sequence[web.RouteDef]:
    """The page that a customer finds at ``/``."""
    return Front(service.core, service.contacts).routes()
