from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer as LocalServer

from bot.errors import SendError
from bot.messages import Button, Inbound, Outbound, Purpose, Receipt
from channels.base import Channel
from channels.twilio.channel import SmsChannel, TwilioChannel, WhatsAppChannel
from config.settings import Settings
from tests.cast import Watch
from tests.fakes.hub import Rest
from tests.fakes.twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, WHATSAPP_NUMBER, FakeTwilio

ANNA = "+36301234567"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PUBLIC_URL = "https://beans.example"


class Ear(Rest):
    """Notes what the channel tells the service."""

    def __init__(self) -> None:
        self.heard: list[Inbound] = []
        self.receipts: list[Receipt] = []
        self.broken = False
        self.pictures_at = ""

    async def receive(self, messages: Sequence[Inbound]) -> None:
        if self.broken:
            raise OSError("the database is away")
        self.heard.extend(messages)

    async def settle(self, receipts: Sequence[Receipt]) -> None:
        self.receipts.extend(receipts)

    def picture_url(self, message: int) -> str:
        return f"{self.pictures_at}/{message}.png"


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
async def whatsapp(twilio: FakeTwilio, ear: Ear) -> AsyncIterator[WhatsAppChannel]:
    """The only channel of the account that is on."""
    only = settings(twilio, twilio_from=None, twilio_whatsapp_from=WHATSAPP_NUMBER)
    channel = WhatsAppChannel(only, Watch(NOON))
    await channel.start(ear, listen=True)
    yield channel
    await channel.close()


@asynccontextmanager
async def served(*channels: TwilioChannel) -> AsyncIterator[str]:
    """Where the service is reached behind the proxy: plain HTTP on this machine."""
    app = web.Application()
    for channel in channels:
        app.add_routes(channel.routes())
    async with LocalServer(app) as server:
        yield str(server.make_url("/"))


@pytest.fixture
async def service(channel: SmsChannel) -> AsyncIterator[str]:
    async with served(channel) as url:
        yield url


def to_anna(text: str = "You have 120 points", *buttons: Button) -> Outbound:
    return Outbound(1, "sms", ANNA, Purpose.REPLY, text, buttons=buttons)


async def failing(channel: Channel, message: Outbound | None = None) -> SendError:
    with pytest.raises(SendError) as raised:
        await channel.send(message or to_anna())
    return raised.value
