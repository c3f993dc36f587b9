"""A whole service for a test: its settings, the providers around it, and the service in this process or in its own."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from aiohttp import ClientError, ClientSession
from sqlalchemy import func, select

from bot.actions.core import Core
from bot.actions.keys import create_key
from bot.app import Service
from bot.clock import Clock, system_clock
from bot.storage import programmes
from bot.storage.database import Database
from bot.storage.tables import metadata
from config.settings import PREFIX, read_settings
from tests.fakes.mail import MailServer
from tests.fakes.ports import PATIENCE, held_ports
from tests.fakes.telegram import TOKEN, TelegramServer
from tests.fakes.twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, WHATSAPP_NUMBER, FakeTwilio
from tests.journeys import forking

ROOT = Path(__file__).parents[2]
CAFE = (ROOT / "config/presets/cafe.toml").read_text("utf-8")
SECRET = "a secret of the tests, long enough"
TELEGRAM_SECRET = "only-Telegram-knows-this"
Dump = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass
class Town:
    """One business: a database with the café's programme and a key, and providers that answer on this machine."""

    database_url: str
    folder: Path
    telegram: TelegramServer = field(default_factory=TelegramServer)
    twilio: FakeTwilio = field(default_factory=FakeTwilio)
    mail: MailServer = field(default_factory=MailServer)
    key: str = ""
    programme: str = CAFE
    channels: tuple[str, ...] = ("telegram", "twilio", "email")
    """Those that are on, beside the web chat: a command starts faster without Telegram's library."""
    clock: Clock = system_clock

    async def __aenter__(self) -> Self:
        self._open = AsyncExitStack()
        for server in (self.telegram, self.twilio, self.mail):
            await self._open.enter_async_context(server)
        self.port, self.smtp_port = self._open.enter_context(held_ports(2))
        self.database = Database(self.database_url)
        self._open.push_async_callback(self.database.close)
        async with self.database.write() as tx:
            await programmes.publish(tx, self.programme, self.clock())
        self.key = await create_key(self.core(), "till", "owner")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, Any]:
        """What leads to this town's database and providers."""
        told = {
            "database_url": self.database_url,
            "http_port": self.port,
            "public_url": self.url,
            "secret_key": SECRET,
        }
        for channel in self.channels:
            told |= self._of_channel[channel]
        return told

    @property
    def _of_channel(self) -> dict[str, dict[str, Any]]:
        return {
            "telegram": {
                "telegram_token": TOKEN,
                "telegram_api_url": self.telegram.url,
                "telegram_webhook_secret": TELEGRAM_SECRET,
                "telegram_rate": 100_000,
            },
            "twilio": {
                "twilio_account_sid": ACCOUNT_SID,
                "twilio_auth_token": AUTH_TOKEN,
                "twilio_from": NUMBER,
                "twilio_whatsapp_from": WHATSAPP_NUMBER,
                "twilio_api_url": self.twilio.url,
                "twilio_rate": 1000,
            },
            "email": {
                "smtp_url": self.mail.url,
                "email_from": "Bean & Leaf <hello@shop.test>",
                "smtp_listen": f"127.0.0.1:{self.smtp_port}",
            },
        }

    def core(self, clock: Clock | None = None) -> Core:
        """What the tests' own use cases are handed."""
        return Core(self.database, SECRET.encode(), clock or self.clock)

    @asynccontextmanager
    async def service(self, clock: Clock | None = None, **changed: Any) -> AsyncIterator[Service]:
        """The service in this process."""
        service = Service(read_settings(**self.settings | changed), clock=clock or self.clock)
        try:
            await service.start()
            yield service
        finally:
            await service.close()

    @asynccontextmanager
    async def service_process(self) -> AsyncIterator[asyncio.subprocess.Process]:
        """The service as ``regulars run``, once it answers; killed at the end if it still lives."""
        async with self.command("run") as process:
            async with ClientSession() as client:
                await until(lambda: _answers(client, self.url + "/health/live", process))
            yield process

    @asynccontextmanager
    async def command(self, *arguments: str | Path, stderr: int = PIPE) -> AsyncIterator[asyncio.subprocess.Process]:
        """A command under way; killed at the end if it still runs."""
        async with started(*arguments, settings=self.settings, folder=self.folder, stderr=stderr) as process:
            yield process

    async def run(self, *arguments: str | Path, told: str | bytes = "") -> Ended:
        """A command from beginning to end."""
        return await run(*arguments, settings=self.settings, folder=self.folder, told=told)

    async def count(self, table: str) -> int:
        async with self.database.read() as tx:
            return int((await tx.execute(select(func.count()).select_from(metadata.tables[table]))).scalar_one())

    async def has(self, table: str, at_least: int) -> bool:
        return await self.count(table) >= at_least

    async def settled(self) -> bool:
        """Whether every message has left, or will not."""
        return not {message.state for message in await self.rows("messages")} & {"queued", "sending"}

    async def rows(self, table: str) -> list[Any]:
        async with self.database.read() as tx:
            return list((await tx.execute(select(metadata.tables[table]))).all())

    async def dump(self) -> Dump:
        """Everything the database holds: two are equal when nothing changed in between."""
        return {name: sorted(map(tuple, await self.rows(name)), key=repr) for name in metadata.tables}

    async def sizes(self) -> dict[str, int]:
        """How many rows each table has: for databases too large to dump."""
        return {name: await self.count(name) for name in metadata.tables}

    async def post(self, path: str, body: Any, status: int = 201) -> Any:
        """A call of the API, with the key."""
        async with ClientSession(self.url) as client:
            async with client.post(path, json=body, headers={"Authorization": f"Bearer {self.key}"}) as answer:
                told = await answer.json(content_type=None)
                assert answer.status == status, told
                return told

    async def sale(self, member: dict[str, str], id_: str, amount: str, **more: Any) -> dict[str, Any]:
        """A purchase, told as a till does; what the programme did in answer."""
        body = {"type": "purchase", "source": "till", "id": id_, "member": member, "amount": amount, "currency": "EUR"}
        told: dict[str, Any] = await self.post("/api/v1/activities", body | more)
        return told


async def until(condition: Callable[[], Awaitable[bool]], patience: float = PATIENCE) -> None:
    """Wait for something that only asking can tell, such as what another process has committed."""
    ends = time.monotonic() + patience
    while not await condition():
        assert time.monotonic() < ends, "what was waited for did not come"
        await asyncio.sleep(0.01)


@asynccontextmanager
async def started(
    *arguments: str | Path, settings: dict[str, Any], folder: Path, stderr: int = PIPE, fresh: bool = False
) -> AsyncIterator[asyncio.subprocess.Process]:
    """``regulars`` with these settings only, working in ``folder``; a ``fresh`` one loads its own libraries."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    told = {PREFIX + name.upper(): str(value) for name, value in settings.items()}
    process = await asyncio.create_subprocess_exec(
        *((sys.executable, "-m", "bot") if fresh else forking.program()),
        *map(str, arguments),
        cwd=folder,
        env=own | told | {"PYTHONPATH": str(ROOT), "COLUMNS": "120"},
        stdin=PIPE,
        stdout=PIPE,
        stderr=stderr,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def run(
    *arguments: str | Path, settings: dict[str, Any], folder: Path, told: str | bytes = "", fresh: bool = False
) -> Ended:
    """A command from beginning to end; ``told`` is typed into it."""
    async with started(*arguments, settings=settings, folder=folder, fresh=fresh) as process:
        out, err = await asyncio.wait_for(
            process.communicate(told.encode() if isinstance(told, str) else told), PATIENCE
        )
        return Ended(process.returncode or 0, out.decode(), err.decode())


async def killed(process: asyncio.subprocess.Process) -> None:
    """kill -9, in the middle of its work: it must not have ended by itself."""
    process.kill()
    await process.communicate()
    assert process.returncode == -signal.SIGKILL


async def _answers(client: ClientSession, url: str, process: asyncio.subprocess.Process) -> bool:
    if process.returncode is not None:
        _, err = await process.communicate()
        raise AssertionError(f"the service did not start: {err.decode()}")
    try:
        async with client.get(url) as answer:
            return answer.ok
    except ClientError:
        return False
