"""What a conversation can decide to have done: one value a command, carried out by ``bot.actions.commands``."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Enrol:
    """Make the person a member; ``words`` is what was shown when consent was asked."""

    name: str
    birthday: date | None
    marketing: bool
    words: str
    referrer: str = ""
    """The personal code of who invited them."""
    claim: tuple[str, int] | None = None
    """The counter's code that they came with, proven: location and step."""
    location: str = ""
    """Where the code hung that they scanned."""
    phone: str = ""
    """Their number, which the provider vouched for."""


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
class SetGoal:
    """Save for a reward; for none when empty."""

    reward: str


@dataclass(frozen=True, slots=True)
class Why:
    """Look up what is behind the last message and the last points."""


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
class MakeLink:
    """Make a one-time link by which another chat becomes this member's."""


@dataclass(frozen=True, slots=True)
class OpenLink:
    """Look up whose link it is that this chat was opened with."""

    token: str


@dataclass(frozen=True, slots=True)
class TakeLink:
    """Make this chat that member's, by the hash of their one-time token."""

    token_hash: str


@dataclass(frozen=True, slots=True)
class SharePhone:
    """A number in E.164 that the provider vouches to be the person's own."""

    phone: str


@dataclass(frozen=True, slots=True)
class Merge:
    """Make one of this membership and another (by its id), which was proven to be the same person's."""

    other: int


@dataclass(frozen=True, slots=True)
class AskPerson:
    """Have staff answer in this chat."""


@dataclass(frozen=True, slots=True)
class AskSettings:
    """Look up the member's own settings; ``about``: to ask about one of them."""

    about: str = ""


@dataclass(frozen=True, slots=True)
class SetPreferred:
    """The channel that the member likes to be written to on."""

    channel: str


@dataclass(frozen=True, slots=True)
class SetName:
    """What the member wants to be called."""

    name: str


@dataclass(frozen=True, slots=True)
class SetBirthday:
    """When the member was born; one that was told before is changed once a year."""

    birthday: date


@dataclass(frozen=True, slots=True)
class SetQuietHours:
    """The member's own, as ``22:00-08:00``; None: none."""

    hours: str | None


@dataclass(frozen=True, slots=True)
class SetConsent:
    """Agree to ``marketing`` or ``notices`` on a channel, or take it back; ``words`` were shown when it was asked."""

    purpose: str
    channel: str
    granted: bool
    words: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmOptIn:
    """The code of the mail that asks whether news may come there."""

    code: str


@dataclass(frozen=True, slots=True)
class Export:
    """Make a link to all that is kept about the member."""


@dataclass(frozen=True, slots=True)
class Erase:
    """Forget the member wholly."""


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
Settings = AskSettings | SetPreferred | SetQuietHours | SetName | SetBirthday | SetConsent | ConfirmOptIn
Privacy = Export | Erase
Looking = ShowVouchers | ShowHistory | SetGoal | Why
Linking = AskLink | ProveLink | MakeLink | OpenLink | TakeLink | SharePhone | Merge
Chatting = SetLocale | Stop | Resume | AskPerson
Command = Enrol | CheckIn | Redeem | Wait | TakeUp | Chatting | Linking | Looking | Sharing | Settings | Privacy
