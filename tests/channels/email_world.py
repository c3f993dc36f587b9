"""What the e-mail tests share: Bean & Leaf's mailbox, a hub that keeps what it is told, and messages."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.messages import Appearance, Inbound, Outbound, Picture, Purpose, Receipt
from channels.email.addresses import Mailbox, MessageIds
from channels.email.channel import EmailChannel
from channels.email.dkim import Signer
from channels.email.options import Fetching, Listen, Options, Server, Tls, parse_server
from channels.email.reading import Rules
from tests.fakes.chat_hub import grey
from tests.fakes.hub import Rest

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
SHOP = Mailbox("Bean & Leaf", "hello@shop.test")
HUNGARIAN = "Bab és Levél"
LOOK = Appearance(SHOP.name, "#6f4e37", "https://shop.test/logo.png", "1 Market Street, Penang")
KEY = b"a key for tests"
BOUNCES = "bounces@shop.test"
IDS = MessageIds(SHOP.domain, KEY, BOUNCES)
RULES = Rules(SHOP, IDS)
SAMPLES = Path(__file__).parents[1] / "samples"
NOWHERE = Server("127.0.0.1", 1, Tls.NEVER)


@dataclass
class Hub(Rest):
    """Keeps what it is told; ``broken`` makes it fail as a database that is away does."""

    received: list[Inbound] = field(default_factory=list)
    settled: list[Receipt] = field(default_factory=list)
    broken: bool = False
    drawn: list[Picture] = field(default_factory=list)

    async def receive(self, messages: Sequence[Inbound]) -> None:
        self.received += messages
        if self.broken:
            raise OSError("the database is away")

    async def settle(self, receipts: Sequence[Receipt]) -> None:
        self.settled += receipts

    async def authorised(self, authorization: str) -> bool:
        return authorization == "Bearer good"

    async def appearance(self, language: str = "") -> Appearance:
        return replace(LOOK, name=HUNGARIAN) if language == "hu" else LOOK

    async def png(self, picture: Picture) -> bytes | None:
        self.drawn.append(picture)
        return grey(40, 20) if picture.kind == "card" else None


def channel(
    smtp_url: str = "",
    listen: Listen | None = None,
    fetching: Fetching | None = None,
    bounces: str | None = None,
    signer: Signer | None = None,
) -> EmailChannel:
    """Knows a hub already, so that it can send without being started."""
    server = parse_server(smtp_url) if smtp_url else NOWHERE
    options = Options(server, SHOP, KEY, listen=listen, fetching=fetching, bounces=bounces, signer=signer)
    made = EmailChannel(options, now=lambda: NOW)
    made._hub = Hub()
    return made


def outbound(
    text: str = "You have 112 beans.",
    number: int = 7,
    address: str = "anna@ok.test",
    purpose: Purpose = Purpose.NOTICE,
    **more: Any,
) -> Outbound:
    return Outbound(number, "email", address, purpose, text, **more)


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()
