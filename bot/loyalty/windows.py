"""Spans of the calendar in which a challenge counts: each week or month, fixed dates, the first days, or for ever."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, model_validator

from bot.loyalty.parts import Part

Period = Literal["week", "month"]


def _as_day(value: Any) -> Any:
    """A day of TOML, or one written as text; a moment or a number is none."""
    if isinstance(value, datetime) or not isinstance(value, str | date) or len(str(value)) != len("2026-12-25"):
        raise ValueError("write a day such as 2026-12-25")
    return value


Day = Annotated[date, BeforeValidator(_as_day)]


class WindowTable(Part):
    """One of: a name (``each``), two dates, or so many days after the day of joining."""

    each: Period | None = None
    start: Day | None = Field(None, alias="from")
    end: Day | None = Field(None, alias="to")
    days_after_joining: Annotated[int, Field(ge=1, le=3660)] | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        dates = self.start is not None or self.end is not None
        if [self.each is not None, dates, self.days_after_joining is not None].count(True) != 1:
            raise ValueError('write "week", "month", dates (from, to) or days_after_joining; leave it out for no end')
        if self.start and self.end and self.end < self.start:
            raise ValueError('"to" lies before "from"')
        return self


def _named(value: Any) -> Any:
    return {"each": value} if isinstance(value, str) else value


WindowIn = Annotated[WindowTable, BeforeValidator(_named)]


@lru_cache(1024)
def week_of(day: date) -> str:
    """The ISO week, ``2026-W47``: it begins on Monday (ISO 8601)."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


@lru_cache(1024)
def month_of(day: date) -> str:
    """``2026-11``."""
    return day.isoformat()[:7]


def months_after(day: date, months: int) -> date:
    """The same day so many months on, or the last one of a month that is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class Window:
    """``each`` is ``week``, ``month`` or empty; ``first`` and ``last`` are in it; ``days`` are counted from joining."""

    each: str = ""
    first: date | None = None
    last: date | None = None
    days: int = 0

    def key(self, day: date, joined: date | None) -> str | None:
        """The name of the span that a day lies in, which sorts as time does; None when it lies in none.

        ``joined`` None is a member of whom nothing is known: no span counts from their joining.
        """
        if self.each:
            return week_of(day) if self.each == "week" else month_of(day)
        if self.days:
            return "" if joined is not None and 0 <= (day - joined).days <= self.days else None
        first, last = self.first, self.last
        return "" if (first is None or first <= day) and (last is None or day <= last) else None

    @property
    def length(self) -> int | None:
        """The most days that it has; None for one without bounds."""
        if self.each:
            return 7 if self.each == "week" else 31
        if self.days:
            return self.days + 1
        return (self.last - self.first).days + 1 if self.first and self.last else None

    def end(self, day: date, joined: date | None) -> date | None:
        """The last day of the span that ``day`` lies in; None when it never ends."""
        if self.each == "week":
            return day + timedelta(days=6 - day.weekday())
        if self.each == "month":
            return day.replace(day=monthrange(day.year, day.month)[1])
        if self.days:
            return joined + timedelta(days=self.days) if joined else None
        return self.last


FOR_EVER = Window()


def window_of(told: WindowTable | None) -> Window:
    if told is None:
        return FOR_EVER
    return Window(told.each or "", told.start, told.end, told.days_after_joining or 0)


def joined_on(joined_at: datetime | None, zone: ZoneInfo) -> date | None:
    """The day of joining at the business."""
    return joined_at.astimezone(zone).date() if joined_at else None
