"""Conditions of the document made into what ``condition`` asks, with the faults that only the whole can show."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import time
from typing import Any, Literal, NamedTuple

from bot.loyalty import condition
from bot.loyalty.asked import Asked, Question
from bot.loyalty.condition import Condition
from bot.loyalty.condition_shape import AttributeIn, ConditionIn, DaysIn, NumberIn, Some, SomeKeys, SumIn, UnitsIn
from bot.loyalty.parts import Compiling

__all__ = [
    "REWARDS",
    "RULES",
    "SEGMENTS",
    "Asked",
    "Condition",
    "ConditionIn",
    "Question",
    "Some",
    "SomeKeys",
    "compile_condition",
]

Topic = Literal["activity", "moment", "balance"]
Topics = Collection[Topic]
RULES: Topics = frozenset(("activity", "moment"))
"""What rules over activities may ask, besides the member. Never the balance: a replay must not depend on it."""
REWARDS: Topics = frozenset(("moment", "balance"))
SEGMENTS: Topics = frozenset(("balance",))
Segments = Mapping[str, Any]
"""The tables ``[[segments]]`` by key, as written; each has a ``when``."""
_TOPICS: dict[str, Topic] = {
    **dict.fromkeys(("type", "amount", "location", "source", "category", "sku", "units"), "activity"),
    **dict.fromkeys(("attribute", "verified", "first_purchase"), "activity"),
    **dict.fromkeys(("weekday", "time", "date"), "moment"),
    **dict.fromkeys(("points", "lifetime_points", "credit"), "balance"),
}
"""What is not asked of the member."""
_REFUSALS: dict[Topic, str] = {
    "activity": "asks about an activity, and there is none here",
    "moment": "asks for a time, and here none is meant",
    "balance": "asks for a balance; what an activity brings must not depend on what was spent",
}
_MOST, _DEEPEST = 500, 12
_NEVER = condition.AnyOf(())


def compile_condition(
    told: ConditionIn | None, compiling: Compiling, *path: str, asking: Topics = RULES
) -> Condition | None:
    """The condition written at ``path`` of the table that is being compiled; None, which means always, for none.

    ``asking`` says what it may ask about besides the member; the rest is a fault, as are badges, tiers and segments
    that there are not.
    """
    return None if told is None else compiled(told, compiling, *path, asking=asking)


def compiled(told: ConditionIn, compiling: Compiling, *path: str, asking: Topics = RULES) -> Condition:
    """The same for a table that always has one."""
    place = _Place(compiling, asking, path)
    questions, depth = _size(told, compiling.tables.get("segments", {}), {})
    if questions > _MOST or depth > _DEEPEST:
        place.fault(f"asks more than {_MOST} things, or is nested deeper than {_DEEPEST}, its segments counted")
        return _NEVER
    return _condition(told, place)


class _Place(NamedTuple):
    """Where in the document a condition stands, and what it may ask there."""

    compiling: Compiling
    asking: Topics
    path: tuple[str, ...]

    def at(self, *steps: str) -> "_Place":
        return self._replace(path=self.path + steps)

    def fault(self, message: str) -> None:
        self.compiling.fault(message, *self.path)

    def sums(self, told: SumIn) -> tuple[int | None, int | None]:
        texts = told.model_dump(exclude_none=True)
        return self.bounds({side: self.compiling.minor(text, *self.path, side) for side, text in texts.items()})

    def bounds(self, told: Mapping[str, int]) -> tuple[int | None, int | None]:
        """Both bounds made inclusive."""
        low = told["over"] + 1 if "over" in told else told.get("at_least")
        high = told["under"] - 1 if "under" in told else told.get("at_most")
        if low is not None and high is not None and low > high:
            self.fault("nothing lies between these bounds")
        return low, high

    def known(self, table: str, keys: Collection[str]) -> None:
        for key in keys:
            if key not in self.compiling.tables.get(table, {}):
                self.fault(f'there is no {table.rstrip("s")} "{key}"')


def _size(told: ConditionIn, segments: Segments, known: dict[str, tuple[int, int]]) -> tuple[int, int]:
    """How many things a condition asks, and how deep they lie, with those of its segments."""
    sizes = [_size(one, segments, known) for _, one in _inside(told)]
    for key in told.segment or ():
        if key not in known:
            known[key] = (0, 0)  # where a circle closes
            known[key] = _size(segments[key].when, segments, known) if key in segments else (0, 0)
        sizes.append(known[key])
    return len(told.model_fields_set) + sum(size for size, _ in sizes), 1 + max(
        (depth for _, depth in sizes), default=0
    )


def _inside(told: ConditionIn) -> Iterator[tuple[tuple[str, ...], ConditionIn]]:
    """The conditions written directly inside of one, with the steps to them."""
    for name, several in (("all", told.all), ("any", told.any)):
        for i, one in enumerate(several or ()):
            yield (name, str(i)), one
    if told.none:
        yield ("not",), told.none


def _all_inside(told: ConditionIn) -> Iterator[ConditionIn]:
    yield told
    for _, one in _inside(told):
        yield from _all_inside(one)


def _condition(told: ConditionIn, place: _Place) -> Condition:
    inside = [(steps[0], _condition(one, place.at(*steps))) for steps, one in _inside(told)]
    by_name = {name: tuple(part for n, part in inside if n == name) for name in ("all", "any", "not")}
    parts = [
        *by_name["all"],
        *([condition.AnyOf(by_name["any"])] if told.any else []),
        *map(condition.Not, by_name["not"]),
    ]
    for name, make in _MAKE.items():
        value = getattr(told, name)
        if value is not None:
            here = place.at(name)
            if (topic := _TOPICS.get(name)) and topic not in place.asking:
                here.fault(_REFUSALS[topic])
            parts.append(make(value, here))
    return parts[0] if len(parts) == 1 else condition.All(tuple(parts))


def _segments(keys: Sequence[str], place: _Place) -> Condition:
    place.known("segments", keys)
    return _one_or_any([_segment(key, place) for key in keys])


def _segment(key: str, place: _Place) -> Condition:
    """Made anew from what is written, wherever it is asked; its own faults are told once, where it stands."""
    segments: Segments = place.compiling.tables.get("segments", {})
    reached = _reached([key], segments)
    if circle := next((one for one in reached if one in _reached(_named(segments[one].when), segments)), None):
        place.fault(f'goes in a circle: the segment "{circle}" asks for itself')
        return _NEVER
    asked = {name for one in reached for part in _all_inside(segments[one].when) for name in part.model_fields_set}
    if refused := sorted(name for name in asked if _TOPICS.get(name) == "balance" and "balance" not in place.asking):
        place.fault(f'through "{refused[0]}" the segment "{key}" {_REFUSALS["balance"]}')
    if key not in segments:
        return _NEVER
    aside = Compiling(place.compiling.exponent, place.compiling.language, tables=place.compiling.tables)
    return condition.InSegment(key, _condition(segments[key].when, _Place(aside, place.asking, ())))


def _named(told: ConditionIn) -> list[str]:
    return [key for part in _all_inside(told) for key in part.segment or ()]


def _reached(keys: Sequence[str], segments: Segments) -> list[str]:
    """These segments, those that they ask for, and so on."""
    reached: list[str] = []
    coming = list(keys)
    while coming:
        key = coming.pop()
        if key in segments and key not in reached:
            reached.append(key)
            coming += _named(segments[key].when)
    return reached


def _one_or_any(parts: Sequence[Condition]) -> Condition:
    return parts[0] if len(parts) == 1 else condition.AnyOf(tuple(parts))


def _yes_or_no(leaf: Condition) -> Callable[[bool, _Place], Condition]:
    return lambda told, place: leaf if told else condition.Not(leaf)


def _one_of(name: str, table: str = "") -> Callable[[Sequence[str], _Place], Condition]:
    def make(told: Sequence[str], place: _Place) -> Condition:
        if table:
            place.known(table, told)
        return condition.OneOf(name, frozenset(told))

    return make


def _numbers(name: str) -> Callable[[NumberIn | DaysIn, _Place], Condition]:
    return lambda told, place: condition.Within(name, *place.bounds(told.model_dump(exclude_none=True)))


def _sums(name: str) -> Callable[[SumIn, _Place], Condition]:
    return lambda told, place: condition.Within(name, *place.sums(told))


def _units(told: UnitsIn, place: _Place) -> Condition:
    low, high = place.bounds(told.model_dump(exclude_none=True, exclude={"category", "sku"}))
    categories, skus = (None if some is None else frozenset(some) for some in (told.category, told.sku))
    return condition.Units(categories, skus, low, high)


def _attribute(told: AttributeIn, place: _Place) -> Condition:
    values = told.among if told.among is not None else [told.equals]
    if told.equals is None and told.among is None:
        return condition.Attribute(told.name, None, told.at_least, told.at_most)
    return condition.Attribute(told.name, frozenset(map(condition.exactly, values)))


def _badges(told: Sequence[str], place: _Place) -> Condition:
    place.known("badges", told)
    return condition.Holds(tuple(told))


def _languages(told: Sequence[str], place: _Place) -> Condition:
    return condition.Speaks(tuple(told), unknown=condition.is_any(place.compiling.language, told))


_MAKE: dict[str, Callable[[Any, _Place], Condition]] = {
    "type": _one_of("type"),
    "weekday": _one_of("weekday"),
    "time": lambda told, place: condition.Clock(time.fromisoformat(told.start), time.fromisoformat(told.end)),
    "date": lambda told, place: condition.Dates(told.first, told.last),
    "amount": _sums("amount"),
    "location": _one_of("location"),
    "source": _one_of("source"),
    "category": lambda told, place: condition.Bought("category", frozenset(told)),
    "sku": lambda told, place: condition.Bought("sku", frozenset(told)),
    "units": _units,
    "attribute": _attribute,
    "verified": _yes_or_no(condition.Attribute("verified", frozenset([condition.exactly(True)]))),
    "first_purchase": _yes_or_no(condition.FirstPurchase()),
    "tier": _one_of("tier", "tiers"),
    "purchases": _numbers("purchases"),
    "spent": _sums("spent"),
    "joined_days": _numbers("joined_days"),
    "last_purchase_days": _numbers("last_purchase_days"),
    "birthday": _yes_or_no(condition.Birthday(whole_month=False)),
    "birthday_month": _yes_or_no(condition.Birthday(whole_month=True)),
    "language": _languages,
    "badge": _badges,
    "segment": _segments,
    "points": _numbers("points"),
    "lifetime_points": _numbers("lifetime_points"),
    "credit": _sums("credit"),
}
"""One question a line, the cheap ones first, as they are asked in turn."""
