"""Text messages by Twilio."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

from bot.clock import Clock, system_clock
from bot.errors import RetryLater
from bot.messages import Outbound
from channels.base import Hub
from channels.twilio.client import Wire, rest_client
from channels.twilio.texts import parts, with_choices
from channels.twilio.webhooks import STATUS_PATH, Webhooks
from config.settings import Settings


class SmsChannel:
    """SMS from one Twilio number or messaging service; addresses are phone numbers in E.164."""

    name = "sms"

    def __init__(self, settings: Settings, clock: Clock = system_clock) -> None:
        token = settings.twilio_auth_token
        self._account_sid = settings.twilio_account_sid or ""
        self._auth_token = token.get_secret_value() if token else ""
        self._api_url = settings.twilio_api_url
        self._wire: Wire | None = None
        self._fixed = fixed_fields(settings)
        self._webhooks = Webhooks(self._account_sid, self._auth_token, settings.public_url, clock)
        self.sender = f"sms:{settings.twilio_from or settings.twilio_messaging_service_sid}"
        self.rate = settings.twilio_rate
        self.contact = settings.twilio_from

    async def start(self, hub: Hub, *, listen: bool) -> None:
        """Open the connection pool; what customers say comes by webhook, so there is nothing to listen to."""
        self._wire = Wire(self._api_url)
        self._messages = rest_client(self._account_sid, self._auth_token, self._wire).messages
        self._webhooks.hub = hub

    def routes(self) -> list[web.RouteDef]:
        """Twilio's two webhooks."""
        return self._webhooks.routes()

    async def send(self, message: Outbound) -> str:
        """Hand the message to Twilio; a text of more than 1600 characters leaves in parts.

        Answers the sid of the last part. A part that fails makes the whole fail: a retry repeats those before it.

        Raises:
            RetryLater, AddressGone, Rejected: as Twilio's answer means.
        """
        sid = ""
        for body in parts(with_choices(message.text, message.buttons)):
            sid = await self._create(message.address, body)
        return sid

    async def close(self) -> None:
        """Give back the connections."""
        if self._wire:
            await self._wire.close()

    async def _create(self, to: str, body: str) -> str:
        try:
            created = await self._messages.create_async(to=to, body=body, **self._fixed)
        except ValueError as error:
            raise RetryLater("Twilio's answer cannot be read", code="unanswered") from error
        return str(created.sid)


def fixed_fields(settings: Settings) -> dict[str, str]:
    """The fields that every message of this channel carries."""
    fields = {
        "from_": settings.twilio_from,
        "messaging_service_sid": settings.twilio_messaging_service_sid,
        "status_callback": settings.public_url.rstrip("/") + STATUS_PATH if _can_be_called_back(settings) else None,
    }
    return {name: value for name, value in fields.items() if value}


def _can_be_called_back(settings: Settings) -> bool:
    """Twilio refuses a message whose callback is on this machine (error 21609); a local API server does not."""
    host = urlsplit(settings.public_url).hostname or ""
    try:
        loopback = ip_address(host).is_loopback
    except ValueError:
        loopback = host == "localhost"
    return bool(settings.twilio_api_url) or not loopback
