"""The e-mail settings, checked and taken apart."""

from dataclasses import dataclass, field
from email.utils import parseaddr
from enum import StrEnum
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from bot.errors import SetupError
from channels.email.addresses import Mailbox, is_address
from config.settings import Settings

_URL_SHAPE = "REGULARS_SMTP_URL must look like smtp://user:password@host:587 or smtps://user:password@host:465"


class Tls(StrEnum):
    """How the connection to the mail server is secured."""

    IMPLICIT = "implicit"
    STARTTLS = "starttls"
    NEVER = "never"


_PORTS = {Tls.IMPLICIT: 465, Tls.STARTTLS: 587, Tls.NEVER: 25}


@dataclass(frozen=True, slots=True)
class Server:
    """The mail server that takes our messages."""

    host: str
    port: int
    tls: Tls
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Options:
    """All that the e-mail channel is set up with. ``rate`` is messages a second; ``listen`` is host and port."""

    server: Server
    mailbox: Mailbox
    key: bytes = field(repr=False)
    rate: float = 10
    listen: tuple[str, int] | None = None


def read_options(settings: Settings) -> Options:
    """Take the settings apart.

    Raises:
        SetupError: one is missing or wrong. Never repeats the URL, which holds a password.
    """
    if settings.imap_url is not None:
        raise SetupError("REGULARS_IMAP_URL is not supported yet; use REGULARS_SMTP_LISTEN or POST /webhooks/email")
    if settings.smtp_url is None:
        raise SetupError("REGULARS_SMTP_URL is missing; set it, or clear REGULARS_EMAIL_FROM")
    if settings.secret_key is None:
        raise SetupError("REGULARS_SECRET_KEY is missing; `regulars init` makes one")
    return Options(
        server=parse_server(settings.smtp_url.get_secret_value()),
        mailbox=parse_mailbox(settings.email_from or ""),
        key=settings.secret_key.get_secret_value().encode(),
        rate=settings.email_rate,
        listen=parse_listen(settings.smtp_listen) if settings.smtp_listen else None,
    )


def parse_server(url: str) -> Server:
    """Take ``smtp://`` and ``smtps://`` URLs; user and password are percent-decoded."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise SetupError(f"{_URL_SHAPE}: the port must be a number from 1 to 65535") from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise SetupError(_URL_SHAPE)
    if parts.path not in ("", "/") or parts.fragment:
        raise SetupError(f"{_URL_SHAPE}: percent-encode / # ? @ : in user and password (%2F %23 %3F %40 %3A)")
    if (parts.username is None) != (parts.password is None):
        raise SetupError(f"{_URL_SHAPE}: give both user and password, or neither")
    tls = _tls(parts)
    user, password = (None if text is None else unquote(text) for text in (parts.username, parts.password))
    return Server(parts.hostname, port or _PORTS[tls], tls, user, password)


def _tls(parts: SplitResult) -> Tls:
    query = parse_qs(parts.query, keep_blank_values=True)
    never = query.pop("starttls", None)
    if query or never not in (None, ["never"]) or (never and parts.scheme == "smtps"):
        raise SetupError(
            "REGULARS_SMTP_URL may end in ?starttls=never (smtp:// only, for a local relay) and nothing else"
        )
    if parts.scheme == "smtps":
        return Tls.IMPLICIT
    return Tls.NEVER if never else Tls.STARTTLS


def parse_mailbox(text: str) -> Mailbox:
    """Take ``Name <address>`` or a bare address."""
    name, address = parseaddr(text)
    if not is_address(address) or not text.isprintable():
        raise SetupError("REGULARS_EMAIL_FROM must look like Bean & Leaf <hello@example.com>")
    return Mailbox(name, address.lower())


def parse_listen(text: str) -> tuple[str, int]:
    """Take ``host:port``; an IPv6 host stands in brackets."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise SetupError("REGULARS_SMTP_LISTEN must look like 127.0.0.1:2525 or [::1]:2525")
    return host.strip("[]"), int(port)
