"""Conditions that nobody can ever meet, because what they ask contradicts itself.

A condition is brought into the form "either all of these, or all of those …"; it is impossible when each of these is.
Nothing possible is ever called impossible; the other way there may be contradictions that are not found.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import product
from typing import NamedTuple

from bot.loyalty.condition import (
    DAYS,
    All,
    AnyOf,
    Clock,
    Condition,
    Dates,
    FirstPurchase,
    InSegment,
    Not,
    OneOf,
    Within,
)

_MOST = 300
"""So many combinations are looked at; a condition with more is taken to be possible."""
_MINUTES = 24 * 60
_ALL_DAY = frozenset(range(_MINUTES))
_WEEK = timedelta(days=7)


class _Asked(NamedTuple):
    """A single question and whether the answer has to be yes."""

    leaf: Condition
    yes: bool


_Case = tuple[_Asked, ...]


def contradiction(when: Condition | None, types: Sequence[str] = (), today: date | None = None) -> str:
    """Why nobody can meet a condition that is asked of activities of these ``types``; empty when somebody may.

    ``today`` None: dates that are over are not looked at.
    """
    if when is None:
        return ""
    given = (_Asked(OneOf("type", frozenset(types)), yes=True),) if types else ()
    cases = _cases(when, yes=True)
    if cases is None:
        return ""
    reasons = [next(_reasons((*given, *case), today), "") for case in cases]
    return "" if not all(reasons) else next(iter(reasons), "it is never true")


def _cases(when: Condition, *, yes: bool) -> list[_Case] | None:
    """What has to hold in one case or another; None for too many."""
    match when:
        case Not(part):
            return _cases(part, yes=not yes)
        case InSegment(_, part):
            return _cases(part, yes=yes)
        case All(parts) if yes:
            return _every(parts, yes=True)
        case AnyOf(parts) if not yes:
            return _every(parts, yes=False)
        case All(parts) | AnyOf(parts):
            return _any(parts, yes=yes)
    return [(_Asked(when, yes),)]


def _every(parts: Iterable[Condition], *, yes: bool) -> list[_Case] | None:
    made: list[_Case] = [()]
    for part in parts:
        more = _cases(part, yes=yes)
        if more is None or len(made) * len(more) > _MOST:
            return None
        made = [(*one, *other) for one, other in product(made, more)]
    return made


def _any(parts: Iterable[Condition], *, yes: bool) -> list[_Case] | None:
    made: list[_Case] = []
    for part in parts:
        more = _cases(part, yes=yes)
        if more is None or len(made) + len(more) > _MOST:
            return None
        made += more
    return made


def _reasons(case: _Case, today: date | None) -> Iterator[str]:
    said = set(case)
    if any(_Asked(one.leaf, not one.yes) in said for one in case):
        yield "it asks for something and for the opposite"
    yield from _texts(case)
    yield from _numbers(case)
    yield from _moments(case, today)
    yield from _first(case)


def _texts(case: _Case) -> Iterator[str]:
    """A text can be but one: what is allowed of each, less what is not."""
    allowed: dict[str, frozenset[str]] = {}
    for leaf, yes in case:
        if isinstance(leaf, OneOf) and yes:
            allowed[leaf.field] = allowed.get(leaf.field, leaf.values) & leaf.values
    for leaf, yes in case:
        if isinstance(leaf, OneOf) and not yes:
            every = frozenset(DAYS) if leaf.field == "weekday" else None
            before = allowed.get(leaf.field, every)
            if before is not None:
                allowed[leaf.field] = before - leaf.values
    for field, values in allowed.items():
        if not values:
            yield f'its "{field}" would have to be two different ones at once'


def _numbers(case: _Case) -> Iterator[str]:
    bounds: dict[str, tuple[int | None, int | None]] = {}
    for leaf, yes in case:
        if isinstance(leaf, Within) and yes:
            low, high = bounds.get(leaf.field, (None, None))
            lows, highs = [n for n in (low, leaf.low) if n is not None], [n for n in (high, leaf.high) if n is not None]
            bounds[leaf.field] = max(lows, default=None), min(highs, default=None)
    for field, (low, high) in bounds.items():
        if low is not None and high is not None and low > high:
            yield f'its "{field}" would have to be large and small at once'


def _moments(case: _Case, today: date | None) -> Iterator[str]:
    days, first, last = set(range(7)), date.min, date.max
    for leaf, yes in case:
        match leaf:
            case OneOf("weekday", values):
                named = {DAYS.index(day) for day in values}
                days = days & named if yes else days - named
            case Dates() if yes:
                first, last = max(first, leaf.first or first), min(last, leaf.last or last)
    clocks = [(_minutes(leaf), yes) for leaf, yes in case if isinstance(leaf, Clock)]
    if clocks and not _ALL_DAY.intersection(*(inside if yes else _ALL_DAY - inside for inside, yes in clocks)):
        yield "its times of day never meet"
    if first > last:
        yield "its dates never meet"
    elif (
        days
        and last - first < _WEEK
        and not any((first + timedelta(n)).weekday() in days for n in range((last - first).days + 1))
    ):
        yield "none of its weekdays lies between its dates"
    elif today and last < today:
        yield f"its dates are over since {last}"


def _minutes(clock: Clock) -> set[int]:
    start, end = (at.hour * 60 + at.minute for at in (clock.start, clock.end))
    return set(range(start, end)) if start < end else {*range(start, _MINUTES), *range(end)}


def _first(case: _Case) -> Iterator[str]:
    """A first purchase is a purchase, before which there was none."""
    if not any(isinstance(leaf, FirstPurchase) and yes for leaf, yes in case):
        return
    for leaf, yes in case:
        match leaf:
            case Within("last_purchase_days") if yes:
                yield "before the first purchase there is no last one"
            case Within("purchases" | "spent", low) if yes and low:
                yield "before the first purchase nothing was bought"
            case OneOf("type", values) if yes and "purchase" not in values:
                yield "only a purchase can be the first, and this is about something else"
