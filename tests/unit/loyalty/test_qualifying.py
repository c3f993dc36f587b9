"""The windows of tiers, against a plain recomputation from the list of everything that ever counted."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.loyalty import qualifying
from bot.loyalty.qualifying import (
    CALENDAR_YEAR,
    LIFE,
    NEVER,
    ROLLING,
    Count,
    added,
    months_after,
)

FOR_EVER = date.max
Events = Sequence[tuple[date, int]]
PERIODS = [CALENDAR_YEAR, ROLLING, LIFE]
_EDGES = [
    date(2026, 12, 31),
    date(2027, 1, 1),
    date(2028, 2, 28),
    date(2028, 2, 29),
    date(2028, 3, 1),
    date(2029, 2, 28),
]
days = st.sampled_from(_EDGES) | st.dates(date(2026, 1, 1), date(2030, 12, 31))
histories = st.lists(st.tuples(days, st.integers(1, 60)), min_size=1, max_size=12)


def kept_until(count: Count, period: str, grace: int, need: int) -> date | None:
    until = qualifying.kept_until(count, period, grace, need)
    return date.fromordinal(until) if until != NEVER else None


def sum_on(count: Count, period: str, day: date) -> int:
    return qualifying.sum_on(count, period, day.toordinal())


def counted(events: Events, period: str, grace: int) -> Count:
    count: Count = {}
    for day, amount in events:
        count = added(count, "spend", period, grace, day, amount)
    return count


def year_later(day: date) -> date:
    """By the calendar on the wall: the 29 February has its anniversary on the day after the 28th."""
    try:
        return day.replace(day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)


def what_counts(events: Events, period: str, on: date) -> int:
    if period == CALENDAR_YEAR:
        return sum(amount for day, amount in events if day.year == on.year and day <= on)
    if period == ROLLING:
        return sum(amount for day, amount in events if day <= on < year_later(day))
    return sum(amount for day, amount in events if day <= on)


def kept(events: Events, period: str, grace: int, need: int, on: date) -> bool:
    """Whether a tier is had on a day, looked up day by day from the first purchase on."""
    day = min(day for day, _ in events)
    while day <= on:
        if what_counts(events, period, day) >= need:
            if period == LIFE:
                return True
            unmet = date(day.year + 2, 1, 1) if period == CALENDAR_YEAR else day + timedelta(1)
            if on < months_after(unmet, grace):
                return True
        day += timedelta(1)
    return False


@given(histories, st.sampled_from(PERIODS), st.integers(0, 12), st.integers(1, 120), st.integers(0, 1100))
def test_a_tier_is_kept_just_as_long_as_looking_it_up_day_by_day_says(
    events: Events, period: str, grace: int, need: int, later: int
) -> None:
    count = counted(events, period, grace)
    on = max(day for day, _ in events) + timedelta(later)
    until = kept_until(count, period, grace, need)
    assert (until is not None and on < until) == kept(events, period, grace, need, on)
    assert sum_on(count, period, on) == what_counts(events, period, on)


@given(histories, st.sampled_from([CALENDAR_YEAR, ROLLING]), st.integers(0, 12), st.integers(1, 120))
def test_the_day_it_ends_is_the_first_one_without_it(events: Events, period: str, grace: int, need: int) -> None:
    until, newest = kept_until(counted(events, period, grace), period, grace, need), max(day for day, _ in events)
    if until is not None and until > newest:
        assert kept(events, period, grace, need, until - timedelta(1))
        assert not kept(events, period, grace, need, until)


@given(st.permutations([(day, n + 1) for n, day in enumerate(_EDGES)]), st.sampled_from(PERIODS), st.integers(0, 12))
def test_the_order_in_which_it_is_told_makes_no_difference(events: Events, period: str, grace: int) -> None:
    def ends(count: Count) -> list[date | None]:
        return [kept_until(count, period, grace, need) for need in range(1, 22)]

    newest = date(2029, 2, 28)
    alike = [until if until is None or until > newest else None for until in ends(counted(events, period, grace))]
    sorted_ = [
        until if until is None or until > newest else None for until in ends(counted(sorted(events), period, grace))
    ]
    assert alike == sorted_


@given(st.integers(1, 12), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_so_many_months_after_a_day_is_the_same_day_or_the_last_of_its_month(months: int, day: date) -> None:
    later = months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(1)).day == 1)


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2027, 2, 28), date(2028, 2, 27)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2027, 3, 1), date(2028, 2, 29)),
    ],
)
def test_a_day_counts_until_the_day_before_its_anniversary(day: date, last: date) -> None:
    count = counted([(day, 5)], ROLLING, 0)
    assert [sum_on(count, ROLLING, on) for on in (last, last + timedelta(1))] == [5, 0]
    assert kept_until(count, ROLLING, 0, 5) == last + timedelta(1)


def test_years_of_daily_visits_keep_no_more_than_the_days_that_matter() -> None:
    day, grace = date(2026, 1, 1), 3
    count: Count = {}
    for n in range(2000):
        count = added(count, "visits", ROLLING, grace, day + timedelta(n), 1)
    assert len(count["days"]) <= 366 + 92
    assert count["kept"] == sum(amount for _, amount in count["days"])
    assert len(count["years"]) == 3
    assert count["life"] == 2000


def test_what_was_counted_by_another_measure_is_forgotten() -> None:
    count = added(counted([(date(2026, 3, 4), 500)], LIFE, 0), "visits", LIFE, 0, date(2026, 3, 5), 1)
    assert (count["by"], count["life"], count["years"]) == ("visits", 1, {"2026": 1})


def test_who_needs_nothing_keeps_it_for_ever() -> None:
    nothing: Mapping[str, int] = {}
    assert [kept_until(nothing, period, 0, 0) for period in PERIODS] == [FOR_EVER] * 3
    assert [kept_until(nothing, period, 0, 1) for period in PERIODS] == [None] * 3
