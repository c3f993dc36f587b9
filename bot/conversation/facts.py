"""The values a conversation is made of: what is known, what is said, what is to be done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

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
    credit: int = 0
    """Store credit, in minor units."""


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


@dataclass(frozen=True, slots=True)
class Enrol:
    """Make the person a member; ``words`` is what was shown when consent was asked."""

    name: str
    birthday: date | None
    locale: str
    marketing: bool
    words: str
    referrer: str = ""
    """The personal code of who invited them."""
    claim: tuple[str, int] | None = None
    """The counter's code that they came with, proven: location and step."""
    location: str = ""
    """Where the code hung that they scanned."""


@dataclass(frozen=True, slots=True)
class CheckIn:
    """Stamp oneself by the code that the counter shows now."""

    code: str


@dataclass(frozen=True, slots=True)
class Redeem:
    reward: str


@dataclass(frozen=True, slots=True)
class TakeUp:
    """Take part in a challenge of one's own choice."""

    challenge: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Stand in line for a reward that is full."""

    reward: str


@dataclass(frozen=True, slots=True)
class ShowVouchers:
    """Tell the codes that are good now."""


@dataclass(frozen=True, slots=True)
class ShowHistory:
    """Look up what came and went last."""


@dataclass(frozen=True, slots=True)
class SetLocale:
    locale: str


@dataclass(frozen=True, slots=True)
class Stop:
    """No more messages on this address; consent withdrawn."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Back after STOP: answers are given again; consent to marketing is not."""


@dataclass(frozen=True, slots=True)
class AskLink:
    """Send a one-time code to the phone (E.164 or national) or e-mail that the person claims to own."""

    claimed: str


@dataclass(frozen=True, slots=True)
class ProveLink:
    """The code typed back; when right, this address belongs to the member who owns the claimed one."""

    code: str


@dataclass(frozen=True, slots=True)
class Give:
    """Give points to who is known by a reference of this kind, ``to`` as it was typed."""

    points: int
    kind: str
    to: str


@dataclass(frozen=True, slots=True)
class AskCauses:
    """Look up what the causes were given; to choose one to round up for, or to donate to."""

    round_up: bool = False


@dataclass(frozen=True, slots=True)
class Donate:
    cause: str
    points: int


@dataclass(frozen=True, slots=True)
class RoundUp:
    """Round purchases up for a cause from now on; None: no longer."""

    cause: str | None


@dataclass(frozen=True, slots=True)
class Invite:
    """Look up what to hand on to friends."""


Sharing = Give | AskCauses | Donate | RoundUp | Invite
Looking = ShowVouchers | ShowHistory
Command = Enrol | CheckIn | Redeem | Wait | TakeUp | SetLocale | Stop | Resume | AskLink | ProveLink | Looking | Sharing


@dataclass(frozen=True, slots=True)
class Reply:
    """Something to say now, in the person's language."""

    text: str
    buttons: tuple[Button, ...] = ()
    subject: str = ""
    picture: Picture | None = None
    edits: bool = False
    """Takes the place of the message whose button was pressed, where the channel can: paging, confirming."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The answer to one message. With a ``command``, carry it out first and ask ``conclude`` for the replies."""

    replies: tuple[Reply, ...] = ()
    dialog: Dialog | None = None
    command: Command | None = None


Result = Mapping[str, Any] | RegularsError
"""How a command ended. Redeem: ``{"voucher": code, "reward": key, "points_left": n}``, with ``link`` and
``partners_code`` where there are. Wait: ``{"place": n}``. ShowVouchers: ``{"vouchers": [{"code", "names", "until"}]}``.
Others: ``{}``."""
