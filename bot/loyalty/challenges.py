"""Challenges: so many different days in one week, counted in the programme's zone, Monday to Sunday."""

from datetime import date

from bot.loyalty.activity import Activity
from bot.loyalty.badges import award
from bot.loyalty.member import Draft, Progress
from bot.loyalty.programme import Challenge, Programme

NAME = "challenges"
_WEEKS_KEPT = 5
"""Activities told late still count in their own week, as far back as this."""


def week_of(day: date) -> str:
    """The ISO week, ``2026-W47``: it begins on Monday (ISO 8601)."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def days_in(progress: Progress, challenge: Challenge, day: date) -> int:
    """How many days already count in the week of ``day``."""
    return len(progress.get(NAME, {}).get(challenge.key, {}).get(week_of(day), ()))


def challenges(programme: Programme, activity: Activity, draft: Draft) -> None:
    """Count the day of the activity; the one that reaches the goal completes the challenge, once a week."""
    for challenge in programme.challenges:
        if challenge.on == activity.type:
            _count(challenge, activity.occurred_at.astimezone(programme.zone).date(), draft)


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
