"""A channel with its provider, seen from where the customer and the provider stand."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.messages import LAST, Appearance, Inbound, Line, Outbound, Picture, Purpose, Receipt
from channels.base import Channel
from tests.fakes.chat_hub import grey
from tests.fakes.hub import Rest

KEY = "a-key-of-the-api"
KINDS = ("busy", "flood", "gone", "rejected", "silent")
"""How a provider refuses a message."""
PNG = grey(60, 40)


@dataclass(frozen=True)
class Seen:
    """A message as the customer has it: words, choices (label → what choosing says), links (label → page)."""

    text: str
    choices: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    image: bytes = b""
    unsubscribe: str = ""


class Hub(Rest):
    """The service: keeps what it takes, takes nothing while it is ``broken``."""

    def __init__(self) -> None:
        self.heard: list[Inbound] = []
        self.refused: list[Inbound] = []
        self.receipts: list[Receipt] = []
        self.broken = False
        self.lines: list[tuple[str, Line]] = []
        self.pictures_at = ""

    async def receive(self, messages: Sequence[Inbound]) -> None:
        if self.broken:
            self.refused += messages
            raise OSError("the database is away")
        self.heard += messages

    async def settle(self, receipts: Sequence[Receipt]) -> None:
        self.receipts += receipts

    async def authorised(self, authorization: str) -> bool:
        return authorization == f"Bearer {KEY}"

    async def transcript(self, channel: str, address: str, after: int, limit: int, before: int = LAST) -> list[Line]:
        return [line for whose, line in self.lines if whose == address and after < line.id < before][-limit:]

    async def appearance(self, language: str = "") -> Appearance:
        return Appearance("Bean & Leaf", "#6f4e37")

    async def png(self, picture: Picture) -> bytes | None:
        return None if picture.kind == "broken" else PNG

    async def size(self, picture: Picture) -> tuple[int, int] | None:
        return None if picture.kind == "broken" else (60, 40)

    def picture_url(self, message: int) -> str:
        return f"{self.pictures_at}/p/{message}.png"


class World(ABC):
    """``async with World()``: the provider is there and the channel's routes are served; ``start`` starts it.

    What more can happen there is in the classes below, one for each promise that not every channel makes.
    """

    name: ClassVar[str]
    channel: Channel
    address: str
    """Anna's, in its one true form."""
    contact: str | None = None
    secrets: Sequence[str] = (KEY,)
    connects = True
    """Whether it holds connections to a provider, which closing gives back."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.url = ""
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self.client = await self._stack.enter_async_context(ClientSession())
        self.channel = await self.opened(self._stack)
        app = web.Application()
        app.add_routes([*self.channel.routes(), web.get("/p/{number}.png", self._picture)])
        server = await self._stack.enter_async_context(TestServer(app, access_log=None))
        self.url = self.hub.pictures_at = str(server.make_url("")).rstrip("/")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.channel.close()
        await self._stack.aclose()

    async def start(self, *, listen: bool = True) -> None:
        await self.channel.start(self.hub, listen=listen)

    def message(self, text: str = "You have 12 points", number: int = 1, **more: Any) -> Outbound:
        """To Anna."""
        purpose = more.pop("purpose", Purpose.REPLY)
        return Outbound(number, self.name, self.address, purpose, text, **more)

    async def send(self, message: Outbound) -> str:
        return await self.channel.send(message)

    @abstractmethod
    async def opened(self, stack: AsyncExitStack) -> Channel:
        """The channel, not started, at its provider, which leaves with the stack."""

    @abstractmethod
    async def seen(self, at_least: int) -> list[Seen]:
        """All that Anna has, oldest first, once it is so much."""

    async def _picture(self, request: web.Request) -> web.Response:
        return web.Response(body=PNG, content_type="image/png")


class Hearing(World):
    """Anna can say something."""

    _brought: Any = None

    @abstractmethod
    def written(self, text: str) -> Any:
        """What Anna says, in the provider's words, another one each time."""

    @abstractmethod
    async def bring(self, told: Any) -> bool:
        """The provider brings what was said; whether it was told that it is taken."""

    async def says(self, text: str) -> bool:
        """Anna says something; whether the provider was told that it is taken."""
        self._brought = self.written(text)
        return await self.bring(self._brought)

    async def repeats(self) -> bool:
        """The provider tells again what Anna said last."""
        return await self.bring(self._brought)

    async def chooses(self, seen: Seen, label: str) -> bool:
        """Anna takes one of the choices; where nothing can be pressed she writes it."""
        return await self.says(seen.choices[label])


class Called(Hearing):
    """The provider calls us, and so could anybody."""

    public: frozenset[str] = frozenset()
    """Paths that are the same for everybody, and so need no service behind them."""

    @abstractmethod
    async def forged(self) -> list[int]:
        """How somebody who is not the provider was answered: the statuses."""

    async def knocks(self) -> list[tuple[str, int]]:
        """How each route answers somebody without any proof: its path and the status."""
        statuses = []
        for route in self.channel.routes():
            path = route.path.replace("{", "").replace("}", "")
            async with self.client.request(route.method, self.url + path) as answer:
                statuses.append((route.path, answer.status))
        return statuses


class Listening(World):
    """The channel fetches what customers say, or opens a door of its own."""

    @abstractmethod
    def is_listening(self) -> bool:
        """Whether it does so."""


class Refusing(World):
    """The provider may not take a message."""

    flood_pause: float | None = None
    """Seconds that it asks for when it is flooded."""

    @abstractmethod
    async def refuse(self, kind: str) -> None:
        """It does not take the next message."""

    async def relents(self) -> None:
        """It takes messages again; most fakes refuse one only."""
        await asyncio.sleep(0)


async def eventually(condition: Callable[[], bool]) -> None:
    """Until it holds; whatever has to happen for that happens meanwhile."""
    patience = asyncio.get_running_loop().time() + 10
    while not condition():
        assert asyncio.get_running_loop().time() < patience, "it never came about"
        await asyncio.sleep(0)


def sockets() -> int:
    """How many sockets this process has."""
    return sum(path.is_socket() for path in Path("/dev/fd").iterdir())
