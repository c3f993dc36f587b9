"""A lean HTTP/1.1 client and server on bare asyncio, so that the measuring costs little beside what is measured."""

import asyncio
import struct
from collections.abc import Callable


class Caller:
    """One kept connection that posts bodies and waits for each answer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes) -> None:
        self._reader = reader
        self._writer = writer
        self._head = head

    @classmethod
    async def open(cls, port: int, path: str, content_type: str = "application/json", headers: str = "") -> "Caller":
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {content_type}\r\n{headers}"
        return cls(reader, writer, head.encode())

    async def post(self, body: bytes, headers: bytes = b"") -> int:
        """Answers the status; ``headers`` are this post's own, each with its line end."""
        self._writer.write(self._head + headers + b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        status, _ = await read_message(self._reader)
        return int(status.split(b" ", 2)[1])

    def close(self) -> None:
        self._writer.close()


async def read_message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """First line and body of an HTTP message with a length or in chunks."""
    head = await reader.readuntil(b"\r\n\r\n")
    first, _, rest = head.partition(b"\r\n")
    lower = rest.lower()
    if b"transfer-encoding: chunked" in lower:
        return first, await _chunks(reader)
    at = lower.find(b"content-length:")
    length = int(lower[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
    return first, await reader.readexactly(length) if length else b""


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readexactly(2)
    return body


async def serve(answer: Callable[[bytes, bytes], bytes]) -> asyncio.Server:
    """A server on a free port whose JSON answers ``answer(first line, body)`` makes."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                body = answer(*await read_message(reader))
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                    % (len(body), body)
                )
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    return await asyncio.start_server(talk, "127.0.0.1", 0)


def port_of(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])


def write_frame(writer: asyncio.StreamWriter, kind: int, body: bytes) -> None:
    """A client's WebSocket frame; its mask is zero, which leaves the body as it is (RFC 6455, 5.3)."""
    size = len(body)
    length = (
        struct.pack(">BB", 0x80 | kind, 0x80 | size) if size < 126 else struct.pack(">BBH", 0x80 | kind, 0xFE, size)
    )
    writer.write(length + b"\0\0\0\0" + body)


async def read_frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Kind and body of a server's WebSocket frame."""
    first, size = await reader.readexactly(2)
    if size > 125:
        wide = 2 if size == 126 else 8
        size = int.from_bytes(await reader.readexactly(wide), "big")
    return first & 0x0F, await reader.readexactly(size)
