"""The e-mail channel: composes and sends, and takes mail from the webhook, the listener and the mailbox."""

import asyncio
import json
from collections.abc import Sequence
from functools import partial
from http import HTTPStatus

import structlog
from aiohttp import web

from bot.clock import Clock, system_clock
from bot.errors import AddressGone, SetupError
from bot.messages import Inbound, Outbound, Receipt
from channels.base import Hub
from channels.bodies import read_body
from channels.email.addresses import MessageIds, is_address
from channels.email.compose import Composer, Dress
from channels.email.listener import SIZE_LIMIT, Listener
from channels.email.mailbox import Fetcher
from channels.email.options import Options
from channels.email.reading import Ignored, Rules, read_mail
from channels.email.sending import Pool

log = structlog.get_logger()
_READ_IN_THREAD = 64 * 1024


class EmailChannel:
    """One mailbox that customers write to and hear from. ``now`` tells when a mail came or left."""

    name = "email"

    def __init__(self, options: Options, now: Clock = system_clock) -> None:
        mailbox = options.mailbox
        self.sender = f"email:{mailbox.address}"
        self.rate = options.rate
        self.contact = mailbox.address
        self.listening_on: int | None = None
        self._now = now
        self._listen_at = options.listen
        self._mailbox = mailbox
        self._ids = MessageIds(mailbox.domain, options.key, options.bounces)
        self._composer = Composer(mailbox, self._ids)
        self._signer = options.signer
        self._pool = Pool(options.server, mailbox.domain)
        domains = [mailbox.domain, *([options.bounces.rpartition("@")[2]] if options.bounces else [])]
        self._listener = Listener(domains, self.take)
        self._fetcher = Fetcher(options.fetching, self.take, SIZE_LIMIT) if options.fetching else None
        self._rules = Rules(mailbox, self._ids, options.authserv)
        self._hub: Hub | None = None

    async def start(self, hub: Hub, *, listen: bool) -> None:
        """Begin; with ``listen`` also to listen and to fetch. The mail server is met with the first message."""
        self._hub = hub
        if listen and self._listen_at:
            at = self._listen_at
            try:
                self.listening_on = await self._listener.open(at.host, at.port, lmtp=at.lmtp)
            except OSError as error:
                where = f"REGULARS_SMTP_LISTEN: {at.host}:{at.port}"
                raise SetupError(f"{where} cannot be listened on ({error.strerror})") from error
            log.info("email_listening", port=self.listening_on)
        if listen and self._fetcher:
            self._fetcher.start()

    def routes(self) -> list[web.RouteDef]:
        """``POST /webhooks/email``."""
        return [web.post("/webhooks/email", self._webhook)]

    async def send(self, message: Outbound) -> str:
        """Hand the mail to the server; answers its Message-ID."""
        if not is_address(message.address):
            raise AddressGone("this is no mail address", code="malformed")
        recipient = _ascii_domain(message.address)
        content = await self._compose(message, recipient)
        await self._pool.send(self._ids.return_path(message.id) or self._mailbox.address, recipient, content)
        return self._ids.make(message.id)

    async def _compose(self, message: Outbound, recipient: str) -> bytes:
        if self._hub is None:
            raise RuntimeError("the channel has not been started")
        png = await self._hub.png(message.picture) if message.picture else None
        dress = Dress(await self._hub.appearance(message.language), self._hub.texts("mail", message.language), png)
        now = self._now()
        content = self._composer.compose(message, recipient, now, dress)
        return self._signer.sign(content, now) if self._signer else content

    async def close(self) -> None:
        """Stop listening and take leave of the mail server."""
        if self._fetcher:
            await self._fetcher.close()
        await self._listener.close()
        await self._pool.close()

    async def take(
        self, raw: bytes, return_path: str | None = None, recipients: Sequence[str] = ()
    ) -> Inbound | Receipt | Ignored:
        """Read one mail and pass on what it means; returns after the commit.

        ``return_path`` and ``recipients`` are the envelope's, where it is known.
        """
        if self._hub is None:
            raise RuntimeError("the channel has not been started")
        read = partial(read_mail, raw, self._rules, self._now(), return_path, recipients)
        outcome = read() if len(raw) < _READ_IN_THREAD else await asyncio.to_thread(read)
        match outcome:
            case Inbound():
                await self._hub.receive([outcome])
            case Receipt():
                await self._hub.settle([outcome])
            case Ignored(reason):
                log.info("email_ignored", reason=reason)
        return outcome

    async def _webhook(self, request: web.Request) -> web.Response:
        if self._hub is None or not await self._hub.authorised(request.headers.get("Authorization", "")):
            return _problem(HTTPStatus.UNAUTHORIZED, {"WWW-Authenticate": "Bearer"})
        raw = await read_body(request, SIZE_LIMIT)
        if raw is None:
            return _problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        match await self.take(raw):
            case Ignored(reason):
                return web.json_response({"accepted": False, "reason": reason})
        return web.json_response({"accepted": True, "reason": ""})


def _problem(status: HTTPStatus, headers: dict[str, str] | None = None) -> web.Response:
    body = json.dumps({"type": "about:blank", "title": status.phrase, "status": status.value})
    return web.Response(status=status, text=body, content_type="application/problem+json", headers=headers)


def _ascii_domain(address: str) -> str:
    """The address with its domain as the mail system names it (IDNA)."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        raise AddressGone("the domain of this address cannot exist", code="malformed") from None
