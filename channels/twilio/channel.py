"""Text messages and WhatsApp by Twilio: two channels of one account."""

import json
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

from bot.clock import Clock, system_clock
from bot.errors import RetryLater
from bot.messages import Outbound
from channels.base import Hub
from channels.twilio.client import Wire, rest_client
from channels.twilio.enabled import enabled, twilio_listens
from channels.twilio.segments import cost, smart
from channels.twilio.texts import CAPTION, in_words, parts, with_choices
from channels.twilio.webhooks import STATUS_PATH, Webhooks
from channels.twilio.words import WHATSAPP
from config.settings import Settings


class TwilioChannel:
    """What the channels of an account share; addresses are phone numbers in E.164."""

    name: str
    sender: str
    rate: float
    contact: str | None

    def __init__(self, settings: Settings, clock: Clock) -> None:
        token = settings.twilio_auth_token
        self._account_sid = settings.twilio_account_sid or ""
        self._auth_token = token.get_secret_value() if token else ""
        self._api_url = settings.twilio_api_url
        self._wire: Wire | None = None
        self._callback = status_callback(settings)
        # Both channels are told at the same address: the first that is on listens for the other too.
        on = enabled(settings)
        listens = twilio_listens(settings)
        self._webhooks = Webhooks(self._account_sid, self._auth_token, settings.public_url, clock, on, listens=listens)
        self._listens = self.name == on[0]

    async def start(self, hub: Hub, *, listen: bool) -> None:
        """Open the connection pool; what customers say comes by webhook, so there is nothing to listen to."""
        self._wire = Wire(self._api_url)
        self._messages = rest_client(self._account_sid, self._auth_token, self._wire).messages
        self._webhooks.hub = self._hub = hub

    def routes(self) -> list[web.RouteDef]:
        """Twilio's two webhooks, once for the account."""
        return self._webhooks.routes() if self._listens else []

    async def close(self) -> None:
        """Give back the connections."""
        wire, self._wire = self._wire, None
        if wire:
            await wire.close()

    async def _create(self, **fields: object) -> str:
        if self._wire is None:
            raise RetryLater("the channel is closed", code="closed")
        try:
            created = await self._messages.create_async(**fields, **self._callback)
        except ValueError as error:
            raise RetryLater("Twilio's answer cannot be read", code="unanswered") from error
        return str(created.sid)


class SmsChannel(TwilioChannel):
    """SMS from one Twilio number or messaging service."""

    name = "sms"

    def __init__(self, settings: Settings, clock: Clock = system_clock) -> None:
        super().__init__(settings, clock)
        sender = {"from_": settings.twilio_from, "messaging_service_sid": settings.twilio_messaging_service_sid}
        self._sender = {name: value for name, value in sender.items() if value}
        self._accents = settings.sms_accents
        self.sender = f"sms:{settings.twilio_from or settings.twilio_messaging_service_sid}"
        self.rate = settings.twilio_rate
        self.contact = settings.twilio_from

    async def send(self, message: Outbound) -> str:
        """Hand the message to Twilio; a text of more than 1600 characters leaves in parts.

        Answers the sid of the last part. A part that fails makes the whole fail: a retry repeats those before it.

        Raises:
            RetryLater, AddressGone, Rejected: as Twilio's answer means.
        """
        sid = ""
        for body in self.bodies(message):
            sid = await self._create(to=_to(message), body=body, **self._sender)
        return sid

    def weight(self, message: Outbound) -> int:
        """Segments, for carriers count those: a US long code sends one a second."""
        return sum(cost(body).segments for body in self.bodies(message))

    def bodies(self, message: Outbound) -> list[str]:
        """The parts as they leave."""
        return parts(smart(with_choices(in_words(message), message.buttons), self._accents))


class WhatsAppChannel(TwilioChannel):
    """WhatsApp from one number of the business.

    WhatsApp takes free text only for 24 hours after the customer's last message, then only approved templates; which of
    the two it is was decided before (https://www.twilio.com/docs/whatsapp/key-concepts).
    """

    name = "whatsapp"

    def __init__(self, settings: Settings, clock: Clock = system_clock) -> None:
        super().__init__(settings, clock)
        self.contact = settings.twilio_whatsapp_from
        self.sender = f"{WHATSAPP}{self.contact}"
        self.rate = settings.twilio_whatsapp_rate
        self._reachable = is_reachable(settings)

    async def send(self, message: Outbound) -> str:
        """Hand the message to Twilio: as its template when it has one, else as free text with its picture.

        Answers the sid of the last part.

        Raises:
            RetryLater, AddressGone, Rejected: as Twilio's answer means.
        """
        way = {"to": f"{WHATSAPP}{_to(message)}", "from_": self.sender}
        if message.template:
            # What is left out becomes what the template itself has in its place; empty would be refused (21656).
            told = {name: value for name, value in message.template.variables.items() if value}
            filled = {"content_variables": json.dumps(told)} if told else {}
            return await self._create(**way, content_sid=message.template.id, **filled)
        sid = ""
        for body in self.bodies(message):
            sid = await self._create(**way, **body)
        return sid

    def bodies(self, message: Outbound) -> Iterator[Mapping[str, object]]:
        """The parts of a free text; the picture goes with the first, where Twilio can fetch it."""
        if message.picture and self._reachable:
            first, *rest = parts(with_choices(message.text, message.buttons), CAPTION)
            yield {"body": first, "media_url": [self._hub.picture_url(message.id)]}
        else:
            rest = parts(with_choices(in_words(message), message.buttons))
        yield from ({"body": body} for body in rest)


def _to(message: Outbound) -> str:
    """Whoever wrote is answered at the number as they wrote from it, though it may be an old form of theirs."""
    return message.thread or message.address


def status_callback(settings: Settings) -> dict[str, str]:
    """Where Twilio is to tell how far a message got, as a field of the message."""
    return {"status_callback": settings.public_url.rstrip("/") + STATUS_PATH} if is_reachable(settings) else {}


def is_reachable(settings: Settings) -> bool:
    """Whether Twilio can call us: it refuses an address on this machine (21609); a local API server does not."""
    host = urlsplit(settings.public_url).hostname or ""
    try:
        loopback = ip_address(host).is_loopback
    except ValueError:
        loopback = host == "localhost"
    return bool(settings.twilio_api_url) or not loopback
