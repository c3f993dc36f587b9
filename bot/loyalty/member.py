"""What the engine may know of a member, and what it hands back."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from bot.loyalty.activity import Activity
from bot.loyalty.expiry import expires_at
from bot.loyalty.money import from_minor
from bot.loyalty.programme import Programme
from bot.loyalty.reward import MONEY

Progress = Mapping[str, Any]
Outcome = dict[str, Any]
"""Something the programme did in answer: ``{"type": "points_earned", "points": 12, …}``; JSON as told to callers."""
POINTS, CREDIT = "points", "credit"
"""The wallets: points, and store credit in minor units of the currency."""
_NOTHING: Progress = {}


class Profile(NamedTuple):
    """What rules may ask about the person."""

    joined_at: datetime
    zone: ZoneInfo
    birthday: date | None = None
    locale: str = ""


class MemberState(NamedTuple):
    """The snapshot before (and after) an activity.

    ``spent`` is the sum of purchases less refunds, ``credit`` the second wallet, both in minor units. ``tier`` holds
    until ``tier_until``. At ``due_at`` time itself changes something: points arrive or expire, a tier ends.
    ``progress`` holds one JSON-ready value per mechanic under its name, so that a new mechanic needs no new column;
    what other layers search by has columns of its own.
    """

    points: int = 0
    lifetime_points: int = 0
    credit: int = 0
    purchases: int = 0
    spent: int = 0
    last_purchase_at: datetime | None = None
    tier: str = ""
    tier_until: datetime | None = None
    due_at: datetime | None = None
    progress: Progress = _NOTHING
    profile: Profile | None = None


class Posting(NamedTuple):
    """A line to be written to the ledger: ``rule`` names what it is for.

    One with ``due_at`` is pending until then, one that is ``awaiting`` until somebody confirms the activity.
    ``expires_at`` None means never.
    """

    kind: str
    points: int
    rule: str
    wallet: str = POINTS
    expires_at: datetime | None = None
    due_at: datetime | None = None
    awaiting: bool = False

    @property
    def pending(self) -> bool:
        return self.awaiting or self.due_at is not None


class Grant(NamedTuple):
    """A reward given without points; ``because`` names the card or rule. Its voucher is made by the caller."""

    reward: str
    because: str


class Decision(NamedTuple):
    """What an activity does to a member. ``grants`` stand in the order of the outcomes that have a ``reward`` key."""

    state: MemberState
    postings: tuple[Posting, ...]
    grants: tuple[Grant, ...]
    outcomes: tuple[Outcome, ...]


class Draft:
    """The decision while the mechanics work on it, in turn; never leaves ``engine.decide``.

    ``state`` is the member before the activity; ``local`` the time of the activity at the business.
    """

    __slots__ = (
        "activity",
        "credit",
        "due_at",
        "grants",
        "lifetime_points",
        "local",
        "now",
        "outcomes",
        "points",
        "postings",
        "programme",
        "progress",
        "state",
        "tier",
        "tier_until",
    )

    def __init__(self, programme: Programme, state: MemberState, activity: Activity, now: datetime) -> None:
        self.programme = programme
        self.activity = activity
        self.state = state
        self.now = now
        self.local = activity.occurred_at.astimezone(programme.zone)
        self.points = state.points
        self.lifetime_points = state.lifetime_points
        self.credit = state.credit
        self.tier = state.tier
        self.tier_until = state.tier_until
        self.due_at = state.due_at
        self.progress: dict[str, Any] = dict(state.progress)
        self.postings: list[Posting] = []
        self.grants: list[Grant] = []
        self.outcomes: list[Outcome] = []

    def post(self, posting: Posting) -> None:
        """Give or take; what is pending does not count yet. Points end as the programme says, unless told otherwise."""
        if posting.points > 0 and posting.expires_at is None and posting.wallet == POINTS:
            ends = expires_at(self.programme, posting.due_at or self.local)
            if ends:
                kind, points, rule, wallet, _, due_at, awaiting = posting
                posting = Posting(kind, points, rule, wallet, ends, due_at, awaiting)
        self.postings.append(posting)
        self.due(posting.due_at or posting.expires_at)
        if posting.pending:
            return
        if posting.wallet == CREDIT:
            self.credit += posting.points
        else:
            self.points += posting.points
            self.lifetime_points += max(posting.points, 0)

    def due(self, at: datetime | None) -> None:
        """Have the member looked at again at that time, at the latest."""
        if at is not None and (self.due_at is None or at < self.due_at):
            self.due_at = at

    def grant(self, reward: str, because: str, outcome: Outcome) -> None:
        """Give a reward without points; ``outcome`` gets its voucher's code from the caller.

        One that is money is had at once and needs no voucher: it goes into the credit.
        """
        given = self.programme.rewards.get(reward)
        if given and given.kind in MONEY:
            self.post(Posting("reward", given.value, because, CREDIT))
            worth = from_minor(given.value, self.programme.exponent)
            self.outcomes.append({**outcome, "credited": reward, "credit": worth})
            return
        self.grants.append(Grant(reward, because))
        self.outcomes.append({**outcome, "reward": reward})
