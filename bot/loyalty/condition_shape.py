"""How a condition is written in the document: ``when = { weekday = ["mon"], amount = { at_least = "5.00" } }``.

``all``, ``any`` and ``not`` over what may be asked of the activity and of the member. A table that asks several
things at once means all of them; a list of values means any of them, and a single one needs no brackets.
"""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bot.loyalty.condition import DAYS
from bot.loyalty.money import FINEST, to_minor
from bot.loyalty.parts import Key, Language, Part, TimeOfDay, Words

_LARGEST = "1000000000000"


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


def _days(days: list[str]) -> list[str]:
    for day in days:
        if day not in DAYS:
            raise ValueError(f'"{day}" is no day; use {", ".join(DAYS)}')
    return days


def _a_sum(text: str) -> str:
    if not 0 <= to_minor(text, FINEST) <= to_minor(_LARGEST, FINEST):
        raise ValueError(f"must be from 0 to {_LARGEST}")
    return text


def _plain(value: Any) -> Any:
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, str | int | float | bool):
            raise ValueError("must be a text, a number, true or false")
    return value


Sum = Annotated[str, AfterValidator(_a_sum)]
Number = Annotated[int, Field(ge=0, le=1_000_000_000)]
Days = Annotated[int, Field(ge=0, le=36_500)]
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


class DaysIn(_Bounds):
    at_least: Days | None = None
    at_most: Days | None = None
    over: Days | None = None
    under: Days | None = None


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
    joined_days: DaysIn | None = None
    last_purchase_days: DaysIn | None = None
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
