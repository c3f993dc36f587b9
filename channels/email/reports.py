"""What other mail servers report of mails we sent: bounces (RFC 3464) and complaints (RFC 5965)."""

import re
from collections.abc import Sequence
from email.message import Message

from bot.messages import Receipt, ReceiptState
from channels.email.addresses import MessageIds
from channels.email.mime import body, decoded, every_header, every_part, header
from channels.email.status import bounce_gone, bounce_soft, enhanced_status

_NAMING = {"message-id", "in-reply-to", "references", "original-message-id", "x-original-message-id"}
_RECEIVING = ("delivered-to", "x-original-to", "envelope-to", "to")
_QMAIL = "Hi. This is the "
_COMPLAINTS = {"abuse", "fraud", "opt-out", "opt-out-list"}


def is_report(message: Message) -> bool:
    """Whether a machine wrote this to report on another mail."""
    return message.get_content_type() == "multipart/report"


def returned_to(message: Message, recipients: Sequence[str], ids: MessageIds) -> str | None:
    """The id of the mail of ours to whose own return path this was sent."""
    told = (*recipients, *(value for name in _RECEIVING for value in every_header(message, name)))
    return next(filter(None, map(ids.returned_to, told)), None)


def read_report(message: Message, ids: MessageIds, recipients: Sequence[str] = ()) -> Receipt | str:
    """What the report says of one of our mails, else the reason why it says nothing to us.

    The address it came to (VERP) tells which mail is meant; failing that, what it encloses.
    """
    for part in every_part(message):
        kind = part.get_content_type()
        if kind in ("message/delivery-status", "message/global-delivery-status"):
            return _bounce(part, returned_to(message, recipients, ids) or _enclosed(message, ids))
        if kind == "message/feedback-report":
            return _complaint(part, _enclosed(message, ids) or returned_to(message, recipients, ids))
    return "report of another kind"


def read_old_bounce(message: Message, ids: MessageIds, recipients: Sequence[str] = ()) -> Receipt | None:
    """The bounce of a server that writes no delivery reports: qmail (cr.yp.to/proto/qsbmf.txt), or an older Exim.

    One without an enhanced status may be about anything; only when that goes on is the address gone.
    """
    text = body(message)
    if not (text.startswith(_QMAIL) or header(message, "x-failed-recipients")):
        return None
    ours = returned_to(message, recipients, ids) or _enclosed(message, ids)
    if ours is None:
        return None
    if status := enhanced_status(text.partition("\n---")[0]):
        return _bounced(ours, status)
    return Receipt("email", ours, ReceiptState.FAILED, "bounced", unreachable=True)


def _bounce(status_part: Message, ours: str | None) -> Receipt | str:
    for block in _blocks(status_part):
        status = enhanced_status(header(block, "status"))
        if header(block, "action").lower() != "failed" or not status:
            continue
        if ours is None:
            return "bounce of a mail that is not ours"
        return _bounced(ours, status)
    return "delivery report without a failure"


def _bounced(ours: str, status: str) -> Receipt:
    gone, soft = bounce_gone(status), bounce_soft(status)
    return Receipt("email", ours, ReceiptState.FAILED, f"bounced {status}", address_gone=gone, unreachable=soft)


def _complaint(feedback_part: Message, ours: str | None) -> Receipt | str:
    kinds = {header(block, "feedback-type").lower() for block in _blocks(feedback_part)}
    if not kinds & _COMPLAINTS:
        return "feedback that is no complaint"
    if ours is None:
        return "complaint about a mail that is not ours"
    return Receipt("email", ours, ReceiptState.DELIVERED, "complaint", opted_out=True)


def _blocks(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []


def _enclosed(message: Message, ids: MessageIds) -> str | None:
    """The id of our mail wherever the report names it.

    Servers enclose the mail, its headers only, or nothing but a reference, and a relay may have
    put a Message-ID of its own before ours; the signature in ours tells which it is.
    """
    for part in every_part(message):
        named = [str(value) for key, value in part.raw_items() if key.lower() in _NAMING]
        if part.get_content_type() in ("text/rfc822-headers", "text/plain", "message/rfc822"):
            named.append(re.sub(r"\s+", " ", decoded(part).decode("utf-8", "replace")))
        for text in named:
            if found := ids.find(text):
                return found
    return None
