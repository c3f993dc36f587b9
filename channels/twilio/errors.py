"""Twilio's error codes, translated once (https://www.twilio.com/docs/api/errors)."""

import json
from collections.abc import Mapping

import structlog

from bot.errors import AddressGone, Rejected, RetryLater, SendError

log = structlog.get_logger()

OPTED_OUT = "21610"
ADDRESS_GONE = {
    OPTED_OUT: "the person has opted out at Twilio",
    "21211": "no valid phone number",
    "21614": "not a mobile number",
    "21635": "a landline",
    "30005": "unknown or inactive handset",
    "30006": "a landline, or its carrier cannot be reached",
    "63003": "not on WhatsApp",
    "63014": "the person has blocked us on WhatsApp",
    "63024": "not on WhatsApp",
}
UNREACHABLE = {"30003": "switched off or out of reach", "30004": "blocked on its way"}
"""Mostly for a while only, so it counts as gone when it goes on for days."""
CLOSED = {"63016": "outside WhatsApp's 24 hours, and no approved template"}
SENDER_BUSY = {
    "20429": "too many requests",
    "21611": "the sender's queue is full",
    "30001": "the sender's queue is full",
    "63017": "the sender's queue is full",
    "63018": "too many messages on WhatsApp",
}
_NOT_TAKEN = {
    "30007": "filtered by the carrier as unwanted",
    "30008": "not delivered, and the carrier does not say why",
    "30034": "a US number that is not registered for A2P 10DLC",
    "30036": "not delivered within its time",
    "63021": "longer than WhatsApp's templates may be",
}
_REASONS = ADDRESS_GONE | UNREACHABLE | SENDER_BUSY | CLOSED | _NOT_TAKEN
LOGIN_REFUSED = "20003"


def reason(code: str) -> str:
    """What a code means. Never Twilio's own message: that one quotes the phone number."""
    return _REASONS.get(code) or f"refused, see https://www.twilio.com/docs/api/errors/{code}"


def refusal(status: int, body: str, headers: Mapping[str, str]) -> SendError:
    """The error to raise for an answer of the REST API that is no success."""
    code = _code(body)
    if status == 401 or code == LOGIN_REFUSED:
        log.error("twilio_login_refused", code=code, check="REGULARS_TWILIO_ACCOUNT_SID, REGULARS_TWILIO_AUTH_TOKEN")
        return RetryLater("Twilio refused the account's login", code=code or "401", whole_sender=True)
    if status == 429 or code in SENDER_BUSY:
        after = _seconds(headers.get("Retry-After", ""))
        return RetryLater(reason(code or "20429"), after=after, code=code or "429", whole_sender=True)
    if status >= 500:
        return RetryLater("Twilio is out of order", after=_seconds(headers.get("Retry-After", "")), code=str(status))
    if not code:
        # A proxy or a wrong address answered, not Twilio: no reason to give a message up for good.
        return RetryLater("the answer is not Twilio's", code=str(status), whole_sender=True)
    if code in ADDRESS_GONE:
        return AddressGone(reason(code), code=code, opted_out=code == OPTED_OUT)
    return Rejected(reason(code), code=code, elsewhere=code in CLOSED)


def _code(body: str) -> str:
    try:
        answer = json.loads(body)
    except ValueError:
        return ""
    return str(answer.get("code") or "") if isinstance(answer, dict) else ""


def _seconds(value: str) -> float | None:
    return float(value) if value.isascii() and value.isdigit() else None
