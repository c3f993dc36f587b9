"""Tiers: what a member is to the business, by what they spent, earned or how often they came in a period.

The tier as of a moment follows from what was counted alone: a tick that comes late or never, and points that were
spent, change nothing. ``MemberState.tier`` is what was last told; ``in_force`` is what holds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from fractions import Fraction
from functools import lru_cache
from typing import Annotated, Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, StringConstraints

from bot.errors import Fault
from bot.loyalty import qualifying
from bot.loyalty.activity import Activity
from bot.loyalty.earning_rules import EarningRule
from bot.loyalty.faults import parts_of
from bot.loyalty.mechanic import Mechanic
from bot.loyalty.member import POINTS, Draft, MemberState, Outcome, Progress
from bot.loyalty.money import FINEST, to_minor
from bot.loyalty.parts import Compiling, Key, Names, Part, Section, Texts, Tree
from bot.loyalty.programme import Programme

NAME = "tiers"
_MOST = 10**15
_ONCE = (1, 1)
_NOTHING: qualifying.Count = {}
_NO_TIER = (None, None)


def _sum_or_number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError('must be a sum of money such as "300.00", or a whole number of points or visits')
    size = to_minor(value, FINEST) if isinstance(value, str) else value
    if not 0 <= size <= _MOST:
        raise ValueError("must be 0 or more, and no more than anybody could reach")
    return value


Start = Annotated[str | int, BeforeValidator(_sum_or_number)]
Times = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,2}(\.[0-9]{1,4})?$")]


class BenefitsIn(Part):
    multiplier: Times = "1"
    free_shipping: bool = False
    early_access_hours: Annotated[int, Field(ge=0, le=8760)] = 0
    perks: Annotated[list[Texts], Field(max_length=20)] = Field(default_factory=list)


class TierIn(Part):
    key: Key
    name: Texts
    start: Start = Field(alias="from")
    benefits: BenefitsIn = BenefitsIn()


class QualificationIn(Part):
    by: Literal["spend", "points", "visits"] = "spend"
    period: Literal["calendar_year", "rolling_12_months", "life"] = "calendar_year"
    grace_months: Annotated[int, Field(ge=0, le=qualifying.MOST_GRACE)] = 0


@dataclass(frozen=True, slots=True)
class Benefits:
    """``multiplier`` of points, exact, as numerator and denominator; ``perks`` in words."""

    multiplier: tuple[int, int] = _ONCE
    free_shipping: bool = False
    early_access_hours: int = 0
    perks: tuple[Names, ...] = ()


@dataclass(frozen=True, slots=True)
class Tier:
    """Reached with ``start`` (minor units, points or visits) in one period."""

    key: str
    names: Names
    start: int
    benefits: Benefits


class Qualification(NamedTuple):
    """What counts, in which period, and how many months longer a tier is kept."""

    by: str = "spend"
    period: str = qualifying.CALENDAR_YEAR
    grace: int = 0


class Standing(NamedTuple):
    """Where a member stands among the tiers; ``until`` None: with no end. ``missing`` is 0 at the top."""

    tier: Tier | None
    until: datetime | None
    progress: int
    next: Tier | None
    missing: int


class _Ladder(NamedTuple):
    rules: Qualification
    highest_first: tuple[Tier, ...]
    rank: Mapping[str, int]


@lru_cache(64)
def _ladder(programme: Programme) -> _Ladder | None:
    rules, tiers = programme.one(Qualification), tuple(programme.of(Tier).values())
    if rules is None or not tiers:
        return None
    return _Ladder(rules, tiers[::-1], {tier.key: rank for rank, tier in enumerate(tiers, 1)})


def in_force(programme: Programme, state: MemberState, at: datetime) -> MemberState:
    """The state with the tier that holds at ``at``, or as of the newest day that counts if that is later."""
    tier, until = _held(programme, state.progress, at)
    key = tier.key if tier else ""
    if key == state.tier and until == state.tier_until:
        return state
    return state._replace(tier=key, tier_until=until)


def settle(programme: Programme, state: MemberState, now: datetime) -> tuple[MemberState, tuple[Outcome, ...]]:
    """What time did to the tier: the state as of ``now``, and the change if there is one.

    ``tier_until`` of the state is when to look again.
    """
    after = in_force(programme, state, now)
    return after, tuple(_change(programme, state.tier, after.tier))


def tiers(programme: Programme, activity: Activity, draft: Draft) -> None:
    """Count what counts, and move the member to the tier that holds now."""
    ladder = _ladder(programme)
    if ladder is None and not draft.tier:
        return
    if ladder and (amount := _counted(ladder.rules.by, activity, draft)) > 0:
        rules, count = ladder.rules, draft.progress.get(NAME, {})
        day = draft.local.date()
        draft.progress[NAME] = qualifying.added(count, rules.by, rules.period, rules.grace, day, amount)
    # What happened long ago and is told only now counts in its own time, but of a tier that is over nobody hears.
    tier, until = _held(programme, draft.progress, max(draft.now, activity.occurred_at))
    key = tier.key if tier else ""
    if key != draft.tier:
        draft.outcomes.extend(_change(programme, draft.tier, key))
    draft.tier, draft.tier_until = key, until
    draft.due(until)


def multiplier(programme: Programme, state: MemberState) -> tuple[int, int]:
    """By how much the tier of ``state`` multiplies points: numerator and denominator."""
    tier = programme.of(Tier).get(state.tier)
    return tier.benefits.multiplier if tier else _ONCE


def standing(programme: Programme, progress: Progress, at: datetime) -> Standing | None:
    """Where a member with this progress stands at ``at``; None when the programme has no tiers."""
    ladder = _ladder(programme)
    if ladder is None:
        return None
    count = _count(progress, ladder.rules.by)
    tier, until = _held(programme, progress, at)
    have = qualifying.sum_on(count, ladder.rules.period, _day(count, at, programme.zone))
    above = ladder.highest_first[: len(ladder.rank) - ladder.rank[tier.key]] if tier else ladder.highest_first
    following = above[-1] if above else None
    return Standing(tier, until, have, following, max(following.start - have, 0) if following else 0)


def to_next(programme: Programme, state: MemberState, at: datetime) -> tuple[Tier, int] | None:
    """The next tier and what is missing to it; None at the top, or without tiers."""
    where = standing(programme, state.progress, at)
    return (where.next, where.missing) if where and where.next else None


def _held(programme: Programme, progress: Progress, at: datetime) -> tuple[Tier | None, datetime | None]:
    """The highest tier that was met and is still kept, and its end."""
    ladder = _ladder(programme)
    if ladder is None:
        return _NO_TIER
    (by, period, grace), zone = ladder.rules, programme.zone
    count = _count(progress, by)
    day, life = _day(count, at, zone), count.get("life", 0)
    for tier in ladder.highest_first:
        if tier.start > life:
            continue
        until = qualifying.kept_until(count, period, grace, tier.start)
        if until > day:
            return tier, None if until == qualifying.FOR_EVER else _midnight(until, zone)
    return _NO_TIER


def _count(progress: Progress, by: str) -> qualifying.Count:
    count: qualifying.Count = progress.get(NAME, _NOTHING)
    return count if count.get("by") == by else _NOTHING


def _day(count: qualifying.Count, at: datetime, zone: ZoneInfo) -> int:
    last: int = count.get("last", 0)
    return max(at.astimezone(zone).toordinal(), last)


@lru_cache(4096)
def _midnight(day: int, zone: ZoneInfo) -> datetime:
    """When a day begins; where the clocks skip midnight, the first moment after."""
    return datetime.combine(date.fromordinal(day), time(), zone).astimezone(UTC)


def _counted(by: str, activity: Activity, draft: Draft) -> int:
    if by == "spend":
        return (activity.amount or 0) if activity.type == "purchase" else 0
    if by == "visits":
        return 1 if activity.type in ("purchase", "visit") else 0
    # Prizes and referral bonuses are posted by others than the rules of earning.
    rules = draft.programme.of(EarningRule)
    return sum(p.points for p in draft.postings if p.wallet == POINTS and p.rule in rules)


def _change(programme: Programme, before: str, after: str) -> Iterator[Outcome]:
    ladder = _ladder(programme)
    if before == after or ladder is None:
        return
    if ladder.rank.get(after, 0) > ladder.rank.get(before, 0):
        yield {"type": "tier_reached", "tier": after, "from": before or None}
    else:
        yield {"type": "tier_lost", "tier": before, "to": after or None}


def _tier(told: TierIn, compiling: Compiling) -> Tier:
    start = told.start if isinstance(told.start, int) else compiling.minor(told.start, "from")
    times, given = Fraction(told.benefits.multiplier), told.benefits
    if times <= 0:
        compiling.fault("must be more than 0", "benefits", "multiplier")
    perks = tuple(compiling.names(perk) for perk in given.perks)
    benefits = Benefits(times.as_integer_ratio(), given.free_shipping, given.early_access_hours, perks)
    return Tier(told.key, compiling.names(told.name), start, benefits)


def _qualification(told: QualificationIn, compiling: Compiling) -> Qualification:
    return Qualification(told.by, told.period, told.grace_months)


def _out_of_order(tree: Tree) -> Iterator[Fault]:
    """Each tier asks for more than the one before, in what the qualification counts."""
    rules = tree.get("qualification")
    by = rules.get("by", "spend") if isinstance(rules, Mapping) else "spend"
    before = -1
    for path, part in parts_of(tree, TIERS):
        value = part.get("from")
        if by == "spend" and isinstance(value, int):
            yield Fault(f"{path}.from", 'is a sum of money here; write it as a decimal such as "300.00"')
        elif by in ("points", "visits") and isinstance(value, str):
            yield Fault(f"{path}.from", f"is a number of {by} here; write it without quotes")
        elif (size := _size(value)) >= 0:
            if size <= before:
                yield Fault(f"{path}.from", "must be more than that of the tier before; they stand in ascending order")
            before = size


def _size(value: Any) -> int:
    """Below 0 for what the shape finds fault with."""
    try:
        return to_minor(value, FINEST) if isinstance(value, str) else int(value)
    except (TypeError, ValueError, OverflowError):
        return -1


TIERS = Section("tiers", TierIn, Tier, _tier, faults=_out_of_order)
MECHANIC = Mechanic(
    NAME,
    tiers,
    [Section("qualification", QualificationIn, Qualification, _qualification, many=False, always=True), TIERS],
)
