"""The e-mail settings, checked and taken apart."""

from dataclasses import dataclass, field
from email.utils import parseaddr
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from bot.errors import SetupError
from channels.email.addresses import Mailbox, is_address
from channels.email.dkim import Signer, read_signer
from config.settings import Settings


class Tls(StrEnum):
    """How the connection to the mail server is secured."""

    IMPLICIT = "implicit"
    STARTTLS = "starttls"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Server:
    """The mail server that takes our messages, or that keeps those for us."""

    host: str
    port: int
    tls: Tls
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Fetching:
    """The IMAP mailbox that customers' mail is fetched from; what was taken goes to ``move_to`` when it is set."""

    server: Server
    folder: str = "INBOX"
    move_to: str = ""


class Listen(NamedTuple):
    """Where to listen for mail; ``lmtp`` when nothing but LMTP is spoken there."""

    host: str
    port: int
    lmtp: bool = False


@dataclass(frozen=True, slots=True)
class Options:
    """All that the e-mail channel is set up with.

    ``rate`` is messages a second. Bounces come back to ``bounces`` (None: to the mailbox
    itself). ``authserv`` is the receiving host whose ``Authentication-Results`` are believed.
    """

    server: Server
    mailbox: Mailbox
    key: bytes = field(repr=False)
    rate: float = 10
    listen: Listen | None = None
    fetching: Fetching | None = None
    bounces: str | None = None
    authserv: str | None = None
    signer: Signer | None = None


def read_options(settings: Settings) -> Options:
    """Take the settings apart.

    Raises:
        SetupError: one is missing or wrong. Never repeats a URL, which holds a password.
    """
    if settings.smtp_url is None:
        raise SetupError("REGULARS_SMTP_URL is missing; set it, or clear the other e-mail settings")
    if settings.secret_key is None:
        raise SetupError("REGULARS_SECRET_KEY is missing; `regulars init` makes one")
    mailbox = parse_mailbox(settings.email_from or "")
    return Options(
        server=parse_server(settings.smtp_url.get_secret_value()),
        mailbox=mailbox,
        key=settings.secret_key.get_secret_value().encode(),
        rate=settings.email_rate,
        listen=parse_listen(settings.smtp_listen) if settings.smtp_listen else None,
        fetching=parse_fetching(settings.imap_url.get_secret_value()) if settings.imap_url else None,
        bounces=_bounces(settings.email_bounces) if settings.email_bounces else None,
        authserv=settings.email_authserv.lower() if settings.email_authserv else None,
        signer=_signer(settings, mailbox.domain),
    )


def _signer(settings: Settings, sender: str) -> Signer | None:
    if settings.dkim_key is None:
        return None
    key, selector = settings.dkim_key.get_secret_value(), settings.dkim_selector or ""
    return read_signer(key, selector, settings.dkim_domain or sender, sender)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a mail server's URL looks like: its setting, schemes (plain, secured) and ports."""

    setting: str
    scheme: str
    example: str
    ports: dict[Tls, int]

    @property
    def shape(self) -> str:
        return f"{self.setting} must look like {self.example}"


_SMTP = _Kind(
    "REGULARS_SMTP_URL",
    "smtp",
    "smtp://user:password@host:587 or smtps://user:password@host:465",
    {Tls.IMPLICIT: 465, Tls.STARTTLS: 587, Tls.NEVER: 25},
)
_IMAP = _Kind(
    "REGULARS_IMAP_URL",
    "imap",
    "imaps://user:password@host or imap://user:password@host:143/FOLDER",
    {Tls.IMPLICIT: 993, Tls.STARTTLS: 143, Tls.NEVER: 143},
)


def parse_server(url: str) -> Server:
    """Take ``smtp://`` and ``smtps://`` URLs; user and password are percent-decoded."""
    parts, query = _split(url, _SMTP)
    if parts.path not in ("", "/"):
        raise SetupError(f"{_SMTP.shape}: {_ENCODE}")
    server = _server(parts, query, _SMTP)
    if query:
        raise SetupError("REGULARS_SMTP_URL may end in ?starttls=never (smtp:// only) and nothing else")
    return server


def parse_fetching(url: str) -> Fetching:
    """Take ``imap://`` and ``imaps://`` URLs: the path names the folder, ``?move=FOLDER`` where taken mail goes."""
    parts, query = _split(url, _IMAP)
    server = _server(parts, query, _IMAP)
    if server.user is None:
        raise SetupError(f"{_IMAP.shape}: user and password are missing")
    folder, moved = unquote(parts.path.removeprefix("/")) or "INBOX", query.pop("move", [""])
    if query or len(moved) > 1 or not (folder + moved[0]).isprintable() or folder == moved[0]:
        raise SetupError(
            "REGULARS_IMAP_URL may end in ?move=FOLDER (another one than mail is read from),"
            " ?starttls=never (imap:// only), and nothing else"
        )
    return Fetching(server, folder, moved[0])


_ENCODE = "percent-encode / # ? @ : in user and password (%2F %23 %3F %40 %3A)"


def _split(url: str, kind: _Kind) -> tuple[SplitResult, dict[str, list[str]]]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise SetupError(f"{kind.shape}: the port must be a number from 1 to 65535; {_ENCODE}") from None
    if parts.scheme not in (kind.scheme, kind.scheme + "s") or not parts.hostname or port == 0:
        raise SetupError(kind.shape)
    if parts.fragment:
        raise SetupError(f"{kind.shape}: {_ENCODE}")
    return parts, parse_qs(parts.query, keep_blank_values=True)


def _server(parts: SplitResult, query: dict[str, list[str]], kind: _Kind) -> Server:
    """The server that is named; takes ``starttls`` out of the query."""
    if (parts.username is None) != (parts.password is None):
        raise SetupError(f"{kind.shape}: give both user and password, or neither")
    never, secured = query.pop("starttls", None), parts.scheme != kind.scheme
    if never not in (None, ["never"]) or (never and secured):
        raise SetupError(
            f"{kind.setting} may end in ?starttls=never ({kind.scheme}:// only, for a server of your own network)"
        )
    tls = Tls.IMPLICIT if secured else Tls.NEVER if never else Tls.STARTTLS
    user, password = (None if text is None else unquote(text) for text in (parts.username, parts.password))
    return Server(parts.hostname or "", parts.port or kind.ports[tls], tls, user, password)


def parse_mailbox(text: str) -> Mailbox:
    """Take ``Name <address>`` or a bare address."""
    name, address = parseaddr(text)
    if not is_address(address) or not address.isascii() or not text.isprintable():
        raise SetupError(
            "REGULARS_EMAIL_FROM must look like Bean & Leaf <hello@example.com>; of the address every letter is ASCII, "
            "so that any mail server takes it (a domain with accents has another name, xn--…)"
        )
    return Mailbox(name, address.lower())


def parse_listen(text: str) -> Listen:
    """Take ``host:port`` and ``lmtp://host:port``; an IPv6 host stands in brackets."""
    host, _, port = text.removeprefix("lmtp://").rpartition(":")
    if not host or "/" in host or not port.isdecimal() or int(port) > 65535:
        raise SetupError("REGULARS_SMTP_LISTEN must look like 127.0.0.1:2525, [::1]:2525 or lmtp://127.0.0.1:2424")
    return Listen(host.strip("[]"), int(port), text.startswith("lmtp://"))


def _bounces(text: str) -> str:
    """An address that takes what stands behind a plus sign: ``bounces@host`` also gets ``bounces+x@host``."""
    if not is_address(text) or "+" in text or not text.isascii():
        raise SetupError("REGULARS_EMAIL_BOUNCES must look like bounces@example.com, without a plus sign")
    return text.lower()
