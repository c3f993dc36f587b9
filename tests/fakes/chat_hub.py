"""A hub that keeps its transcripts in memory and drops what it was told before, as the service does."""

import asyncio
import struct
import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from bot.messages import LAST, Appearance, Button, Inbound, Line, Outbound, Picture, Purpose, Receipt
from channels.base import Channel
from tests.fakes.hub import Rest
from tests.fakes.ports import PATIENCE

FIRST_ID = 2**62
"""Greater than a JavaScript number can hold exactly."""
START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
Reply = tuple[str, tuple[Button, ...]]


def echo(said: Inbound) -> Reply | None:
    return f"You said {said.text}", ()


def grey(width: int, height: int) -> bytes:
    """The smallest PNG of a size: one bit for each dot."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\xaa" * ((width + 7) // 8)) * height
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class ChatHub(Rest):
    """``channel`` is told of every reply, as delivery does.

    While ``after_commit`` is not set, what was taken is not confirmed; ``read`` is set when somebody reads.
    """

    def __init__(self, reply: Callable[[Inbound], Reply | None] = echo) -> None:
        self.channel: Channel | None = None
        self.name = "Bean & Leaf"
        self.names: dict[str, str] = {}
        self.colour = ""
        self.public_url = "https://loyal.example"
        self.reply = reply
        self.said: list[Inbound] = []
        self.lines: dict[str, list[Line]] = {}
        self.told = asyncio.Condition()
        self.times_told = 0
        self.after_commit = asyncio.Event()
        self.after_commit.set()
        self.broken = False
        self.read = asyncio.Event()
        self.reads = 0

    async def receive(self, messages: Sequence[Inbound]) -> None:
        if self.broken:
            raise OSError("the database is away")
        for message in messages:
            if message.id not in {one.id for one in self.said}:
                self.said.append(message)
                self.write(message.address, message.text, ours=False)
                if answer := self.reply(message):
                    await self.deliver(message.address, *answer)
        async with self.told:
            self.times_told += 1
            self.told.notify_all()
        await self.after_commit.wait()

    async def settle(self, receipts: Sequence[Receipt]) -> None:
        raise AssertionError("the web chat has no receipts")

    async def transcript(self, channel: str, address: str, after: int, limit: int, before: int = LAST) -> list[Line]:
        assert channel == "web"
        self.read.set()
        self.reads += 1
        lines = sorted(self.lines.get(address, []), key=lambda line: line.id)
        return [line for line in lines if after < line.id < before][-limit:]

    async def appearance(self, language: str = "") -> Appearance:
        return Appearance(self.names.get(language, self.name), self.colour)

    async def size(self, picture: Picture) -> tuple[int, int] | None:
        """What its data names; None when it names none."""
        return picture.data.get("size")

    def picture_url(self, message: int) -> str:
        return f"{self.public_url}/p/{message}.png"

    def write(
        self,
        address: str,
        text: str,
        buttons: tuple[Button, ...] = (),
        *,
        ours: bool = True,
        number: int | None = None,
        picture: Picture | None = None,
        language: str = "",
    ) -> Line:
        """As another process would: nobody is woken."""
        lines = self.lines.setdefault(address, [])
        number = FIRST_ID + sum(map(len, self.lines.values())) * 10 if number is None else number
        line = Line(number, ours, text, START + timedelta(seconds=len(lines)), buttons, picture, language)
        lines.append(line)
        return line

    async def deliver(
        self, address: str, text: str, buttons: tuple[Button, ...] = (), picture: Picture | None = None
    ) -> str:
        """As this process would: written, then sent by the channel."""
        return await self.announce(address, self.write(address, text, buttons, picture=picture))

    async def announce(self, address: str, line: Line) -> str:
        """The channel hears of a line, written or about to be."""
        assert self.channel is not None
        return await self.channel.send(Outbound(line.id, "web", address, Purpose.REPLY, line.text))

    async def until_told(self, times: int) -> None:
        async with asyncio.timeout(PATIENCE), self.told:
            await self.told.wait_for(lambda: self.times_told >= times)
