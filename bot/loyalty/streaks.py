"""Streaks: days or weeks in a row, in the member's own zone, on days when the business is open.

A day missed is forgiven by a freeze where there is one; what broke a streak is told with the day that was missed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Any, Literal, NamedTuple, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from bot.loyalty import rows
from bot.loyalty.activity import Activity
from bot.loyalty.condition import DAYS
from bot.loyalty.conditions import Condition, ConditionIn, SomeKeys, compile_condition
from bot.loyalty.mechanic import Mechanic
from bot.loyalty.member import Draft, Profile, Progress
from bot.loyalty.parts import Compiling, Key, Names, Part, Section, Texts
from bot.loyalty.prizes import REFERS, Level, Then, give, prize_of
from bot.loyalty.programme import Programme
from bot.loyalty.rows import Calendar, Kept, Terms
from bot.loyalty.windows import Day

NAME = "streaks"
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class StreakLevelIn(Part):
    reach: Annotated[int, Field(ge=2, le=3660)]
    then: Then


class StreakIn(Part):
    key: Key
    name: Texts
    about: Texts | None = None
    on: SomeKeys
    when: ConditionIn | None = None
    every: Literal["day", "week"] = "day"
    open: Annotated[list[Weekday], Field(min_length=1)] | None = None
    closed: Annotated[list[Day], Field(max_length=1000)] = Field(default_factory=list)
    freezes: Annotated[int, Field(ge=0, le=30)] = 0
    freeze_every: Annotated[int, Field(ge=1, le=366)] = 7
    levels: Annotated[list[StreakLevelIn], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        reaches = [level.reach for level in self.levels]
        if reaches != sorted(set(reaches)):
            raise ValueError("each level must need more than the one before")
        if "freeze_every" in self.model_fields_set and not self.freezes:
            raise ValueError('"freeze_every" needs "freezes": how many can be held')
        return self


@dataclass(frozen=True, slots=True)
class Streak:
    """``levels`` are won each time that a streak gets so long."""

    key: str
    names: Names
    about: Names
    on: tuple[str, ...]
    when: Condition | None
    terms: Terms
    levels: tuple[Level, ...]

    @property
    def unit(self) -> str:
        return self.terms.calendar.unit


class Stand(NamedTuple):
    """A streak as it is on a day. ``length`` 0: there is none, or it ended as ``missed`` and ``lost_length`` say.

    ``freezes`` are those left after what has to be forgiven by now. ``counted``: this day or week has been counted.
    ``next`` is the level to come, None beyond the last.
    """

    length: int
    best: int
    freezes: int
    counted: bool
    next: Level | None
    missed: date | None = None
    lost_length: int = 0


def streaks(programme: Programme, activity: Activity, draft: Draft) -> None:
    """Count the day of the activity for every streak that it is for."""
    for streak in _by_type(programme).get(activity.type, ()):
        if streak.when is None or streak.when.holds(draft):
            _count(streak, activity, draft)


@lru_cache(64)
def _by_type(programme: Programme) -> Mapping[str, Sequence[Streak]]:
    found: dict[str, list[Streak]] = {}
    for streak in programme.of(Streak).values():
        for kind in streak.on:
            found.setdefault(kind, []).append(streak)
    return found


def _zone(programme: Programme, profile: Profile | None) -> ZoneInfo:
    return profile.zone if profile else programme.zone


def _count(streak: Streak, activity: Activity, draft: Draft) -> None:
    calendar = streak.terms.calendar
    zone = _zone(draft.programme, draft.state.profile)
    day = (draft.local if zone is draft.programme.zone else activity.occurred_at.astimezone(zone)).date()
    if not calendar.is_open_on(day):
        return
    everything: Mapping[str, Any] = draft.progress.get(NAME, {})
    told = _told(everything.get(streak.key), calendar)
    number = calendar.number(day)
    if told and number in told["numbers"] and told["zone"] == zone.key:
        return
    kept = rows.from_json(told) if told else Kept()
    lost = _lost(told, kept, number, zone, activity.occurred_at) if told and calendar.unit == "day" else ()
    added = rows.add(kept, number, streak.terms, lost)
    # Who flies west comes to the same day again, or to the one before: from there on they are elsewhere all the same.
    where = zone.key if not told or number >= kept.head.last - 1 else told["zone"]
    if added is not None:
        paid = _answer(streak, kept, added, told["paid"] if told else {}, draft)
        told = {**rows.as_json(added.kept), "unit": calendar.unit, "zone": where, "paid": paid}
    elif told and where != told["zone"]:
        told = {**told, "zone": where}
    else:
        return
    draft.progress[NAME] = {**draft.progress.get(NAME, {}), streak.key: told}


def _told(kept: Mapping[str, Any] | None, calendar: Calendar) -> Mapping[str, Any] | None:
    """What is kept, unless the streak was one of another unit then."""
    return kept if kept and kept["unit"] == calendar.unit else None


def _lost(told: Mapping[str, Any], kept: Kept, number: int, zone: ZoneInfo, at: datetime) -> tuple[int, ...]:
    """Who moved east had one day cut short, or none of it at all: the first one after the last that counted."""
    last = kept.head.last
    if number <= last + 1 or told["zone"] == zone.key:
        return ()
    before, now = at.astimezone(ZoneInfo(told["zone"])).utcoffset(), at.astimezone(zone).utcoffset()
    return (last + 1,) if before is not None and now is not None and now > before else ()


def _answer(streak: Streak, before: Kept, added: rows.Added, paid: Mapping[str, int], draft: Draft) -> dict[str, int]:
    """Tell what became of the streak and give what it won; answers how often each level has been given now."""
    row, told, out = added.kept.head, {"streak": streak.key}, draft.outcomes
    calendar = streak.terms.calendar
    if added.step.broke:
        length, missed = row.broke
        first = calendar.first_day(missed).isoformat()
        why = {"why": f"missed_{calendar.unit}", "missed": first, "freezes": before.head.freezes}
        out.append({"type": "streak_broken", **told, "length": length, **why})
    if added.step.used:
        out.append({"type": "streak_frozen", **told, "used": added.step.used, "freezes": row.freezes})
    if row.length != before.head.length or added.step.broke:
        out.append({"type": "streak_progress", **told, "length": row.length, "freezes": row.freezes})
    given = dict(paid)
    for level in streak.levels:
        name = str(level.reach)
        for _ in range(row.hits.get(name, 0) - given.get(name, 0)):
            out.append({"type": "streak_reached", **told, "length": level.reach})
            give(level.prize, f"{NAME}:{streak.key}", draft.local.date().isoformat(), draft)
        given[name] = max(given.get(name, 0), row.hits.get(name, 0))
    return given


def stand(programme: Programme, streak: Streak, progress: Progress, profile: Profile | None, at: datetime) -> Stand:
    """The streak as it is at a moment, where the member is."""
    terms, told = streak.terms, _told(progress.get(NAME, {}).get(streak.key), streak.terms.calendar)
    row = rows.from_json(told).head if told else rows.Row()
    today = terms.calendar.number(at.astimezone(_zone(programme, profile)).date())
    missed = terms.calendar.missed(row.last, today, told["lost"] if told else (), row.freezes + 1) if row.length else []
    length, freezes, broke = row.length, row.freezes - len(missed), row.broke
    if len(missed) > row.freezes:
        length, freezes, broke = 0, row.freezes, (row.length, missed[0])
    following = next((level for level in streak.levels if level.reach > length), None)
    day = terms.calendar.first_day(broke[1]) if broke else None
    counted = bool(row.length) and row.last >= today
    return Stand(length, row.best, freezes, counted, following, day, broke[0] if broke else 0)


def _streak(told: StreakIn, compiling: Compiling) -> Streak:
    weekdays = frozenset(DAYS.index(day) for day in told.open or DAYS)
    calendar = Calendar(told.every, weekdays, frozenset(day.toordinal() for day in told.closed))
    reaches = frozenset(level.reach for level in told.levels)
    return Streak(
        told.key,
        compiling.names(told.name),
        compiling.names(told.about),
        tuple(told.on),
        compile_condition(told.when, compiling, "when"),
        Terms(calendar, told.freezes, told.freeze_every, reaches),
        tuple(Level(level.reach, prize_of(level.then)) for level in told.levels),
    )


MECHANIC = Mechanic(NAME, streaks, [Section("streaks", StreakIn, Streak, _streak, refers=REFERS)])
