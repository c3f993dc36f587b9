"""Twilio on this machine: its REST API for sending, and the webhooks it would post to us.

Speaks the wire as documented (https://www.twilio.com/docs/messaging/api/message-resource,
https://www.twilio.com/docs/usage/webhooks/webhooks-security) and signs with its own code, not the SDK's.
"""

import asyncio
import base64
import hmac
import json
import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count

from aiohttp import FormData, encode_basic_auth, web

from tests.fakes.ports import PATIENCE
from tests.fakes.serving import Served

ACCOUNT_SID = "AC" + "a" * 32
AUTH_TOKEN = "12345"
NUMBER = "+14155550000"
WHATSAPP_NUMBER = "+14155238886"
DOCS = "https://www.twilio.com/docs/errors"
STOP_WORDS = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
START_WORDS = {"START", "YES", "UNSTOP"}
HELP_WORDS = {"HELP", "INFO"}
STOPPED = "You have successfully been unsubscribed. Reply START to resubscribe."
STARTED = "You have successfully been re-subscribed to messages from this number. Reply HELP for help."
HELPED = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."


@dataclass(frozen=True)
class SentSms:
    """A message that Twilio took from us, by SMS or WhatsApp; ``media`` is what it fetched of us to go with it."""

    sid: str
    to: str
    body: str
    fields: Mapping[str, str] = field(repr=False)
    media: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Heard:
    """What the service answered to one of Twilio's requests."""

    status: int
    text: str
    content_type: str


def signature(token: str, url: str, fields: Iterable[tuple[str, str]]) -> str:
    """Base64 of HMAC-SHA1 over the address and every distinct field, sorted by name and value."""
    signed = url + "".join(name + value for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.digest(token.encode(), signed.encode(), "sha1")).decode()


class FakeTwilio(Served):
    """``async with FakeTwilio() as twilio``: set ``REGULARS_TWILIO_API_URL`` to ``twilio.url``.

    Someone who writes STOP by ``says`` is refused with 21610 until they write START, as on the real network; what the
    network answers by itself is in ``own_answers`` (none where ``keywords`` is off, as for a short code). On WhatsApp
    free text is taken from whoever ``says`` something until ``a_day_passes``.
    """

    def __init__(self, account_sid: str = ACCOUNT_SID, auth_token: str = AUTH_TOKEN, number: str = NUMBER) -> None:
        super().__init__(web.post("/2010-04-01/Accounts/{account}/Messages.json", self._messages))
        self.account_sid, self.auth_token, self.number = account_sid, auth_token, number
        self.requests = 0
        self.keywords = True
        self.own_answers: list[tuple[str, str]] = []
        self.opted_out: set[str] = set()
        self.open_windows: set[str] = set()
        self._taken: list[SentSms] = []
        self._arrived = asyncio.Condition()
        self._scripted: deque[web.Response | None] = deque()
        self._ids = count(1)

    async def sent(self, at_least: int, within: float = PATIENCE) -> list[SentSms]:
        """All messages taken so far, once there are so many; TimeoutError when they do not come."""
        async with asyncio.timeout(within), self._arrived:
            await self._arrived.wait_for(lambda: len(self._taken) >= at_least)
            return list(self._taken)

    def refuse_next(self, code: int, status: int = 400, headers: Mapping[str, str] | None = None) -> None:
        """The next message is refused with this error of Twilio's."""
        self._scripted.append(_error(code, status, "Scripted for +36301234567", headers))

    def answer_next(self, status: int, text: str, headers: Mapping[str, str] | None = None) -> None:
        """The next request gets this, which need not be anything Twilio says (a proxy's page)."""
        self._scripted.append(web.Response(status=status, text=text, headers=headers))

    def a_day_passes(self) -> None:
        """WhatsApp's 24 hours are over for everyone."""
        self.open_windows.clear()

    def drop_next(self) -> None:
        """The connection of the next request closes without an answer."""
        self._scripted.append(None)

    async def says(
        self,
        sender: str,
        body: str,
        *,
        to_url: str,
        signed_as: str = "",
        sign: str | None = "",
        sid: str = "",
        opt_out_type: str = "",
        **fields: str,
    ) -> Heard:
        """A customer writes; posts it to the service at ``to_url`` and tells what it answered.

        ``signed_as`` is the public base address when a proxy stands before the service, ``sign`` a signature to
        use in place of the right one (None: no header), ``opt_out_type`` STOP, START or HELP as Advanced Opt-Out adds.
        """
        number = self.number
        if sender.startswith("whatsapp:"):
            self.open_windows.add(sender)
            number = f"whatsapp:{WHATSAPP_NUMBER}"
            fields = {"ProfileName": "Anna", "WaId": sender.removeprefix("whatsapp:+"), "MessageType": "text"} | fields
        else:
            self._listen(sender, body.strip().upper(), opt_out_type)
        form = _inbound(sid or self._sid(), self.account_sid, sender, number, body)
        form |= {"OptOutType": opt_out_type} if opt_out_type else {}
        return await self._post(to_url, "/webhooks/twilio/messages", form | fields, signed_as, sign)

    def _listen(self, sender: str, word: str, opt_out_type: str) -> None:
        """Article 223134027 of help.twilio.com; with Advanced Opt-Out the words are the business's own."""
        groups = {"STOP": STOP_WORDS, "START": START_WORDS, "HELP": HELP_WORDS}
        by_default = next((name for name, words in groups.items() if word in words), "") if self.keywords else ""
        heard, blocked = opt_out_type or by_default, sender in self.opted_out
        if heard == "STOP":
            self.opted_out.add(sender)
        elif heard == "START":
            self.opted_out.discard(sender)
        told = {"STOP": STOPPED, "START": STARTED, "HELP": HELPED}
        if opt_out_type or (heard and blocked == (heard == "START")):
            self.own_answers.append((sender, told[heard]))

    async def status(
        self,
        sid: str,
        state: str,
        *,
        to_url: str,
        to: str = "+14155552345",
        error_code: int | None = None,
        signed_as: str = "",
        sign: str | None = "",
    ) -> Heard:
        """Tell the service how far a message got: sent, delivered, undelivered, failed …"""
        form = {"SmsSid": sid, "SmsStatus": state, "MessageStatus": state, "MessageSid": sid}
        form |= {"To": to, "From": self.number, "AccountSid": self.account_sid, "ApiVersion": "2010-04-01"}
        form |= {"ErrorCode": str(error_code)} if error_code else {}
        return await self._post(to_url, "/webhooks/twilio/status", form, signed_as, sign)

    async def _post(self, to_url: str, path: str, form: dict[str, str], signed_as: str, sign: str | None) -> Heard:
        signed = signature(self.auth_token, (signed_as or to_url).rstrip("/") + path, form.items())
        headers = {} if sign is None else {"X-Twilio-Signature": sign or signed}
        async with self.outward.post(to_url.rstrip("/") + path, data=FormData(form), headers=headers) as answer:
            return Heard(answer.status, await answer.text(), answer.content_type)

    async def _messages(self, request: web.Request) -> web.Response:
        self.requests += 1
        if request.headers.get("Authorization") != encode_basic_auth(self.account_sid, self.auth_token):
            return _error(20003, 401, "Authenticate")
        if self._scripted:
            scripted = self._scripted.popleft()
            if scripted is None and request.transport:
                request.transport.abort()
            return scripted or web.Response()
        form = {name: str(value) for name, value in (await request.post()).items()}
        media = await self._fetched(form["MediaUrl"]) if "MediaUrl" in form else b""
        if refused := self._fault(form, unfetched=media is None):
            return refused
        message = SentSms(self._sid(), form["To"], form.get("Body", ""), form, media or b"")
        async with self._arrived:
            self._taken.append(message)
            self._arrived.notify_all()
        return web.json_response(_resource(message, self.account_sid), status=201)

    async def _fetched(self, url: str) -> bytes | None:
        """The picture at a public address; None when there is none."""
        async with self.outward.get(url) as answer:
            shown = answer.status == 200 and answer.content_type.startswith("image/")
            return await answer.read() if shown else None

    def _fault(self, form: Mapping[str, str], *, unfetched: bool) -> web.Response | None:
        to, body = form.get("To", ""), form.get("Body", "")
        on_whatsapp, template = to.startswith("whatsapp:"), form.get("ContentSid")
        faults = {
            21211: not re.fullmatch(r"(whatsapp:)?\+[1-9]\d{6,14}", to),
            21603: not (form.get("From") or form.get("MessagingServiceSid")),
            63007: on_whatsapp and form.get("From") != f"whatsapp:{WHATSAPP_NUMBER}",
            21602: not (body.strip() or template or "MediaUrl" in form),
            21617: len(body.encode("utf-16-le")) > 3200,
            21609: not re.match(r"https?://[^/]", form.get("StatusCallback", "http://x")),
            21610: to in self.opted_out,
            21655: template is not None and not re.fullmatch(r"HX[0-9a-fA-F]{32}", template),
            21656: not _variables(form.get("ContentVariables", "{}")),
            92005: "ContentVariables" in form and not template,
            63016: on_whatsapp and not template and to not in self.open_windows,
            63019: unfetched,
        }
        return next((_error(code, 400, "Refused") for code, wrong in faults.items() if wrong), None)

    def _sid(self) -> str:
        return f"SM{next(self._ids):032x}"


def _variables(written: str) -> bool:
    """Whether these fill a template: texts by name, none empty, all on one line (twilio.com/docs/api/errors/21656)."""
    try:
        told = json.loads(written)
    except ValueError:
        return False
    return isinstance(told, dict) and all(
        isinstance(value, str) and value and not re.search(r"[\n\t]| {5}", value) for value in told.values()
    )


def _error(code: int, status: int, message: str, headers: Mapping[str, str] | None = None) -> web.Response:
    body = {"code": code, "message": message, "more_info": f"{DOCS}/{code}", "status": status}
    return web.json_response(body, status=status, headers=headers)


def _resource(message: SentSms, account_sid: str) -> dict[str, object]:
    service = message.fields.get("MessagingServiceSid")
    uri = f"/2010-04-01/Accounts/{account_sid}/Messages/{message.sid}"
    created = "Thu, 24 Aug 2023 05:01:45 +0000"
    return {
        "account_sid": account_sid,
        "api_version": "2010-04-01",
        "body": message.body,
        "date_created": created,
        "date_sent": None,
        "date_updated": created,
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": message.fields.get("From"),
        "messaging_service_sid": service,
        "num_media": "0",
        "num_segments": "0" if service else "1",
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": "accepted" if service else "queued",
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.to,
        "uri": f"{uri}.json",
    }


def _inbound(sid: str, account_sid: str, sender: str, number: str, body: str) -> dict[str, str]:
    """The parameters of https://www.twilio.com/docs/messaging/guides/webhook-request, blank ones among them."""
    return {
        "ToCountry": "US",
        "ToState": "CA",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ToCity": "SAN FRANCISCO",
        "FromZip": "",
        "SmsSid": sid,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": body,
        "FromCountry": "US",
        "To": number,
        "ToZip": "",
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": account_sid,
        "From": sender,
        "ApiVersion": "2010-04-01",
    }
