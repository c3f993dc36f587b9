"""E-mail: SMTP to the listener on kept connections, answers to a mail server that takes all."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Sequence
from functools import partial
from itertools import count

from benchmarks.accounts import MAILBOX
from benchmarks.doors.door import CLIENTS, Arrivals, Door, Say
from benchmarks.installation import free_port
from benchmarks.wire import port_of

_LARGEST = 4 * 1024 * 1024
"""Bytes of a mail; some hold pictures."""


class Mail(Door):
    """Customers each of a domain of their own: only so many mails are answered in an hour."""

    name, channel, floor = "e-mail", "email", "mail"
    messages = 32 * CLIENTS

    def __init__(self) -> None:
        self._arrivals = Arrivals()
        self._ids = count(1)
        self._listener = free_port()
        self._open: list[StreamWriter] = []

    async def open(self) -> str:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_LARGEST)
        self._url = f"smtp://127.0.0.1:{port_of(self._server)}"
        return self._url

    def settings(self) -> dict[str, str]:
        return {
            "smtp_url": f"{self._url}?starttls=never",
            "email_from": f"Bean & Leaf <{MAILBOX}>",
            "smtp_listen": f"127.0.0.1:{self._listener}",
        }

    def port(self, http: int) -> int:
        return self._listener

    def address(self, customer: int) -> str:
        return f"anna@c{customer}.example"

    async def enter(self, port: int, *, answered: bool = True) -> Sequence[Say]:
        return [partial(self._say, *await self._session(port), answered) for _ in range(CLIENTS)]

    async def _session(self, port: int) -> tuple[StreamReader, StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        self._open.append(writer)
        await _reply(reader, b"220")
        await _ask(reader, writer, b"EHLO customers.example", b"250")
        return reader, writer

    async def _say(self, reader: StreamReader, writer: StreamWriter, answered: bool, customer: int, text: str) -> None:
        address = self.address(customer)
        arrived = self._arrivals.expect(address.encode()) if answered else None
        await _ask(reader, writer, f"MAIL FROM:<{address}>".encode(), b"250")
        await _ask(reader, writer, f"RCPT TO:<{MAILBOX}>".encode(), b"250")
        await _ask(reader, writer, b"DATA", b"354")
        await _ask(reader, writer, self._written(address, text) + b"\r\n.", b"250")
        if arrived:
            await arrived.wait()

    def _written(self, address: str, text: str) -> bytes:
        return (
            f"From: Anna <{address}>\r\nTo: <{MAILBOX}>\r\nSubject: A question\r\n"
            f"Message-ID: <{next(self._ids)}.{address}>\r\nDate: Thu, 01 Jan 2026 10:00:00 +0000\r\n"
            f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}"
        ).encode()

    async def leave(self) -> None:
        for writer in self._open:
            writer.close()
        self._open = []

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """The customers' mail server, without any extension."""
        to = b""
        writer.write(b"220 customers.example\r\n")
        try:
            while line := await reader.readline():
                command = line[:4].upper()
                if command == b"DATA":
                    writer.write(b"354 go on\r\n")
                    await reader.readuntil(b"\r\n.\r\n")
                    self._arrivals.came(to)
                elif command == b"RCPT":
                    to = line.partition(b"<")[2].partition(b">")[0]
                writer.write(b"250 OK\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()


async def _ask(reader: StreamReader, writer: StreamWriter, command: bytes, code: bytes) -> None:
    writer.write(command + b"\r\n")
    await _reply(reader, code)


async def _reply(reader: StreamReader, code: bytes) -> None:
    while (line := await reader.readline())[3:4] == b"-":
        pass
    if not line.startswith(code):
        raise RuntimeError(f"the listener answered {line!r}")
