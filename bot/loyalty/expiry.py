"""When points end: months after they were earned, at the end of a year, or after months without a purchase."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.loyalty.parts import Compiling, Part, Section
from bot.loyalty.programme import Programme

Months = Annotated[int, Field(ge=1, le=240)]
_DAY = timedelta(days=1)
RETURNED_FOR = timedelta(days=30)


class ExpiryIn(Part):
    months: Months | None = None
    end_of_year: Annotated[int, Field(ge=0, le=20)] | None = None
    inactive_months: Months | None = None

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        if [self.months, self.end_of_year, self.inactive_months].count(None) != 2:
            raise ValueError("name exactly one of months, end_of_year and inactive_months")
        return self


@dataclass(frozen=True, slots=True)
class Expiry:
    """One of the three is told. ``end_of_year`` counts years: 0 is the year of earning, 1 the one after it."""

    months: int | None = None
    end_of_year: int | None = None
    inactive_months: int | None = None


def expires_at(programme: Programme, earned_at: datetime) -> datetime | None:
    """When points earned at a moment end: with the last day they are good for, in the programme's zone; None: never."""
    if programme.one(Expiry) is None:
        return None
    return _end(programme, earned_at.astimezone(programme.zone).date())


def lives_until(programme: Programme, ends: datetime | None, last_purchase_at: datetime | None) -> datetime | None:
    """When a lot that was to end at ``ends`` really does: where only the inactive lose points, a purchase moves it."""
    rule = programme.one(Expiry)
    if ends is None or last_purchase_at is None or rule is None or rule.inactive_months is None:
        return ends
    return max(ends, expires_at(programme, last_purchase_at) or ends)


def returned_until(programme: Programme, now: datetime) -> datetime | None:
    """How long points are good for that come back when the lot which paid has ended: 30 days; None: for ever."""
    if programme.one(Expiry) is None:
        return None
    return end_of_day(programme, now.astimezone(programme.zone).date() + RETURNED_FOR)


def last_day(programme: Programme, ends: datetime) -> date:
    """The last day that points which end at ``ends`` are good for."""
    return (ends - timedelta(microseconds=1)).astimezone(programme.zone).date()


def end_of_day(programme: Programme, day: date) -> datetime:
    """The moment the next day begins at the business, in UTC."""
    return datetime.combine(day + _DAY, time.min, programme.zone).astimezone(UTC)


@lru_cache(10_000)
def _end(programme: Programme, day: date) -> datetime | None:
    rule = programme.one(Expiry)
    if rule is None:
        return None
    if rule.end_of_year is not None:
        return end_of_day(programme, date(day.year + rule.end_of_year, 12, 31))
    return end_of_day(programme, _months_after(day, rule.months or rule.inactive_months or 0))


def _months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last: 31 January and a month is 28 February."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _expiry(told: ExpiryIn, compiling: Compiling) -> Expiry:
    return Expiry(told.months, told.end_of_year, told.inactive_months)


SECTION = Section("expiry", ExpiryIn, Expiry, _expiry, many=False)
