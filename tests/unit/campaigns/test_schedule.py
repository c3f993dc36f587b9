"""Birthdays, lapses and quiet hours in the member's own time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.schedule import (
    LATE,
    celebrated,
    due_dates,
    held,
    hold_until,
    instant,
    lapsed_between,
    quiet_hours,
)

BUDAPEST = ZoneInfo("Europe/Budapest")
NINE = time(9)
ZONES = sorted(
    name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix", "right"))
)
zones = st.sampled_from(ZONES).map(ZoneInfo)
moments = st.integers(800_000_000, 2_100_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))


def birthday_slots(born: date, zone: ZoneInfo, at: time, ticks: list[datetime]) -> list[int]:
    """The years in which a tick finds the birthday due, each counted once as the database does."""
    md = born.month * 100 + born.day
    return sorted({day.year for now in ticks for day in due_dates(now, zone, at) if md in celebrated(day)})


@given(
    born=st.dates(date(1930, 1, 1), date(2020, 12, 31)),
    year=st.integers(2000, 2037),
    zone=zones,
    at=times,
    steps=st.lists(st.integers(1, 11 * 60), min_size=80, max_size=120),
)
def test_every_birthday_has_exactly_one_slot_a_year_whatever_the_tick_times(
    born: date, year: int, zone: ZoneInfo, at: time, steps: list[int]
) -> None:
    kept = date(year, 2, 28) if (born.month, born.day) == (2, 29) and not _leap(year) else born.replace(year=year)
    now, ticks = instant(kept, at, zone) - timedelta(days=2), []
    for minutes in steps:
        now += timedelta(minutes=minutes)
        ticks.append(now)
    end = instant(kept, at, zone) + LATE
    while now < end:  # ticks are never further apart than the birthday may be late
        now += timedelta(hours=11)
        ticks.append(now)

    assert birthday_slots(born, zone, at, ticks) == [year]


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


@given(moment=moments, zone=zones, at=times)
def test_a_due_time_has_come_on_the_members_clock_less_than_twelve_hours_ago(
    moment: datetime, zone: ZoneInfo, at: time
) -> None:
    for day in due_dates(moment, zone, at):
        assert timedelta(0) <= moment - instant(day, at, zone) < timedelta(hours=12)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2027-01-15T07:59:59+00:00", []),
        ("2027-01-15T08:00:00+00:00", [date(2027, 1, 15)]),
        ("2027-01-15T19:59:59+00:00", [date(2027, 1, 15)]),
        ("2027-01-15T20:00:00+00:00", []),
        ("2027-07-15T07:00:00+00:00", [date(2027, 7, 15)]),
    ],
)
def test_nine_in_budapest_is_eight_utc_in_winter_and_seven_in_summer(now: str, due: list[date]) -> None:
    assert due_dates(datetime.fromisoformat(now), BUDAPEST, NINE) == due


def test_a_time_that_the_spring_night_skips_is_moved_after_the_change() -> None:
    # 28 March 2027: 02:00 becomes 03:00, at 01:00 UTC.
    assert instant(date(2027, 3, 28), time(2, 30), BUDAPEST) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_a_time_that_the_autumn_night_has_twice_counts_the_first_time() -> None:
    # 31 October 2027: 03:00 becomes 02:00, at 01:00 UTC.
    assert instant(date(2027, 10, 31), time(2, 30), BUDAPEST) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_a_day_that_a_zone_skipped_is_kept_with_the_next_one() -> None:
    # Samoa crossed the date line: 30 December 2011 never was.
    apia = ZoneInfo("Pacific/Apia")
    morning = datetime(2011, 12, 31, 9, tzinfo=apia).astimezone(UTC)
    assert due_dates(morning, apia, NINE) == [date(2011, 12, 30), date(2011, 12, 31)]


@pytest.mark.parametrize(
    ("day", "kept"),
    [
        (date(2027, 2, 28), [228, 229]),
        (date(2028, 2, 28), [228]),
        (date(2028, 2, 29), [229]),
        (date(2100, 2, 28), [228, 229]),
        (date(2027, 3, 1), [301]),
    ],
)
def test_29_february_is_kept_on_the_28th_in_years_without_one(day: date, kept: list[int]) -> None:
    assert celebrated(day) == kept


@given(
    moment=moments,
    zone=zones,
    days=st.integers(1, 400),
    late=st.integers(0, 30),
    away=st.integers(0, 450),
)
def test_a_lapse_is_counted_in_whole_local_days(
    moment: datetime, zone: ZoneInfo, days: int, late: int, away: int
) -> None:
    today = moment.astimezone(zone).date() + timedelta(days=away)
    first, last = lapsed_between(today, zone, days, late)
    whole_day = instant(moment.astimezone(zone).date(), time.min, zone) <= moment
    if whole_day:  # where clocks went back over midnight, the day's first minutes come twice
        assert (first <= moment < last) == (days <= away <= days + late)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2027-01-15T19:59:00+00:00", None),
        ("2027-01-15T20:00:00+00:00", "2027-01-16T08:00:00+00:00"),
        ("2027-01-16T03:00:00+00:00", "2027-01-16T08:00:00+00:00"),
        ("2027-01-16T08:00:00+00:00", None),
        ("2027-03-27T22:00:00+00:00", "2027-03-28T07:00:00+00:00"),
    ],
)
def test_quiet_hours_over_midnight_end_in_the_members_morning(now: str, until: str | None) -> None:
    held = hold_until(datetime.fromisoformat(now), BUDAPEST, (time(21), NINE))
    assert held == (until and datetime.fromisoformat(until))


def test_quiet_hours_within_a_day_end_on_the_same_day() -> None:
    quiet = (time(12), time(14))
    assert hold_until(datetime(2027, 1, 15, 12, 30, tzinfo=BUDAPEST), BUDAPEST, quiet) == datetime(
        2027, 1, 15, 14, tzinfo=BUDAPEST
    )
    assert hold_until(datetime(2027, 1, 15, 14, tzinfo=BUDAPEST), BUDAPEST, quiet) is None


def test_no_quiet_hours_hold_nothing() -> None:
    assert hold_until(datetime(2027, 1, 15, 3, tzinfo=UTC), BUDAPEST, None) is None
    assert hold_until(datetime(2027, 1, 15, 3, tzinfo=UTC), BUDAPEST, (NINE, NINE)) is None


@given(moment=moments, zone=zones, start=times, end=times)
def test_who_is_held_is_held_to_a_later_moment_within_a_day_or_two(
    moment: datetime, zone: ZoneInfo, start: time, end: time
) -> None:
    wall = moment.astimezone(zone).time()
    quiet = start != end and (start <= wall < end if start < end else (wall >= start or wall < end))
    until = hold_until(moment, zone, (start, end))
    if not quiet:
        assert until is None
    elif until is not None:
        assert moment < until <= moment + timedelta(hours=49)


def test_every_quiet_moment_in_budapest_and_lord_howe_has_an_end() -> None:
    for zone in (BUDAPEST, ZoneInfo("Australia/Lord_Howe")):
        now, end = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
        while now < end:
            wall = now.astimezone(zone).time()
            held = hold_until(now, zone, (time(21), time(2, 30)))
            assert (held is not None) == (wall >= time(21) or wall < time(2, 30))
            now += timedelta(minutes=15)


NIGHT = (time(22), time(8))


def test_of_several_quiet_hours_the_last_end_counts() -> None:
    at = instant(date(2027, 3, 10), time(23), BUDAPEST)
    eight = instant(date(2027, 3, 11), time(8), BUDAPEST)
    nine = instant(date(2027, 3, 11), time(9), BUDAPEST)
    assert held(at, BUDAPEST, NIGHT, (time(21), time(9))) == nine
    assert held(at, BUDAPEST, NIGHT, None) == held(at, BUDAPEST, None, NIGHT) == eight
    assert held(at, BUDAPEST, NIGHT, (time(7), time(9))) == nine, "they follow one another"
    assert held(at, BUDAPEST, None, None) is None
    assert held(nine, BUDAPEST, NIGHT, NIGHT) is None


def test_own_quiet_hours_end_by_the_clock_of_the_day_when_it_changes() -> None:
    spring = instant(date(2027, 3, 27), time(23), BUDAPEST)
    assert held(spring, BUDAPEST, None, NIGHT) == instant(date(2027, 3, 28), time(8), BUDAPEST)
    gap = instant(date(2027, 3, 28), time(1), BUDAPEST)
    assert held(gap, BUDAPEST, None, quiet_hours("22:00-02:30")) == instant(date(2027, 3, 28), time(3, 30), BUDAPEST)


def test_own_quiet_hours_are_read_as_they_are_kept() -> None:
    assert quiet_hours("22:00-08:00") == NIGHT
    assert quiet_hours(None) is None
