"""SMS and WhatsApp: Twilio's signed webhook, answers to its REST API."""

import hmac
import re
from base64 import b64encode
from itertools import count
from urllib.parse import urlencode

from benchmarks.accounts import NUMBER, TWILIO_SID, TWILIO_TOKEN, WHATSAPP_NUMBER
from benchmarks.doors.hooks import Hooked

_TO = re.compile(rb"(?:^|&)To=([^&]+)")
_FIRST = 36_300_000_000


class _Twilio(Hooked):
    """A Twilio that takes every message."""

    floor, path, content_type = "twilio", "/webhooks/twilio/messages", "application/x-www-form-urlencoded"
    prefix = ""
    number = NUMBER

    def __init__(self) -> None:
        super().__init__()
        self._sids = count(1)

    def settings(self) -> dict[str, str]:
        return {
            "twilio_account_sid": TWILIO_SID,
            "twilio_auth_token": TWILIO_TOKEN,
            "twilio_api_url": self.url,
            self.setting: self.number,
        }

    setting = "twilio_from"

    def address(self, customer: int) -> str:
        return f"+{_FIRST + customer}"

    def told_as(self, customer: int) -> bytes:
        return f"{self.prefix}+{_FIRST + customer}".replace(":", "%3A").replace("+", "%2B").encode()

    def answer(self, first: bytes, body: bytes) -> bytes:
        [to] = _TO.findall(body)
        self.arrivals.came(to)
        return b'{"sid": "SM%032x", "status": "queued", "account_sid": "%b"}' % (next(self._sids), TWILIO_SID.encode())

    def posted(self, port: int, customer: int, text: str) -> tuple[bytes, bytes]:
        form = {
            "AccountSid": TWILIO_SID,
            "Body": text,
            "From": self.prefix + self.address(customer),
            "MessageSid": f"SM{next(self._sids):032x}",
            "NumMedia": "0",
            "To": self.prefix + self.number,
        }
        # https://www.twilio.com/docs/usage/webhooks/webhooks-security
        signed = f"http://127.0.0.1:{port}{self.path}" + "".join(map("".join, sorted(form.items())))
        signature = b64encode(hmac.digest(TWILIO_TOKEN.encode(), signed.encode(), "sha1"))
        return b"X-Twilio-Signature: %b\r\n" % signature, urlencode(form).encode()


class Sms(_Twilio):
    """By text message."""

    name, channel = "SMS", "sms"


class WhatsApp(_Twilio):
    """The same with a prefix before each number."""

    name, channel = "WhatsApp", "whatsapp"
    prefix, number, setting = "whatsapp:", WHATSAPP_NUMBER, "twilio_whatsapp_from"
