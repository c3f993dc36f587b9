"""Handing mails to the mail server over a few kept connections, and what its answers mean."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from bot.errors import AddressGone, Rejected, RetryLater, SendError
from channels.email.options import Server, Tls
from channels.email.status import address_gone, enhanced_status

CONNECTIONS = 4
TIMEOUT = 30.0
CHECK_TIMEOUT = 5.0
IDLE_BEFORE_CHECK = 10.0
MAX_AGE = 300.0
_CLOSING, _TOO_BIG = 421, 552
_AUTHENTICATION = {530, 534, 535, 538}
_ANY_ADDRESS = re.compile(r"<[^<>\s]*>|[^\s<>]+@[^\s<>]+")


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
        options = [] if recipient.isascii() else ["SMTPUTF8", "BODY=8BITMIME"]
        async with self._connection() as smtp:
            try:
                await smtp.sendmail(sender, [recipient], content, mail_options=options)
            except (SMTPException, OSError) as error:
                if not _session_goes_on(error):
                    smtp.close()
                raise translate(error) from None

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
        except (SMTPException, OSError) as error:
            code, reason = _said(error)
            raise RetryLater(reason, code=code, whole_sender=True) from None
        return smtp


def translate(error: Exception) -> SendError:
    """What the server's refusal of one message means for it."""
    if isinstance(error, SMTPRecipientsRefused):
        error = error.recipients[0]
    code, reason = _said(error)
    if isinstance(error, SMTPNotSupported):
        return Rejected(reason, code=code)
    if not isinstance(error, SMTPResponseException) or error.code < 500:
        return RetryLater(reason, code=code, whole_sender=code.startswith(str(_CLOSING)))
    # A server that will not have us as the sender tells of our set-up, not of this message.
    sender_refused = isinstance(error, SMTPSenderRefused) and error.code != _TOO_BIG
    if error.code in _AUTHENTICATION or sender_refused:
        return RetryLater(reason, code=code, whole_sender=True)
    if address_gone(enhanced_status(error.message)):
        return AddressGone(reason, code=code)
    return Rejected(reason, code=code)


def _said(error: Exception) -> tuple[str, str]:
    """Code and reason without the addresses that servers like to repeat: reasons are kept and logged."""
    if not isinstance(error, SMTPResponseException):
        return "", f"{type(error).__name__}: {_ANY_ADDRESS.sub('<address>', str(error))}"[:200]
    reason = _ANY_ADDRESS.sub("<address>", " ".join(error.message.split()))
    code = f"{error.code} {enhanced_status(error.message)}".strip()
    return code, reason[:200]


def _session_goes_on(error: Exception) -> bool:
    if isinstance(error, SMTPResponseException):
        return error.code not in (-1, _CLOSING)
    return isinstance(error, SMTPRecipientsRefused | SMTPNotSupported)


async def _quit(smtp: SMTP) -> None:
    with suppress(SMTPException, OSError):
        await smtp.quit(timeout=CHECK_TIMEOUT)
    smtp.close()
