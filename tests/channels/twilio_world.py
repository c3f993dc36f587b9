from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer as LocalServer

from bot.errors import SendError
from bot.messages import Button, Inbound, Line, Outbound, Purpose, Receipt
from channels.twilio.channel import SmsChannel
from config.settings import Settings
from tests.cast import Watch
from tests.fakes.twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, FakeTwilio

ANNA = "+36301234567"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PUBLIC_URL = "https://beans.example"


class Ear:
    """Notes what the channel tells the service."""

    def __init__(self) -> None:
        self.heard: list[Inbound] = []
        self.receipts: list[Receipt] = []
        self.broken = False

    async def receive(self, messages: Sequence[Inbound]) -> None:
        if self.broken:
            raise OSError("the database is away")
        self.heard.extend(messages)

    async def settle(self, receipts: Sequence[Receipt]) -> None:
        self.receipts.extend(receipts)

    async def authorised(self, authorization: str) -> bool:
        return False

    async def transcript(self, channel: str, address: str, after: int, limit: int) -> list[Line]:
        return []

    async def programme_name(self) -> str:
        return "Bean & Leaf"


def settings(twilio: FakeTwilio | None = None, **changes: object) -> Settings:
    values: dict[str, object] = {
        "_env_file": None,
        "twilio_account_sid": ACCOUNT_SID,
        "twilio_auth_token": AUTH_TOKEN,
        "twilio_from": NUMBER,
        "twilio_api_url": twilio.url if twilio else None,
        "public_url": PUBLIC_URL,
    }
    return Settings.model_validate(values | changes)


@pytest.fixture
async def twilio() -> AsyncIterator[FakeTwilio]:
    async with FakeTwilio() as server:
        yield server


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
async def channel(twilio: FakeTwilio, ear: Ear) -> AsyncIterator[SmsChannel]:
    sms = SmsChannel(settings(twilio), Watch(NOON))
    await sms.start(ear, listen=True)
    yield sms
    await sms.close()


@pytest.fixture
async def service(channel: SmsChannel) -> AsyncIterator[str]:
    """Where the service is reached behind the proxy: plain HTTP on this machine."""
    app = web.Application()
    app.add_routes(channel.routes())
    async with LocalServer(app) as server:
        yield str(server.make_url("/"))


def to_anna(text: str = "You have 120 points", *buttons: Button) -> Outbound:
    return Outbound(1, "sms", ANNA, Purpose.REPLY, text, buttons=buttons)


async def failing(channel: SmsChannel) -> SendError:
    with pytest.raises(SendError) as raised:
        await channel.send(to_anna())
    return raised.value
