"""Requests sent over one connection without waiting for the answers in between: the real server, at its own pace."""

import asyncio
from collections.abc import Mapping, Sequence

Request = tuple[str, bytes, Mapping[str, str]]
"""Path (posted to, unless a method stands before it), body, headers."""
AT_ONCE = 50


async def send(host: str, port: int, requests: Sequence[Request]) -> list[int]:
    """The status that each is answered with."""
    reader, writer = await asyncio.open_connection(host, port, limit=2**20)
    statuses: list[int] = []
    try:
        for at in range(0, len(requests), AT_ONCE):
            some = requests[at : at + AT_ONCE]
            writer.write(b"".join(map(_as_bytes, some)))
            statuses += [await _status(reader) for _ in some]
    finally:
        writer.close()
        await writer.wait_closed()
    return statuses


def _as_bytes(request: Request) -> bytes:
    path, body, headers = request
    told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    line = path if " " in path else f"POST {path}"
    return f"{line} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n{told}\r\n".encode() + body


async def _status(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
    await reader.readexactly(length)
    return int(head.split(maxsplit=2)[1])
