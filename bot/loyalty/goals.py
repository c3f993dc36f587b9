"""What a challenge counts: activities, sums, different things, an unbroken row, or all of a set.

What is kept of a goal is a JSON value that only ever grows towards it, in whatever order activities are told. Of days
(weeks) in a row that is the latest one, the length of the longest row, and in hexadecimal a bit for each: the lowest is
the latest.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bot.loyalty.activity import Activity, Item
from bot.loyalty.conditions import Some
from bot.loyalty.money import FINEST, to_minor
from bot.loyalty.parts import Compiling, Part, Words

Kept = int | list[Any]
_LATE = 366
"""Days (weeks) in a row count, in whatever order they are told, when they end so close to the latest one told."""
_MOST_DIFFERENT = 100
"""Places, categories and products are names of any length; days are not, and a month has 31."""


def _number_or_sum(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError('must be a whole number, or a sum of money such as "100.00"')
    if isinstance(value, str) and to_minor(value, FINEST) <= 0:
        raise ValueError("must be more than 0")
    if isinstance(value, int) and not 1 <= value <= 1_000_000:
        raise ValueError("must lie between 1 and 1000000")
    return value


# Not a union, whose faults would come twice and with paths that are not in the document.
Reach = Annotated[Any, BeforeValidator(_number_or_sum)]


def _each_once(values: list[str]) -> list[str]:
    if len(set(values)) < len(values):
        raise ValueError("has something twice")
    return values


class GoalIn(Part):
    """Exactly one of the first five says what is counted; ``reach`` how much, where that does not say it yet."""

    count: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    sum: Literal["amount", "units"] | None = None
    distinct: Literal["day", "location", "category", "sku"] | None = None
    streak: Literal["day", "week"] | None = None
    set: Annotated[list[Words], Field(min_length=1, max_length=_MOST_DIFFERENT), AfterValidator(_each_once)] | None = (
        None
    )
    of: Literal["sku", "category", "location"] | None = None
    category: Some | None = None
    sku: Some | None = None
    reach: Reach | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum(value is not None for value in self._kinds().values()) != 1:
            raise ValueError(f"needs exactly one of {', '.join(self._kinds())}")
        if (self.set is None) != (self.of is None):
            raise ValueError('"set" and "of" belong together: set = ["espresso", "latte"], of = "sku"')
        if (self.category or self.sku) and not self.sum:
            raise ValueError('"category" and "sku" choose what is summed; for other goals use "when"')
        if self.reach is not None and (self.count or self.set):
            raise ValueError('"reach" is said already; leave it out')
        return self

    def _kinds(self) -> Mapping[str, Any]:
        return {name: getattr(self, name) for name in ("count", "sum", "distinct", "streak", "set")}

    @property
    def kind(self) -> str:
        return next(name for name, value in self._kinds().items() if value is not None)


@dataclass(frozen=True, slots=True)
class Goal:
    """``of`` says what of the activity is looked at. ``most`` is more than what any level needs to be kept."""

    kind: str
    of: str = ""
    among: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    skus: frozenset[str] = frozenset()
    most: int = 1
    capped: bool = True

    @property
    def is_money(self) -> bool:
        return self.kind == "sum" and self.of == "amount"

    def add(self, kept: Kept | None, activity: Activity, day: date) -> Kept | None:
        """What is kept after an activity of ``day``; the very same when it brings nothing."""
        return _ADD[self.kind](self, kept, activity, day)


def tag(goal: Goal) -> str:
    """Tells what is kept for one goal from what was for another, which the same challenge had before."""
    return "" if (goal.kind, goal.of) == ("distinct", "day") else f"#{goal.kind}{goal.of and ':' + goal.of}"


def have(kept: Kept | None) -> int:
    """How far one has come: the number, how many different ones, or the longest row."""
    if not kept:
        return 0
    if isinstance(kept, int):
        return kept
    return kept[1] if isinstance(kept[0], int) else len(kept)


def row_until(kept: Kept | None, goal: Goal, day: date) -> int:
    """How long the row is that can still go on at ``day``."""
    last, _, bits = _days(kept)
    place = last - _number(goal, day)
    return _row_at(bits, place) or _row_at(bits, place + 1)


def _add_number(goal: Goal, kept: Kept | None, more: int) -> Kept | None:
    before = kept if isinstance(kept, int) else 0
    after = before + more
    if goal.capped:
        after = max(before, min(after, goal.most))
    return kept if after == before else after


def _count(goal: Goal, kept: Kept | None, activity: Activity, day: date) -> Kept | None:
    return _add_number(goal, kept, 1)


def _sum(goal: Goal, kept: Kept | None, activity: Activity, day: date) -> Kept | None:
    if goal.of == "amount" and not (goal.categories or goal.skus):
        return _add_number(goal, kept, activity.amount or 0)
    items = [item for item in activity.items if _chosen(goal, item)]
    if goal.of == "units":
        return _add_number(goal, kept, sum(item.quantity for item in items))
    return _add_number(goal, kept, sum(item.price or 0 for item in items))


def _chosen(goal: Goal, item: Item) -> bool:
    return (not goal.categories or item.category in goal.categories) and (not goal.skus or item.sku in goal.skus)


def _values(goal: Goal, activity: Activity, day: date) -> set[str]:
    match goal.of:
        case "day":
            return {day.isoformat()}
        case "location":
            return {activity.location} - {""}
        case "category":
            return {item.category for item in activity.items} - {""}
    return {item.sku for item in activity.items} - {""}


def _different(goal: Goal, kept: Kept | None, activity: Activity, day: date) -> Kept | None:
    values = _values(goal, activity, day)
    if goal.kind == "set":
        values &= goal.among
    before = kept if isinstance(kept, list) else []
    if values.issubset(before):
        return kept
    # The first by name, so that what is kept does not depend on the order of telling.
    after = sorted(values.union(before))[: goal.most]
    return kept if after == before else after


def _number(goal: Goal, day: date) -> int:
    return day.toordinal() if goal.of == "day" else (day.toordinal() - 1) // 7


def _days(kept: Kept | None) -> tuple[int, int, int]:
    """The latest day or week, the longest row, and the bits."""
    return (kept[0], kept[1], int(kept[2], 16)) if isinstance(kept, list) else (0, 0, 0)


def _row_at(bits: int, place: int) -> int:
    """How many bits are set in a row, of which the one at ``place`` is one."""
    if place < 0 or not bits >> place & 1:
        return 0
    from_here = bits >> place
    earlier = (from_here ^ from_here + 1).bit_length() - 1
    return earlier + place - (~bits & (1 << place) - 1).bit_length()


def _row(goal: Goal, kept: Kept | None, activity: Activity, day: date) -> Kept | None:
    last, longest, bits = _days(kept)
    number, span = _number(goal, day), goal.most + _LATE
    place = max(last - number, 0)
    if place >= span or (number <= last and bits >> place & 1):
        return kept
    # Which bits are kept depends on the latest day alone, and not on when it was told.
    bits = (bits << min(max(number - last, 0), span) | 1 << place) & (1 << span) - 1
    return [max(last, number), max(longest, _row_at(bits, place)), f"{bits:x}"]


_ADD: Mapping[str, Callable[[Goal, Kept | None, Activity, date], Kept | None]] = {
    "count": _count,
    "sum": _sum,
    "distinct": _different,
    "set": _different,
    "streak": _row,
}


def reach_of(told: int | str, goal: GoalIn, compiling: Compiling, *path: str) -> int:
    """How much is needed, money in minor units."""
    if goal.sum == "amount":
        if isinstance(told, str):
            return compiling.minor(told, *path)
        compiling.fault('write the sum as money, such as "100.00"', *path)
    elif isinstance(told, str):
        compiling.fault("must be a whole number", *path)
    return told if isinstance(told, int) else 1


def goal_of(told: GoalIn, top: int, *, capped: bool) -> Goal:
    """``top`` is what the last level needs."""
    of = told.sum or told.distinct or told.streak or told.of or ""
    # Days are kept whole: how many came in a week is asked by others than the goal, too.
    most = max(top, 31) if told.distinct == "day" else top
    if told.set:
        most = len(told.set)
    among, categories, skus = (frozenset(names or ()) for names in (told.set, told.category, told.sku))
    return Goal(told.kind, of, among, categories, skus, most, capped)


def most_of(told: GoalIn, days: int | None) -> int:
    """The most that can be reached at all, in a window of so many days (None for one without an end)."""
    match told.kind:
        case "set":
            return len(told.set or ())
        case "distinct" if told.distinct != "day":
            return _MOST_DIFFERENT
        case "distinct":
            return days or 366
        case "streak":
            most = days or 366
            return most if told.streak == "day" else -(-most // 7) + 1
    return 10**12
