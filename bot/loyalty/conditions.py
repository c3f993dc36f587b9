"""The grammar of ``when``: how a condition is written in the document, and made into what ``condition`` asks.

``all``, ``any`` and ``not`` over what may be asked of the activity and of the member. A table that asks several
things at once means all of them; a list of values means any of them, and a single one needs no brackets.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, time
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bot.loyalty import condition
from bot.loyalty.condition import Asked, Condition, Question
from bot.loyalty.money import FINEST, to_minor
from bot.loyalty.parts import Compiling, Key, Language, Part, TimeOfDay, Words

__all__ = ["REWARDS", "RULES", "SEGMENTS", "Asked", "Condition", "ConditionIn", "Question", "compile_condition"]

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


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


def _days(days: list[str]) -> list[str]:
    for day in days:
        if day not in condition.DAYS:
            raise ValueError(f'"{day}" is no day; use {", ".join(condition.DAYS)}')
    return days


def _a_sum(text: str) -> str:
    if to_minor(text, FINEST) < 0:
        raise ValueError("must be 0 or more")
    return text


def _plain(value: Any) -> Any:
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, str | int | float | bool):
            raise ValueError("must be a text, a number, true or false")
    return value


Sum = Annotated[str, AfterValidator(_a_sum)]
Number = Annotated[int, Field(ge=0, le=1_000_000_000)]
Plain = Annotated[Any, BeforeValidator(_plain)]
Some = Annotated[list[Words], BeforeValidator(_as_list), Field(min_length=1)]
SomeKeys = Annotated[list[Key], BeforeValidator(_as_list), Field(min_length=1)]


class _Bounds(Part):
    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        told = self.model_fields_set
        if not told & {"at_least", "at_most", "over", "under"}:
            raise ValueError('needs a bound, such as "at_least"')
        if {"at_least", "over"} <= told or {"at_most", "under"} <= told:
            raise ValueError("has two bounds on the same side; leave one out")
        return self


class NumberIn(_Bounds):
    at_least: Number | None = None
    at_most: Number | None = None
    over: Number | None = None
    under: Number | None = None


class SumIn(_Bounds):
    at_least: Sum | None = None
    at_most: Sum | None = None
    over: Sum | None = None
    under: Sum | None = None


class UnitsIn(NumberIn):
    category: Some | None = None
    sku: Some | None = None


class TimesIn(Part):
    start: TimeOfDay = Field(alias="from")
    end: TimeOfDay = Field(alias="to")

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if self.start == self.end:
            raise ValueError('"from" and "to" are the same; leave "time" out to mean the whole day')
        return self


class DatesIn(Part):
    first: date | None = Field(default=None, alias="from")
    last: date | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _some_dates(self) -> Self:
        if self.first is None and self.last is None:
            raise ValueError('needs "from", "to" or both')
        if self.first and self.last and self.first > self.last:
            raise ValueError('"from" is after "to"')
        return self


class AttributeIn(Part):
    name: Words
    equals: Plain = Field(default=None, alias="is")
    among: Annotated[list[Plain], Field(min_length=1)] | None = Field(default=None, alias="in")
    at_least: Annotated[float, Field(allow_inf_nan=False)] | None = None
    at_most: Annotated[float, Field(allow_inf_nan=False)] | None = None

    @model_validator(mode="after")
    def _one_question(self) -> Self:
        asked = self.model_fields_set - {"name"}
        if asked not in ({"equals"}, {"among"}, {"at_least"}, {"at_most"}, {"at_least", "at_most"}):
            raise ValueError('needs one of "is", "in", or the bounds "at_least" and "at_most"')
        return self


class ConditionIn(Part):
    """A condition as it is written: ``when: ConditionIn | None = None`` in the shape of a table."""

    all: "Annotated[list[ConditionIn], Field(min_length=1)] | None" = None
    any: "Annotated[list[ConditionIn], Field(min_length=1)] | None" = None
    none: "ConditionIn | None" = Field(default=None, alias="not")
    type: SomeKeys | None = None
    amount: SumIn | None = None
    location: Some | None = None
    source: Some | None = None
    weekday: Annotated[Some, AfterValidator(_days)] | None = None
    time: TimesIn | None = None
    date: DatesIn | None = None
    category: Some | None = None
    sku: Some | None = None
    units: UnitsIn | None = None
    attribute: AttributeIn | None = None
    verified: bool | None = None
    first_purchase: bool | None = None
    tier: SomeKeys | None = None
    purchases: NumberIn | None = None
    spent: SumIn | None = None
    joined_days: NumberIn | None = None
    last_purchase_days: NumberIn | None = None
    birthday: bool | None = None
    birthday_month: bool | None = None
    language: Annotated[list[Language], BeforeValidator(_as_list), Field(min_length=1)] | None = None
    badge: SomeKeys | None = None
    segment: SomeKeys | None = None
    points: NumberIn | None = None
    lifetime_points: NumberIn | None = None
    credit: SumIn | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("asks nothing; leave it out to mean always")
        return self


def compile_condition(
    told: ConditionIn | None, compiling: Compiling, *path: str, asking: Topics = RULES
) -> Condition | None:
    """The condition written at ``path`` of the table that is being compiled; None, which means always, for none.

    ``asking`` says what it may ask about besides the member; the rest is a fault, as are badges, tiers and segments
    that there are not.
    """
    if told is None:
        return None
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
        place.fault(f'the segment "{key}" asks for {refused[0]}; {_REFUSALS["balance"]}')
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


def _numbers(name: str) -> Callable[[NumberIn, _Place], Condition]:
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
    "language": lambda told, place: condition.Speaks(tuple(told)),
    "badge": _badges,
    "segment": _segments,
    "points": _numbers("points"),
    "lifetime_points": _numbers("lifetime_points"),
    "credit": _sums("credit"),
}
"""One question a line, the cheap ones first, as they are asked in turn."""
