"""What Twilio posts to us: messages of customers, and how far our own got.

Set the number's webhook to ``/webhooks/twilio/messages#rc=3&rp=all``: without the fragment Twilio repeats a request
only when it could not connect, so a message would be lost that met us while the database was away.
"""

from collections.abc import Collection
from datetime import datetime
from hmac import compare_digest
from urllib.parse import parse_qsl

import structlog
from aiohttp import web
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from bot.clock import Clock
from bot.messages import Inbound, InboundKind, Receipt, ReceiptState
from bot.phones import E164, as_dialled
from channels.base import Hub
from channels.bodies import read_body
from channels.twilio.errors import ADDRESS_GONE, CLOSED, OPTED_OUT, UNREACHABLE, reason
from channels.twilio.words import HELP_WORDS, STOP_WORDS, WHATSAPP, lifts_block

log = structlog.get_logger()

MESSAGES_PATH = "/webhooks/twilio/messages"
STATUS_PATH = "/webhooks/twilio/status"
SIGNATURE = "X-Twilio-Signature"
BODY_LIMIT = 64 * 1024
FIELD_LIMIT = 200

STATES = {
    "sent": ReceiptState.SENT,
    "delivered": ReceiptState.DELIVERED,
    "read": ReceiptState.READ,
    "failed": ReceiptState.FAILED,
    "undelivered": ReceiptState.FAILED,
}
"""Queued, accepted and sending tell nothing that the answer to the request did not."""


class Webhooks:
    """The two routes, for the channels that are ``on``; they answer once ``hub`` is set.

    ``listens`` is whether Twilio answers STOP, START and HELP by text message itself.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        public_url: str,
        clock: Clock,
        on: Collection[str] = ("sms",),
        *,
        listens: bool = True,
    ) -> None:
        self.hub: Hub | None = None
        self._on = on
        self._listens = listens
        self._account_sid = account_sid
        self._validator = RequestValidator(auth_token)
        self._public_url = public_url.rstrip("/")
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """The paths that Twilio is told."""
        return [web.post(MESSAGES_PATH, self._message), web.post(STATUS_PATH, self._status)]

    async def _message(self, request: web.Request) -> web.Response:
        hub, form = await self._verified(request)
        channel, address = _party(form.get("From", ""))
        # Another business's short code, or a name in place of a number, is no customer.
        if channel in self._on and E164.fullmatch(address):
            said = read_message(form, channel, as_dialled(address), self._clock(), listens=self._listens)
            await hub.receive([said])
        else:
            log.info("twilio_message_ignored", id=form.get("MessageSid"))
        return _understood()

    async def _status(self, request: web.Request) -> web.Response:
        hub, form = await self._verified(request)
        if state := STATES.get(form.get("MessageStatus", "")):
            await hub.settle([_receipt(form, state)])
        return _understood()

    async def _verified(self, request: web.Request) -> tuple[Hub, MultiDict[str]]:
        """The form, once it is sure to be Twilio's and meant for this account.

        The signature covers the public address (https://www.twilio.com/docs/usage/webhooks/webhooks-security), which
        behind a proxy is another than the one we were called at.
        """
        if self.hub is None:
            raise web.HTTPServiceUnavailable
        form = read_form(await _body(request)) if SIGNATURE in request.headers else None
        if form is None or not self._ours(form, request):
            log.warning("twilio_webhook_refused", path=request.path)
            raise web.HTTPForbidden(text="")
        if not form.get("MessageSid", "").strip("\0"):
            raise web.HTTPBadRequest(text="")
        # Signed as it came; but PostgreSQL takes no NUL, and what cannot be kept would be told again for hours.
        return self.hub, MultiDict((name, value.replace("\0", "")) for name, value in form.items())

    def _ours(self, form: MultiDict[str], request: web.Request) -> bool:
        # What a proxy says of the original address (X-Forwarded-*) could be said by anyone.
        url = self._public_url + request.raw_path
        return self._validator.validate(url, form, request.headers[SIGNATURE]) and compare_digest(
            form.get("AccountSid", "").encode(), self._account_sid.encode()
        )


def _party(told: str) -> tuple[str, str]:
    """A channel and the address there, of a number as Twilio writes it."""
    return ("whatsapp", told.removeprefix(WHATSAPP)) if told.startswith(WHATSAPP) else ("sms", told)


def read_message(form: MultiDict[str], channel: str, address: str, now: datetime, *, listens: bool = True) -> Inbound:
    """What a customer said by the form of a message, signed and theirs; ``listens`` as Twilio does to text messages."""
    # Only with Advanced Opt-Out does Twilio hear words on WhatsApp too, and then it tells so.
    word = _said(form).strip().upper() if channel == "sms" else ""
    kind, text, answered = _meaning(_said(form), form.get("OptOutType", ""), word, listens=listens)
    lifts = form.get("OptOutType") == "START" or (listens and lifts_block(word, form.get("To", "")))
    written = _party(form.get("From", ""))[1]
    return Inbound(
        channel=channel,
        address=address,
        id=form["MessageSid"],
        text=text,
        at=now,
        kind=kind,
        name=form.get("ProfileName", ""),
        thread=written if written != address else "",
        answered=answered,
        lifts=lifts,
    )


def _said(form: MultiDict[str]) -> str:
    """What was written, or what the button or the line of a list stands for that was pressed."""
    names = ("ButtonPayload", "ButtonText", "ListId", "ListTitle", "Body")
    return next((form[name] for name in names if form.get(name)), "")


def _meaning(text: str, told: str, word: str, *, listens: bool) -> tuple[InboundKind, str, bool]:
    """What was said, and whether Twilio has answered already.

    ``told`` is ``OptOutType``, which comes with Advanced Opt-Out only; without it Twilio ``listens`` or does not.
    """
    if told == "STOP" or word in STOP_WORDS:
        return InboundKind.STOPPED, text, bool(told) or listens
    if told == "START" and text.strip().upper() != "YES":
        return InboundKind.RESUMED, text, True
    if told == "HELP":
        return InboundKind.TEXT, "help", True
    return InboundKind.TEXT, text, bool(told) or (listens and word in HELP_WORDS)


def _receipt(form: MultiDict[str], state: ReceiptState) -> Receipt:
    code = form.get("ErrorCode", "") if state is ReceiptState.FAILED else ""
    said = reason(code) if code in CLOSED else f"{code} {reason(code)}"
    return Receipt(
        channel=_party(form.get("To", ""))[0],
        provider_id=form["MessageSid"],
        state=state,
        reason=said if code else "",
        address_gone=code in ADDRESS_GONE,
        opted_out=code == OPTED_OUT,
        unreachable=code in UNREACHABLE,
        elsewhere=code in CLOSED,
    )


async def _body(request: web.Request) -> bytes:
    body = await read_body(request, BODY_LIMIT)
    if body is None:
        raise web.HTTPRequestEntityTooLarge(max_size=BODY_LIMIT, actual_size=BODY_LIMIT + 1)
    return body


def read_form(body: bytes) -> MultiDict[str] | None:
    """The fields of a form in order, None when it is none."""
    try:
        return MultiDict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FIELD_LIMIT))
    except ValueError:
        return None


def _understood() -> web.Response:
    return web.Response(text="<Response/>", content_type="text/xml")
