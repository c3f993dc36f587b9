"""A wire to a server that can be cut."""

import asyncio
from collections.abc import Sequence
from typing import Self


class Wire:
    """Passes bytes on to a port of this machine and back; ``port`` is where it begins.

    ``lasts`` says after how many bytes from the server each connection breaks; later ones hold.
    """

    def __init__(self, to: int, lasts: Sequence[int] = ()) -> None:
        self._to = to
        self._lasts = list(lasts)
        self._ends: set[asyncio.StreamWriter] = set()
        self.connections = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.cut()
        await self._server.wait_closed()

    def cut(self) -> None:
        """Every connection ends at once, without a word."""
        for end in self._ends:
            end.transport.abort()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lasts = self._lasts[self.connections] if self.connections < len(self._lasts) else None
        self.connections += 1
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        self._ends |= {writer, back}
        await asyncio.gather(_pass_on(reader, back), _pass_on(there, writer, lasts))


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lasts: int | None = None) -> None:
    try:
        while data := await reader.read(65536 if lasts is None else min(lasts, 65536)):
            writer.write(data)
            lasts = None if lasts is None else lasts - len(data)
    except ConnectionError:
        pass
    finally:
        writer.close()
