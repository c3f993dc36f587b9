"""Our own SMTP (RFC 5321) and LMTP (RFC 2033) listener for customers' mail.

It takes mail for our own domain only and passes nothing on. Anybody can write any sender into a
mail: that is harmless here because answers go to that address alone, and only what a customer
may do by mail can be done.
"""

import asyncio
import logging
import weakref
from collections.abc import Awaitable, Callable, Sequence

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

SIZE_LIMIT = 10 * 1024 * 1024
IDLE_TIMEOUT = 120.0
Take = Callable[[bytes, str, tuple[str, ...]], Awaitable[object]]

log = structlog.get_logger()
# The library logs every address at "info".
logging.getLogger("mail.log").setLevel(logging.WARNING)


class Listener:
    """Hands every mail to ``take`` (its bytes, envelope sender and recipients) and answers 250 once that returned.

    ``domains`` are those that mail is taken for, our own first.
    """

    def __init__(self, domains: Sequence[str], take: Take) -> None:
        self._domain = domains[0]
        self._lmtp = False
        self._handler = _Handler(frozenset(domains), take)
        self._sessions: weakref.WeakSet[_Protocol] = weakref.WeakSet()
        self._server: asyncio.Server | None = None

    async def open(self, host: str, port: int, *, lmtp: bool = False) -> int:
        """Listen, with ``lmtp`` to nothing but LMTP; answers the port, which is chosen by the system for port 0."""
        self._lmtp = lmtp
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._session, host, port)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def close(self) -> None:
        """Stop listening and hang up; a mail not yet answered will be brought again."""
        if self._server is not None:
            self._server.close()
            for session in list(self._sessions):
                session.hang_up()
            await self._server.wait_closed()

    def _session(self) -> "_Protocol":
        session = (_Lmtp if self._lmtp else _Protocol)(
            self._handler,
            data_size_limit=SIZE_LIMIT,
            enable_SMTPUTF8=True,
            hostname=self._domain,
            ident="Regulars",
            timeout=IDLE_TIMEOUT,
            loop=asyncio.get_running_loop(),
        )
        self._sessions.add(session)
        return session


class _Protocol(SMTP):
    """SMTP that also understands the greeting of LMTP."""

    lmtp = False

    async def smtp_LHLO(self, arg: str) -> None:
        self.lmtp = True
        await self.smtp_EHLO(arg)

    def hang_up(self) -> None:
        if self.transport is not None:
            self.transport.close()


class _Lmtp(_Protocol):
    """LMTP alone: HELO and EHLO must be refused (RFC 2033 §4.1)."""

    async def smtp_HELO(self, arg: str) -> None:
        await self.push("500 5.5.1 This is LMTP: say LHLO")

    async def smtp_LHLO(self, arg: str) -> None:
        self.lmtp = True
        await SMTP.smtp_EHLO(self, arg)

    async def smtp_EHLO(self, arg: str) -> None:
        await self.smtp_HELO(arg)


class _Handler:
    def __init__(self, domains: frozenset[str], take: Take) -> None:
        self._domains = domains
        self._take = take

    async def handle_RCPT(
        self, server: _Protocol, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.rpartition("@")[2].lower() not in self._domains:
            return "550 5.7.1 Not a mailbox of ours"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: _Protocol, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        try:
            await self._take(content, envelope.mail_from or "", tuple(envelope.rcpt_tos))
        except Exception as fault:
            log.exception("email_not_taken", fault=type(fault).__name__)
            answer = "451 4.3.0 Try again later"
        else:
            answer = "250 2.0.0 OK"
        # LMTP wants an answer for each recipient.
        return "\r\n".join([answer] * (len(envelope.rcpt_tos) if server.lmtp else 1))

    async def handle_exception(self, error: Exception) -> str:
        log.warning("email_session_failed", fault=type(error).__name__)
        return "451 4.3.0 Try again later"
