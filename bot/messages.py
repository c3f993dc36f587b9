"""The values that cross borders between channels, core and campaigns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


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
    """What an answer refers to, as its provider has it: by mail the Message-IDs of the talk so far, the newest last; by
    phone the number that was written from, where ``address`` is another form of it; on Telegram the topic."""
    answered: bool = False
    """The provider itself has answered already (Twilio and STOP): keep silent."""
    lifts: bool = False
    """On this word the provider gives up a block of its own, and answers it where there was one (Twilio and START)."""
    pressed: str = ""
    """Provider's id of our message whose button was pressed: the answer may take its place."""
    phone: str = ""
    """A number in E.164 that the provider vouches to be the sender's own (Telegram: their own contact, shared)."""


@dataclass(frozen=True, slots=True)
class Button:
    """A choice offered with a message; pressing it is the same as saying ``says`` (≤ 64 bytes)."""

    label: str
    says: str
    opens: str = ""
    """A web address that pressing opens instead; what ``says`` holds is for channels that cannot."""
    shares_phone: bool = False
    """Where the channel can, pressing hands over the person's own number as the provider knows it."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture shows, to be drawn when it is needed: JSON-ready ``data``, its texts in the reader's language.

    ``alt`` says the same in words, for who cannot see it and for channels without pictures.
    """

    kind: str
    data: Mapping[str, Any]
    alt: str


@dataclass(frozen=True, slots=True)
class Template:
    """An approved template at the provider that may be sent where free text may not (WhatsApp)."""

    id: str
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Appearance:
    """How the business looks in what it sends: name (in the reader's language), colour (``#rrggbb``), address of its
    logo, postal address. All but the name may be empty.
    """

    name: str
    colour: str = ""
    logo: str = ""
    postal_address: str = ""


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
    picture: Picture | None = None
    replaces: str = ""
    """Provider's id of a message of ours that this one takes the place of, where the channel can edit."""
    template: Template | None = None
    language: str = ""
    """What ``text`` is in, as a tag; empty when that is not known."""


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
    unreachable: bool = False
    """The address could not be reached for now; when that goes on for days it is gone."""
    elsewhere: bool = False
    """The address takes no such message now (WhatsApp after 24 hours); another may."""


LAST = 2**63 - 1
"""Greater than the id of any line."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a conversation as a person would read it back, oldest first by ``id``."""

    id: int
    ours: bool
    text: str
    at: datetime
    buttons: tuple[Button, ...] = ()
    picture: Picture | None = None
    language: str = ""
    """What a text of ours is in, as a tag; empty when that is not known."""
