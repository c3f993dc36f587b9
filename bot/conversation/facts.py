"""The values a conversation is made of: what is known, what is said, what is to be done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.conversation.commands import Command
from bot.errors import RegularsError
from bot.loyalty.ledger import Ending
from bot.loyalty.member import Profile, Progress
from bot.loyalty.programme import Programme
from bot.messages import Button, Picture

Dialog = Mapping[str, Any]
"""Where a talk of several turns stands: ``{"flow": "join", "step": "birthday", "until": ISO time, …}``; JSON-ready."""


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """The member who talks, as of this transaction."""

    id: int
    code: str
    name: str
    points: int
    progress: Progress
    refused: Mapping[str, str] = field(default_factory=dict)
    """Rewards that they cannot have however many points they get, and why (``catalogue.Why``)."""
    profile: Profile | None = None
    ending: Ending | None = None
    """The next points that end, within a year."""
    pending: int = 0
    """Points that were earned and are not had yet."""
    credit: int = 0
    """Store credit, in minor units."""
    goal: str = ""
    """The reward that they save for."""


@dataclass(frozen=True, slots=True)
class Codes:
    """What confirms a wish where a sender can be forged: a code nobody knows yet, and the keyed hash to keep of one."""

    fresh: str
    hashed: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Facts:
    """All that may be known when answering one message. ``locale`` is one of the programme's languages."""

    programme: Programme
    channel: str
    locale: str
    now: datetime
    member: MemberFacts | None = None
    dialog: Dialog | None = None
    name: str = ""
    """The name that the provider tells, to offer when joining."""
    stopped: bool = False
    """After STOP on this address: nothing is said until they come back by themselves."""
    person: bool = False
    """Staff have the talk: the bot says nothing until they are done."""
    codes: Codes | None = None
    """None where none is needed, and after too many wrong ones: then nothing can be confirmed by code."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Something to say now, in the person's language."""

    text: str
    buttons: tuple[Button, ...] = ()
    subject: str = ""
    picture: Picture | None = None
    edits: bool = False
    """Takes the place of the message whose button was pressed, where the channel can: paging, confirming."""
    language: str = ""
    """What ``text`` is in, as a tag; empty for the language of the talk."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The answer to one message. With a ``command``, carry it out first and ask ``conclude`` for the replies."""

    replies: tuple[Reply, ...] = ()
    dialog: Dialog | None = None
    command: Command | None = None


Outcome = Mapping[str, Any]
"""What a command that was carried out tells; its handler in ``bot.actions.commands`` says what."""
Result = Outcome | RegularsError
"""How a command ended."""
