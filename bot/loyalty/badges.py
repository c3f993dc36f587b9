"""Badges: won by challenges, streaks or a rule of their own; each level once per member, ever or in each period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from bot.loyalty.activity import Activity
from bot.loyalty.conditions import Condition, ConditionIn, SomeKeys, compile_condition
from bot.loyalty.mechanic import Mechanic
from bot.loyalty.member import Draft, Progress
from bot.loyalty.parts import Compiling, Key, Names, Part, Section, Texts
from bot.loyalty.programme import Programme

NAME = "badges"
_COUNTS = "badge_counts"
_PERIODS_KEPT = 36
"""Of a badge that can be won in each period; who comes for longer keeps the latest."""
_CUT = {None: 0, "year": len("2026"), "month": len("2026-11")}
"""How much of a day, ``2026-11-21``, names its period."""


class BadgeLevelIn(Part):
    name: Texts
    reach: Annotated[int, Field(ge=1, le=10_000)] | None = None


class BadgeIn(Part):
    key: Key
    name: Texts
    about: Texts | None = None
    on: SomeKeys | None = None
    when: ConditionIn | None = None
    levels: Annotated[list[BadgeLevelIn], Field(max_length=20)] = Field(default_factory=list)
    period: Literal["year", "month"] | None = None
    keep_on_refund: bool = True

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.when and not self.on:
            raise ValueError('"when" needs "on": the type of activity that it is asked of')
        reaches = [level.reach for level in self.levels if level.reach]
        if self.on and (len(reaches) < len(self.levels) or reaches != sorted(set(reaches))):
            raise ValueError('each level needs a "reach", greater than that of the one before')
        if reaches and not self.on:
            raise ValueError('"reach" needs "on": the type of activity that is counted')
        return self


@dataclass(frozen=True, slots=True)
class Badge:
    """``on`` is empty for one that only others award. ``reaches`` are the activities that each level needs."""

    key: str
    names: Names
    about: Names
    on: tuple[str, ...] = ()
    when: Condition | None = None
    levels: tuple[Names, ...] = ()
    reaches: tuple[int, ...] = ()
    period: str | None = None
    keep_on_refund: bool = True


class Held(NamedTuple):
    """A badge won on ``day`` (ISO), in ``period`` (``2026``, ``2026-11``, or empty for once ever)."""

    day: str
    level: int = 1
    period: str = ""


def held(progress: Progress) -> dict[str, str]:
    """The badges a member has, with the last day of each (ISO)."""
    return {key: max(one.day for one in won(progress, key)) for key in progress.get(NAME, {})}


def won(progress: Progress, badge: str) -> Sequence[Held]:
    """Every time a member won a badge, in the order of periods and levels."""
    times = _times(progress.get(NAME, {}).get(badge))
    found = [Held(day, int(name.rpartition(":")[2]), name.rpartition(":")[0]) for name, day in times.items()]
    return sorted(found, key=lambda one: (one.period, one.level))


def counted(progress: Progress, rule: Badge, day: str) -> tuple[int, int] | None:
    """How much of the next level of a badge that counts is done in the period of ``day`` (ISO): 2 of 5.

    None for one that counts nothing, or whose levels are all won.
    """
    have: int = progress.get(_COUNTS, {}).get(rule.key, {}).get(day[: _CUT[rule.period]], 0)
    need = next((reach for reach in rule.reaches if reach > have), None)
    return (have, need) if need else None


def _times(kept: str | Mapping[str, str] | None) -> dict[str, str]:
    """One without levels and periods is kept as its day alone."""
    if kept is None:
        return {}
    return {":1": kept} if isinstance(kept, str) else dict(kept)


def _as_kept(times: Mapping[str, str]) -> str | Mapping[str, str]:
    return times[":1"] if list(times) == [":1"] else times


def award(badge: str, day: str, draft: Draft, level: int = 1) -> None:
    """Give a badge, unless the member has it at that level in the period of ``day`` (ISO)."""
    badges = draft.progress.get(NAME, {})
    rule = draft.programme.of(Badge).get(badge)
    period = day[: _CUT[rule.period]] if rule else ""
    name, times = f"{period}:{level}", _times(badges.get(badge))
    if name in times:
        return
    times[name] = day
    latest = sorted({one.rpartition(":")[0] for one in times})[-_PERIODS_KEPT:]
    if period not in latest:
        return
    times = {one: times[one] for one in sorted(times) if one.rpartition(":")[0] in latest}
    draft.progress[NAME] = {**badges, badge: _as_kept(times)}
    draft.outcomes.append(
        {"type": "badge_awarded", "badge": badge} | ({"level": level} if rule and rule.levels else {})
    )


def badges(programme: Programme, activity: Activity, draft: Draft) -> None:
    """Award those whose own rule the activity meets."""
    for rule in _by_type(programme).get(activity.type, ()):
        if rule.when is None or rule.when.holds(draft):
            day = draft.local.date().isoformat()
            if rule.reaches:
                _count(rule, day, draft)
            else:
                award(rule.key, day, draft)


def _count(rule: Badge, day: str, draft: Draft) -> None:
    everything = draft.progress.get(_COUNTS, {})
    counts: dict[str, int] = everything.get(rule.key, {})
    period = day[: _CUT[rule.period]]
    # A rule that was changed to other periods begins anew.
    counts = {name: n for name, n in counts.items() if len(name) == len(period)}
    n = counts.get(period, 0) + 1
    if n > rule.reaches[-1]:
        return
    counts[period] = n
    if len(counts) > _PERIODS_KEPT:
        del counts[min(counts)]
        if period not in counts:
            return
    draft.progress[_COUNTS] = {**everything, rule.key: counts}
    if n in rule.reaches:
        award(rule.key, day, draft, rule.reaches.index(n) + 1)


@lru_cache(64)
def _by_type(programme: Programme) -> Mapping[str, Sequence[Badge]]:
    found: dict[str, list[Badge]] = {}
    for rule in programme.of(Badge).values():
        for kind in rule.on:
            found.setdefault(kind, []).append(rule)
    return found


def after_refund(programme: Programme, before: Progress, replayed: Progress) -> Progress:
    """The progress after a refund: ``replayed`` without what was refunded, and the badges of ``before`` that stay.

    A badge is taken back only where its rule says ``keep_on_refund = false``.
    """
    rules, kept = programme.of(Badge), dict(replayed.get(NAME, {}))
    for key, had in before.get(NAME, {}).items():
        rule = rules.get(key)
        if rule is None or rule.keep_on_refund:
            kept[key] = _as_kept(dict(sorted((_times(had) | _times(kept.get(key))).items())))
    return {**replayed, NAME: kept} if kept else replayed


def _badge(told: BadgeIn, compiling: Compiling) -> Badge:
    return Badge(
        told.key,
        compiling.names(told.name),
        compiling.names(told.about),
        tuple(told.on or ()),
        compile_condition(told.when, compiling, "when"),
        tuple(compiling.names(level.name) for level in told.levels),
        tuple(level.reach for level in told.levels if level.reach),
        told.period,
        told.keep_on_refund,
    )


SECTION: Section = Section("badges", BadgeIn, Badge, _badge)
MECHANIC = Mechanic(NAME, badges, [SECTION])
