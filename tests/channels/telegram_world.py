"""What the Telegram tests share: the cast, a hub that records, a channel on a fake Telegram."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from bot.messages import Button, Inbound, Outbound, Picture, Purpose, Receipt
from channels.base import Channel
from channels.telegram import from_settings
from channels.telegram.channel import PATH
from config.settings import read_settings
from tests.fakes.hub import Rest
from tests.fakes.ports import PATIENCE
from tests.fakes.telegram import TOKEN

ANNA, BENCE = 7_400_000_001, 7_400_000_002
NOW = datetime(2027, 1, 15, 8, 0, tzinfo=UTC)
SECRET = "a-secret-that-only-Telegram-knows"
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")
"""The head of a picture of one pixel: all that the server looks at."""
CARD = Picture("card", {"code": "K7M2-9QXA", "points": 12}, "Your card: K7M2-9QXA")


class RecordingHub(Rest):
    """Keeps what it is told; refuses the first ``failures`` batches and waits for ``gate``."""

    def __init__(self, failures: int = 0) -> None:
        self.offered: list[list[Inbound]] = []
        self.taken: list[Inbound] = []
        self.failures = failures
        self.gate = asyncio.Event()
        self.gate.set()
        self.pictures: dict[str, bytes] = {"card": PNG}
        """What can be drawn here, by its kind."""
        self.drawn: list[Picture] = []
        self._changed = asyncio.Condition()

    async def receive(self, messages: Sequence[Inbound]) -> None:
        async with self._changed:
            self.offered.append(list(messages))
            self._changed.notify_all()
        await self.gate.wait()
        if self.failures:
            self.failures -= 1
            raise OSError("the database is away")
        async with self._changed:
            self.taken.extend(messages)
            self._changed.notify_all()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(condition)

    async def settle(self, receipts: Sequence[Receipt]) -> None:
        raise AssertionError("Telegram sends no receipts")

    async def png(self, picture: Picture) -> bytes | None:
        self.drawn.append(picture)
        return self.pictures.get(picture.kind)

    def picture_url(self, message: int) -> str:
        raise AssertionError("Telegram is sent pictures, not addresses")


def open_channel(url: str, **settings: Any) -> Channel:
    channel = from_settings(
        read_settings(
            telegram_token=TOKEN, telegram_api_url=url, telegram_webhook_secret=SECRET, secret_key="key", **settings
        )
    )
    assert channel is not None
    return channel


@asynccontextmanager
async def listening(url: str, hub: RecordingHub, **settings: Any) -> AsyncIterator[Channel]:
    channel = open_channel(url, **settings)
    await channel.start(hub, listen=True)
    try:
        yield channel
    finally:
        await channel.close()


@asynccontextmanager
async def webhook(url: str, hub: RecordingHub, **settings: Any) -> AsyncIterator[TestClient[Request, Application]]:
    """A client at an application that serves the channel's webhook; ``url`` is the fake Telegram's."""
    async with told_by_webhook(url, hub, **settings) as (client, _):
        yield client


@asynccontextmanager
async def told_by_webhook(
    url: str, hub: RecordingHub, **settings: Any
) -> AsyncIterator[tuple[TestClient[Request, Application], Channel]]:
    """The same, with the channel that answers."""
    channel = open_channel(url, **settings)
    await channel.start(hub, listen=False)
    app = Application()
    app.add_routes(channel.routes())
    try:
        async with TestClient(TestServer(app)) as client:
            yield client, channel
    finally:
        await channel.close()


async def post(client: TestClient[Request, Application], body: bytes, secret: str | None = SECRET) -> int:
    """Tell the webhook something, and what status it answers."""
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    async with client.post(PATH, data=body, headers=headers) as answer:
        return answer.status


def outbound(
    text: str = "You have 12 beans", to: int = ANNA, buttons: tuple[Button, ...] = (), **more: Any
) -> Outbound:
    return Outbound(1, "telegram", str(to), more.pop("purpose", Purpose.REPLY), text, buttons=buttons, **more)
