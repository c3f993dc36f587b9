"""When something is due, in the member's own time. Pure: the moment and the zone are handed in.

A wall time that a clock change skips is moved to after the change; one that comes twice counts the first time
(PEP 495, ``fold=0``).
"""

from calendar import isleap
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LATE = timedelta(hours=12)
"""How long after its time something is still said; then rather not at all."""
_DAY = timedelta(days=1)


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment in UTC when the clocks of ``zone`` show ``at`` on ``day``."""
    return datetime.combine(day, at, zone).astimezone(UTC)


def due_dates(now: datetime, zone: ZoneInfo, at: time) -> list[date]:
    """The local dates whose ``at`` has come, less than ``LATE`` ago; none, one, or two where a zone skipped a day."""
    today = now.astimezone(zone).date()
    return [day for day in (today - _DAY, today) if instant(day, at, zone) <= now < instant(day, at, zone) + LATE]


def celebrated(day: date) -> list[int]:
    """The birthdays kept on ``day`` as month × 100 + day; 29 February on the 28th in years without one."""
    own = day.month * 100 + day.day
    return [own, 229] if own == 228 and not isleap(day.year) else [own]


def lapsed_between(day: date, zone: ZoneInfo, days: int, late_days: int) -> tuple[datetime, datetime]:
    """From when until (exclusive) the last purchase of those who have been away on ``day`` for ``days`` days.

    Up to ``late_days`` more are taken in: those who could not be written to in time.
    """
    last = day - timedelta(days=days)
    return instant(last - timedelta(days=late_days), time.min, zone), instant(last + _DAY, time.min, zone)


def ending_between(day: date, zone: ZoneInfo, days_before: int) -> tuple[datetime, datetime]:
    """After when and up to when points end of which ``day`` is a day to tell: today's, and the days before."""
    return instant(day, time.min, zone), instant(day + timedelta(days=days_before + 1), time.min, zone)


def quiet_hours(text: str | None) -> tuple[time, time] | None:
    """A member's own, as they are kept: ``22:00-08:00``."""
    start, _, end = (text or "").partition("-")
    return (time.fromisoformat(start), time.fromisoformat(end)) if end else None


def held(now: datetime, zone: ZoneInfo, *quiet: tuple[time, time] | None) -> datetime | None:
    """When the last of several quiet hours ends that ``now`` falls into, one after the other."""
    until = None
    # One pass for each: where the end of one lies in another, that one is met in a later pass.
    for _ in quiet:
        ends = [moment for hours in quiet if (moment := hold_until(until or now, zone, hours))]
        until = max(ends, default=until)
    return until


def hold_until(now: datetime, zone: ZoneInfo, quiet: tuple[time, time] | None) -> datetime | None:
    """When the quiet hours that ``now`` falls into end; None when it falls into none."""
    if quiet is None or quiet[0] == quiet[1]:
        return None
    local = now.astimezone(zone)
    start, end, wall = *quiet, local.time()
    over_midnight = start > end
    if not (wall >= start or wall < end if over_midnight else start <= wall < end):
        return None
    ends = local.date() + _DAY if over_midnight and wall >= start else local.date()
    # On the night the clocks go back the first end may lie behind us.
    both = (datetime.combine(ends, end.replace(fold=fold), zone).astimezone(UTC) for fold in (0, 1))
    return next((moment for moment in both if moment > now), None)
