"""The customers' mail server: real SMTP on the test's own loop, and mails as customers write them."""

import asyncio
import ssl
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.policy import default
from functools import cached_property
from pathlib import Path
from typing import Self
from urllib.parse import quote

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from channels.email.options import Tls
from tests.fakes.ports import PATIENCE

CERTIFICATE = Path(__file__).with_name("localhost.pem")
"""Key and self-signed certificate of 127.0.0.1, for tests only; ``SSL_CERT_FILE`` makes a client trust it."""


@dataclass(frozen=True)
class Mail:
    """A mail as it arrived: envelope, bytes and what they say."""

    sender: str
    recipient: str
    raw: bytes
    message: EmailMessage

    @cached_property
    def text(self) -> str:
        return self._content("plain")

    @cached_property
    def html(self) -> str:
        return self._content("html")

    def _content(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        assert part is not None
        return str(part.get_content()).replace("\r\n", "\n").strip()


@dataclass
class MailServer:
    """``login`` makes it ask for user and password; ``refusals`` maps a recipient to the answer it gets,
    ``answers`` are given to the next mails in place of 250; ``hang_up_at`` names the command (MAIL, DATA) at
    which the connection ends without an answer."""

    login: tuple[str, str] | None = None
    tls: Tls = Tls.NEVER
    mails: list[Mail] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)
    hang_up_at: set[str] = field(default_factory=set)
    utf8: bool = True
    noop_answer: str = "250 OK"
    sessions: int = 0
    logins: int = 0
    commands: list[str] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        self._arrived = asyncio.Condition()
        self._open: list[SMTP] = []
        implicit = self._context() if self.tls is Tls.IMPLICIT else None
        self._server = await asyncio.get_running_loop().create_server(self._session, "127.0.0.1", 0, ssl=implicit)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.drop_sessions()
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        """What ``REGULARS_SMTP_URL`` has to be."""
        scheme = "smtps" if self.tls is Tls.IMPLICIT else "smtp"
        login = ":".join(quote(part, safe="") for part in self.login) + "@" if self.login else ""
        return f"{scheme}://{login}127.0.0.1:{self.port}{'?starttls=never' if self.tls is Tls.NEVER else ''}"

    async def received(self, count: int = 1) -> list[Mail]:
        """All mails, as soon as there are ``count``."""
        async with asyncio.timeout(PATIENCE), self._arrived:
            await self._arrived.wait_for(lambda: len(self.mails) >= count)
        return self.mails

    def drop_sessions(self) -> None:
        """Hang up on everybody, as servers do with idle clients."""
        for session in self._open:
            if session.transport is not None:
                session.transport.close()
        self._open.clear()

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.commands.append("MAIL")
        if "MAIL" in self.hang_up_at:
            self.drop_sessions()
        if self.login and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if (refusal := self.refusals.get(address)) is not None:
            return refusal
        envelope.mail_from = address
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if (refusal := self.refusals.get(address)) is not None:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_NOOP(self, server: SMTP, session: Session, envelope: Envelope, argument: str) -> str:
        self.commands.append("NOOP")
        return self.noop_answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if "DATA" in self.hang_up_at:
            self.drop_sessions()
        if self.answers:
            return self.answers.pop(0)
        raw = envelope.original_content or b""
        message = message_from_bytes(raw, _class=EmailMessage, policy=default)
        async with self._arrived:
            for recipient in envelope.rcpt_tos:
                self.mails.append(Mail(envelope.mail_from or "", recipient, raw, message))
            self._arrived.notify_all()
        return "250 2.0.0 OK"

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        self.logins += 1
        known = isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode()) == self.login
        return AuthResult(success=known, handled=False)

    def _session(self) -> SMTP:
        session = SMTP(
            self,
            hostname="mx.ok.test",
            enable_SMTPUTF8=self.utf8,
            auth_require_tls=False,
            authenticator=self._authenticate,
            tls_context=self._context() if self.tls is Tls.STARTTLS else None,
            require_starttls=self.tls is Tls.STARTTLS,
            loop=asyncio.get_running_loop(),
        )
        self.sessions += 1
        self._open.append(session)
        return session

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(CERTIFICATE)
        return context


def customer_mail(
    text: str,
    *,
    sender: str = "Anna <anna@ok.test>",
    to: str = "hello@shop.test",
    subject: str = "Hello",
    message_id: str = "<1@ok.test>",
    headers: dict[str, str] | None = None,
) -> bytes:
    """A plain mail as a customer's client sends it, lines ending in CRLF."""
    message = EmailMessage(policy=WIRE)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    if message_id:
        message["Message-ID"] = message_id
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(text)
    return message.as_bytes()
