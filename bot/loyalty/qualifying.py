"""What counts towards a tier: kept by day as far back as it can still matter, and read as of any day.

All days are those of the business. What happened on a day counts from that day until the day before its anniversary
(rolling 12 months), to the end of its year (calendar year), or for good (life). The anniversary of 29 February is
1 March. A member meets a tier on each day on which what counts reaches what the tier asks for.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

CALENDAR_YEAR, ROLLING, LIFE = "calendar_year", "rolling_12_months", "life"
NEVER, FOR_EVER = 0, date.max.toordinal()
MOST_GRACE = 12
"""Months: with more, years and days would have to be kept for longer."""
_YEARS_KEPT = 3
Count = Mapping[str, Any]
"""``{"by", "life": sum, "last": newest day, "years": {"2026": sum}}``, and where a rolling period needs them
``"days": [[day, sum], …]`` with their sum ``"kept"``. Days are ordinals: quick to compare and short to keep."""


def added(count: Count, by: str, period: str, grace: int, day: date, amount: int) -> Count:
    """The count with ``amount`` more on ``day``, which may lie before what is counted already.

    What was counted by another measure is forgotten: money is no visits.
    """
    if count.get("by") != by:
        count = {}
    year, ordinal = str(day.year), day.toordinal()
    last = max(count.get("last", 0), ordinal)
    years = dict(count.get("years", ()))
    years[year] = years.get(year, 0) + amount
    if len(years) > _YEARS_KEPT:
        oldest = date.fromordinal(last).year - _YEARS_KEPT
        years = {year: total for year, total in years.items() if int(year) > oldest}
    after = {"by": by, "life": count.get("life", 0) + amount, "last": last, "years": years}
    if period == ROLLING:
        days, over = _with(count.get("days", ()), ordinal, amount), 0
        # The days whose last period was over on the newest day, grace and all, hold no tier any more.
        while _later(_anniversary(days[over][0]), grace) <= last:
            over += 1
        after["days"] = days[over:] if over else days
        after["kept"] = count.get("kept", 0) + amount - sum(total for _, total in days[:over])
    return after


def sum_on(count: Count, period: str, day: int) -> int:
    """What counts on ``day``, which is not before the newest one counted."""
    if period == LIFE:
        return int(count.get("life", 0))
    if period == CALENDAR_YEAR:
        return int(count.get("years", {}).get(str(date.fromordinal(day).year), 0))
    return sum(amount for each, amount in count.get("days", ()) if _anniversary(each) > day)


def kept_until(count: Count, period: str, grace: int, need: int) -> int:
    """The first day on which who has no more than this is without a tier that asks for ``need``; or NEVER had it.

    Calendar year: a tier met in a year is kept to the end of the next one. Rolling: to the last day on which what
    counts suffices. ``grace`` months are added to both. For life there is no end.
    """
    if need <= 0:
        return FOR_EVER
    if count.get("life", 0) < need:
        return NEVER
    if period == LIFE:
        return FOR_EVER
    if period == CALENDAR_YEAR:
        met = [year for year, total in count["years"].items() if total >= need]
        return _later(_year_after_next(max(met)), grace) if met else NEVER
    if count.get("kept", 0) < need:
        return NEVER
    unmet = _unmet_from(count["days"], need)
    return _later(unmet, grace) if unmet else NEVER


def months_after(day: date, months: int) -> date:
    """The same day of a later month; the month's last day where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    for last in (day.day, 30, 29):
        try:
            return day.replace(year, month, last)
        except ValueError:
            continue
    return day.replace(year, month, 28)


# The same few hundred days come again and again, and dates are slow.
@lru_cache(4096)
def _anniversary(day: int) -> int:
    found = date.fromordinal(day)
    if found.month == 2 and found.day == 29:
        return date(found.year + 1, 3, 1).toordinal()
    return found.replace(found.year + 1).toordinal()


@lru_cache(4096)
def _later(day: int, months: int) -> int:
    return months_after(date.fromordinal(day), months).toordinal()


@lru_cache(256)
def _year_after_next(year: str) -> int:
    return date(int(year) + 2, 1, 1).toordinal()


def _with(days: Sequence[Sequence[int]], day: int, amount: int) -> list[Sequence[int]]:
    at = len(days)
    while at and days[at - 1][0] > day:
        at -= 1
    if at and days[at - 1][0] == day:
        return [*days[: at - 1], [day, days[at - 1][1] + amount], *days[at:]]
    return [*days[:at], [day, amount], *days[at:]]


def _unmet_from(days: Sequence[Sequence[int]], need: int) -> int:
    """The day after the last one on which what counts reaches ``need``.

    Looks at the periods that end with each day counted, the newest first: the shortest run of days up to it that
    suffices, if the first of the run still counts on its last. Both ends only move back, so each day is seen twice.
    """
    start, total = len(days), 0
    for end in range(len(days) - 1, -1, -1):
        while total < need:
            if not start:
                return NEVER
            start -= 1
            total += days[start][1]
        leaves = _anniversary(days[start][0])
        if leaves > days[end][0]:
            return leaves
        total -= days[end][1]
    return NEVER
