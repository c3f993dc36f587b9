"""Challenges: so many different days in one week, counted in the programme's zone, Monday to Sunday."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from bot.loyalty.activity import Activity
from bot.loyalty.badges import award
from bot.loyalty.mechanic import Mechanic
from bot.loyalty.member import Draft, Progress
from bot.loyalty.parts import ActivityType, Compiling, Key, Names, Part, Section, Texts
from bot.loyalty.programme import Programme

NAME = "challenges"
_WEEKS_KEPT = 5
"""Activities told late still count in their own week, as far back as this."""


class Goal(Part):
    distinct: Literal["day"]
    reach: Annotated[int, Field(ge=1, le=7)]
    """Different days of one week, so never more than seven."""


class Then(Part):
    badge: Key


class ChallengeIn(Part):
    key: Key
    name: Texts
    on: ActivityType
    goal: Goal
    window: Literal["week"]
    then: Then


@dataclass(frozen=True, slots=True)
class Challenge:
    """``reach`` different days with an activity of type ``on`` in one week earn ``badge``."""

    key: str
    names: Names
    on: str
    reach: int
    badge: str


def week_of(day: date) -> str:
    """The ISO week, ``2026-W47``: it begins on Monday (ISO 8601)."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def days_in(progress: Progress, challenge: Challenge, day: date) -> int:
    """How many days already count in the week of ``day``."""
    return len(progress.get(NAME, {}).get(challenge.key, {}).get(week_of(day), ()))


def challenges(programme: Programme, activity: Activity, draft: Draft) -> None:
    """Count the day of the activity; the one that reaches the goal completes the challenge, once a week."""
    for challenge in programme.of(Challenge).values():
        if challenge.on == activity.type:
            _count(challenge, draft.local.date(), draft)


def _count(challenge: Challenge, day: date, draft: Draft) -> None:
    all_weeks = draft.progress.get(NAME, {})
    weeks: dict[str, list[str]] = all_weeks.get(challenge.key, {})
    week, name = week_of(day), day.isoformat()
    days = weeks.get(week, [])
    if name in days or (len(weeks) >= _WEEKS_KEPT and week < min(weeks)):
        return
    weeks = {**weeks, week: sorted([*days, name])}
    if len(weeks) > _WEEKS_KEPT:
        del weeks[min(weeks)]
    draft.progress[NAME] = {**all_weeks, challenge.key: weeks}
    have = len(days) + 1
    if have <= challenge.reach:
        draft.outcomes.append(
            {"type": "challenge_progress", "challenge": challenge.key, "have": have, "need": challenge.reach}
        )
    if have == challenge.reach:
        draft.outcomes.append({"type": "challenge_completed", "challenge": challenge.key})
        award(challenge.badge, weeks[week][-1], draft)


def _challenge(told: ChallengeIn, compiling: Compiling) -> Challenge:
    return Challenge(told.key, compiling.names(told.name), told.on, told.goal.reach, told.then.badge)


MECHANIC = Mechanic(
    NAME,
    challenges,
    [Section("challenges", ChallengeIn, Challenge, _challenge, refers=[("then.badge", "badges")])],
)
