"""The values that cross borders between channels, core and campaigns."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Purpose(StrEnum):
    """Why a message is sent; decides which rules may hold it back."""

    REPLY = "reply"
    NOTICE = "notice"
    MARKETING = "marketing"


class InboundKind(StrEnum):
    """What the provider told us: words, or that the person left or came back on this address."""

    TEXT = "text"
    STOPPED = "stopped"
    RESUMED = "resumed"


@dataclass(frozen=True, slots=True)
class Inbound:
    """Something a customer said. ``id`` is the provider's own id: told twice, it counts once."""

    channel: str
    address: str
    id: str
    text: str
    at: datetime
    kind: InboundKind = InboundKind.TEXT
    name: str = ""
    locale: str = ""
    subject: str = ""
    thread: str = ""
    """Provider's message id that an answer refers to (mail: the Message-ID)."""
    answered: bool = False
    """The provider itself has answered already (Twilio and STOP): keep silent."""


@dataclass(frozen=True, slots=True)
class Button:
    """A choice offered with a message; pressing it is the same as saying ``says`` (≤ 64 bytes)."""

    label: str
    says: str


@dataclass(frozen=True, slots=True)
class Outbound:
    """Something to be said on one address. ``id`` is our own and names it in logs and callbacks."""

    id: int
    channel: str
    address: str
    purpose: Purpose
    text: str
    subject: str = ""
    buttons: tuple[Button, ...] = ()
    thread: str = ""
    unsubscribe_url: str = ""


class ReceiptState(StrEnum):
    """How far a message got, by the provider's word; a later one never goes back (rank order)."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider says of a message, told later by callback. ``provider_id`` names it."""

    channel: str
    provider_id: str
    state: ReceiptState
    reason: str = ""
    address_gone: bool = False
    opted_out: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a conversation as a person would read it back, oldest first by ``id``."""

    id: int
    ours: bool
    text: str
    at: datetime
    buttons: tuple[Button, ...] = ()
