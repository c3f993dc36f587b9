"""Handing mails to the mail server over a few kept connections."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from aiosmtplib import SMTP, SMTPException, SMTPNotSupported

from bot.errors import RetryLater, SendError
from channels.email.options import Server, Tls
from channels.email.refusals import session_goes_on, translate, unreachable

CONNECTIONS = 4
TIMEOUT = 30.0
CHECK_TIMEOUT = 5.0
IDLE_BEFORE_CHECK = 10.0
MAX_AGE = 300.0


@dataclass(slots=True)
class _Kept:
    smtp: SMTP
    opened: float
    used: float


class Pool:
    """At most ``CONNECTIONS`` sessions with the mail server, each used by one message at a time.

    aiosmtplib waits for ever on a session that the server closed while it was idle, so one that
    rested is checked first, and an old one replaced. ``now`` is in seconds and only moves forward.
    """

    def __init__(self, server: Server, hello: str, now: Callable[[], float] = time.monotonic) -> None:
        self._server = server
        self._hello = hello
        self._now = now
        self._slots = asyncio.Semaphore(CONNECTIONS)
        self._idle: list[_Kept] = []
        self._closed = False

    async def send(self, sender: str, recipient: str, content: bytes) -> None:
        """Hand over one mail.

        Raises:
            RetryLater, AddressGone, Rejected: as the server's answer means.
        """
        if self._closed:
            raise RetryLater("the channel is closed", code="closed")
        async with self._connection() as smtp:
            handed = False
            try:
                await _address(smtp, sender, recipient)
                handed = True
                await smtp.data(content)
            except (SMTPException, OSError) as error:
                if session_goes_on(error):
                    await _reset(smtp)
                else:
                    smtp.close()
                raise translate(error, handed=handed) from None

    async def close(self) -> None:
        """Take leave of the server on every idle session; the busy ones end when they are done."""
        self._closed = True
        idle, self._idle = self._idle, []
        await asyncio.gather(*(_quit(kept.smtp) for kept in idle))

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[SMTP]:
        async with self._slots:
            kept = await self._take()
            try:
                yield kept.smtp
            except SendError:
                await self._give_back(kept)
                raise
            except BaseException:
                # Cancelled in the middle of a command: nobody knows what the server answers next.
                kept.smtp.close()
                raise
            await self._give_back(kept)

    async def _take(self) -> _Kept:
        while self._idle:
            kept = self._idle.pop()
            if await self._usable(kept):
                return kept
        now = self._now()
        return _Kept(await self._open(), now, now)

    async def _give_back(self, kept: _Kept) -> None:
        kept.used = self._now()
        if self._closed:
            await _quit(kept.smtp)
        elif kept.smtp.is_connected:
            self._idle.append(kept)

    async def _usable(self, kept: _Kept) -> bool:
        if not kept.smtp.is_connected:
            return False
        now = self._now()
        if now - kept.opened > MAX_AGE:
            await _quit(kept.smtp)
            return False
        if now - kept.used > IDLE_BEFORE_CHECK:
            try:
                await kept.smtp.noop(timeout=CHECK_TIMEOUT)
            except (SMTPException, OSError):
                kept.smtp.close()
                return False
        return True

    async def _open(self) -> SMTP:
        """A new session. When there is none to be had, no message of this sender can leave."""
        smtp = SMTP(
            hostname=self._server.host,
            port=self._server.port,
            username=self._server.user,
            password=self._server.password,
            local_hostname=self._hello,
            timeout=TIMEOUT,
            use_tls=self._server.tls is Tls.IMPLICIT,
            start_tls=self._server.tls is Tls.STARTTLS,
        )
        try:
            await smtp.connect()
            if smtp.is_ehlo_or_helo_needed:
                await smtp.ehlo()
        except (SMTPException, OSError) as error:
            raise unreachable(error) from None
        return smtp


async def _address(smtp: SMTP, sender: str, recipient: str) -> None:
    """Begin a mail; a local part beyond ASCII needs RFC 6531 on the other side."""
    if recipient.isascii():
        await smtp.mail(sender)
        await smtp.rcpt(recipient)
        return
    if not smtp.supports_extension("smtputf8"):
        raise SMTPNotSupported("the mail server knows no addresses beyond ASCII")
    await smtp.mail(sender, options=["SMTPUTF8", "BODY=8BITMIME"], encoding="utf-8")
    await smtp.rcpt(recipient, encoding="utf-8")


async def _reset(smtp: SMTP) -> None:
    try:
        await smtp.rset(timeout=CHECK_TIMEOUT)
    except (SMTPException, OSError):
        smtp.close()


async def _quit(smtp: SMTP) -> None:
    with suppress(SMTPException, OSError):
        await smtp.quit(timeout=CHECK_TIMEOUT)
    smtp.close()
