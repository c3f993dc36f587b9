"""The web chat: WebSockets, by a client that is no more than their framing (RFC 6455)."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import count

from benchmarks.doors.door import CLIENTS, Door, Say
from benchmarks.installation import SECRET
from benchmarks.wire import read_frame, write_frame
from channels.webchat.identity import COOKIE, Identity

_UPGRADE = (
    "GET /chat/socket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nConnection: Upgrade\r\n"
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    "Cookie: {cookie}\r\n\r\n"
)
_TEXT, _PING, _PONG = 1, 9, 10


class Window:
    """One visitor's."""

    def __init__(self, reader: StreamReader, writer: StreamWriter, ids: Iterator[int]) -> None:
        self._reader, self._writer, self._ids = reader, writer, ids

    async def say(self, text: str, *, answered: bool) -> None:
        """Returns when it was taken, and what it was answered is there; an echo is both."""
        number = next(self._ids)
        write_frame(self._writer, _TEXT, b'{"say":"%b","id":"m%d"}' % (text.encode(), number))
        taken, ours = False, not answered
        while not (taken and ours):
            frame = await self._frame()
            taken = taken or b'"m%d"' % number in frame
            ours = ours or b'"ours": true' in frame or frame.startswith(b'{"say"')

    async def _frame(self) -> bytes:
        while True:
            kind, body = await read_frame(self._reader)
            if kind == _TEXT and b'"error"' not in body:
                return body
            if kind != _PING:
                raise RuntimeError(f"the window was told {body!r}")
            write_frame(self._writer, _PONG, body)

    def close(self) -> None:
        self._writer.close()


class WebChat(Door):
    """Visitors, each with a window; who spoke in one round is silent in the others, because a visitor has a pace."""

    name, channel, floor = "web chat", "web", "webchat"
    messages = 60 * CLIENTS
    customers = 5 * CLIENTS
    everyone = 2 * 6 * customers

    def __init__(self) -> None:
        self._identity = Identity(SECRET, secure=False)
        self._windows: list[Window] = []
        self._round = count()
        # A visitor who comes back says new things: what was told before is dropped.
        self._ids = count(1)

    async def open(self) -> str:
        return ""

    def settings(self) -> dict[str, str]:
        return {}

    def address(self, customer: int) -> str:
        return f"visitor-{customer}"

    async def enter(self, port: int, *, answered: bool = True) -> Sequence[Say]:
        first = next(self._round) * self.customers
        numbers = range(first, first + self.customers)
        self._windows = [await self._window(port, number % self.everyone) for number in numbers]
        return [partial(self._say, answered)] * CLIENTS

    async def _say(self, answered: bool, customer: int, text: str) -> None:
        await self._windows[customer % self.customers].say(text, answered=answered)

    async def _window(self, port: int, visitor: int) -> Window:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        cookie = f"{COOKIE}={self._identity.sign(self.address(visitor))}"
        writer.write(_UPGRADE.format(port=port, cookie=cookie).encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in head:
            raise RuntimeError(f"no window was opened: {head!r}")
        return Window(reader, writer, self._ids)

    async def leave(self) -> None:
        for window in self._windows:
            window.close()
        self._windows = []
