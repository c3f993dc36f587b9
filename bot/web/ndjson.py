"""Lines of JSON as they stream in, and the answers as they stream out."""

from collections.abc import AsyncIterator
from tempfile import SpooledTemporaryFile
from typing import IO

from aiohttp import StreamReader, web

from bot.errors import BadInput, bad_field

LINE_LIMIT = 256 * 1024
"""Bytes; a line that is longer gets an error, and the rest of it is passed over."""

_PIECE = 32 * 1024
_IN_MEMORY = 1024 * 1024
Line = bytes | BadInput


async def chunks(content: StreamReader, most: int) -> AsyncIterator[list[Line]]:
    """The lines that are not blank, as many at a time as have arrived, at most ``most``."""
    lines, rest, too_long = [], b"", False
    async for data in content.iter_any():
        *whole, rest = (rest + data).split(b"\n")
        for line in whole:
            lines += _line(line, too_long)
            too_long = False
        if len(rest) > LINE_LIMIT:
            rest, too_long = b"", True
        while lines:
            yield lines[:most]
            lines = lines[most:]
    if lines := _line(rest, too_long):
        yield lines


def _line(line: bytes, too_long: bool) -> list[Line]:
    if too_long or len(line) > LINE_LIMIT:
        return [bad_field("", f"the line is longer than {LINE_LIMIT} bytes")]
    return [line] if line.strip() else []


class Answers:
    """Answers are sent while the body still comes, but never waited for.

    A caller may send everything before reading anything; waiting for it to read would stop both for ever. So what
    it does not take yet is set aside, on disk from a megabyte on, and sent after its last line.
    """

    def __init__(self, request: web.Request, response: web.StreamResponse, aside: IO[bytes]) -> None:
        self._request = request
        self._response = response
        self._aside = aside
        self._waiting = False

    async def tell(self, answers: bytes) -> None:
        """Send what can be sent now."""
        for start in range(0, len(answers), _PIECE):
            piece = answers[start : start + _PIECE]
            transport = self._request.transport
            # A piece is half of what the transport holds before it makes its writer wait.
            if not self._waiting and transport is not None and transport.get_write_buffer_size() == 0:
                await self._response.write(piece)
            else:
                self._waiting = True
                self._aside.write(piece)

    async def finish(self) -> None:
        """Send the rest; now the caller reads."""
        self._aside.seek(0)
        while piece := self._aside.read(_PIECE):
            await self._response.write(piece)


def room_aside() -> SpooledTemporaryFile[bytes]:
    """Where answers can be set aside; closed, it leaves nothing behind."""
    return SpooledTemporaryFile(_IN_MEMORY)
