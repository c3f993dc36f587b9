"""Caps: the most that one rule gives a member for an activity, a day, … a life, at the business."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from bot.loyalty.parts import Money, Part, Points, Whole
from bot.loyalty.windows import month_of, week_of

Used = Mapping[str, Mapping[str, int]]
"""What was given under each cap, by period."""
Span = Literal["activity", "day", "week", "month", "year", "life"]
_KEPT = {"day": 31, "week": 9, "month": 13, "year": 5, "life": 1}
"""Periods remembered. An activity told later than that gets nothing: better than one above the cap."""


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


class CapIn(Part):
    points: Points | None = None
    credit: Money | None = None
    times: Whole | None = None
    per: Span

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(value is not None for value in (self.points, self.credit, self.times)) != 1:
            raise ValueError("caps exactly one of points, credit and times")
        return self


CapsIn = Annotated[list[CapIn], BeforeValidator(_as_list), Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Cap:
    """At most ``most`` per period; with ``times``, gifts are counted and not what they are worth."""

    most: int
    per: Span
    times: bool = False

    @property
    def slot(self) -> str:
        """Where it is remembered: a cap that is raised goes on from what was used."""
        return f"times/{self.per}" if self.times else self.per


_PERIOD: Mapping[str, Callable[[date], str]] = {
    "day": date.isoformat,
    "week": week_of,
    "month": month_of,
    "year": lambda day: day.isoformat()[:4],
    "life": lambda day: "",
}


def take(caps: Sequence[Cap], wanted: int, day: date, used: Used) -> tuple[int, Used]:
    """What of ``wanted`` every cap still lets through on ``day``, and what is used thereafter."""
    given = min(wanted, *(_room(cap, wanted, day, used) for cap in caps))
    if given <= 0:
        return 0, used
    after = dict(used)
    for cap in caps:
        if cap.per != "activity":
            after[cap.slot] = _noted(cap, given, day, used.get(cap.slot, {}))
    return given, after


def _room(cap: Cap, wanted: int, day: date, used: Used) -> int:
    if cap.per == "activity":
        return wanted if cap.times else cap.most
    before, period = used.get(cap.slot, {}), _PERIOD[cap.per](day)
    if len(before) >= _KEPT[cap.per] and period < min(before):
        return 0
    left = cap.most - before.get(period, 0)
    return (wanted if left > 0 else 0) if cap.times else left


def _noted(cap: Cap, given: int, day: date, before: Mapping[str, int]) -> Mapping[str, int]:
    period = _PERIOD[cap.per](day)
    after = {**before, period: before.get(period, 0) + (1 if cap.times else given)}
    if len(after) > _KEPT[cap.per]:
        del after[min(after)]
    return after
