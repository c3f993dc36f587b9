"""From the bytes of a mail to what it means: a customer's words, a report on a mail of ours, or nothing."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.message import Message
from email.utils import parseaddr

from bot.messages import Inbound, Receipt
from channels.email.addresses import Mailbox, MessageIds, is_address, is_message_id
from channels.email.mime import body, header, parse, words
from channels.email.reports import is_report, read_report
from channels.email.said import said

_ROBOT = re.compile(r"(mailer-daemon|postmaster|bounces?|(no|do-?not)[-_.]?reply)([-+_.].*)?")
_ANSWER_SUBJECT = re.compile(
    r"(re|fwd?|vá|válasz|továbbítás|aw|wg|bls|回复|回覆|转发|轉寄)(\[\d+\])?\s*[:\uff1a]", re.IGNORECASE
)
# What the standard library has been seen to raise on hostile MIME; RecursionError on deep nesting.
_BROKEN = (MessageError, LookupError, ValueError, TypeError, AttributeError, AssertionError, RecursionError)
_SUBJECT_LENGTH, _NAME_LENGTH = 200, 100


@dataclass(frozen=True, slots=True)
class Ignored:
    """A mail that nobody waits for an answer to, and why."""

    reason: str


def read_mail(
    raw: bytes, mailbox: Mailbox, ids: MessageIds, at: datetime, return_path: str | None = None
) -> Inbound | Receipt | Ignored:
    """Read one mail, whatever bytes it is made of; never raises.

    ``return_path`` is the envelope's sender where it is known; ``<>`` and nothing mean the null sender.
    """
    try:
        message = parse(raw)
        if is_report(message):
            report = read_report(message, ids)
            return Ignored(report) if isinstance(report, str) else report
        reason = _automatic(message, return_path)
        return Ignored(reason) if reason else _customer(message, raw, mailbox, at)
    except _BROKEN as fault:
        # Mail is made by strangers: were this passed on, its server would bring it again for days.
        return Ignored(f"unreadable ({type(fault).__name__})")


def _customer(message: Message, raw: bytes, mailbox: Mailbox, at: datetime) -> Inbound | Ignored:
    name, address = parseaddr(header(message, "from"))
    address = address.lower()
    if not is_address(address):
        return Ignored("no sender")
    if address == mailbox.address:
        return Ignored("own address")
    if _ROBOT.fullmatch(address.partition("@")[0]):
        return Ignored("sent by a robot")
    subject = words(header(message, "subject"))[:_SUBJECT_LENGTH]
    text = said(body(message)) or ("" if _ANSWER_SUBJECT.match(subject) else said(subject))
    if not text:
        return Ignored("no words")
    message_id = header(message, "message-id")
    known = is_message_id(message_id)
    return Inbound(
        channel="email",
        address=address,
        id=message_id if known else hashlib.sha256(raw).hexdigest(),
        text=text,
        at=at,
        name=words(name)[:_NAME_LENGTH],
        subject=subject,
        thread=message_id if known else "",
    )


def _automatic(message: Message, return_path: str | None) -> str:
    """Why this must not be answered (RFC 3834 §2 and what real senders do), or nothing."""
    envelope_sender = header(message, "return-path") or None if return_path is None else return_path
    if envelope_sender in ("", "<>"):
        return "null return path"
    if header(message, "auto-submitted").lower().partition(";")[0].strip() not in ("", "no"):
        return "auto-submitted"
    if header(message, "precedence").lower() in ("bulk", "list", "junk", "auto_reply"):
        return "precedence"
    if header(message, "list-id") or header(message, "list-unsubscribe"):
        return "mailing list"
    suppressed = header(message, "x-auto-response-suppress").lower().replace(",", " ").split()
    if "all" in suppressed or "autoreply" in suppressed:
        return "answers suppressed"
    if header(message, "x-autoreply") or header(message, "x-autorespond"):
        return "auto-submitted"
    return ""
