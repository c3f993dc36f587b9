from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.loyalty.challenges import Challenge, days_in
from bot.loyalty.member import Decision
from bot.loyalty.programme import Programme
from bot.loyalty.windows import week_of
from tests.cast import cafe, having
from tests.unit.loyalty.purchases import BUDAPEST, after, bought, told, with_zone

MONDAY = datetime(2026, 3, 2, 12, tzinfo=BUDAPEST)


def days(*offsets: int, start: datetime = MONDAY, programme: Programme | None = None) -> list[Decision]:
    """What comes of one purchase on each day, so many days after ``start``."""
    return after([bought(100, at=start + timedelta(days=offset)) for offset in offsets], programme)


def completed(decisions: list[Decision]) -> list[int]:
    """Which of the purchases completed the challenge."""
    return [i for i, decision in enumerate(decisions) if told([decision], "challenge_completed")]


def test_three_days_of_a_week_complete_it_and_earn_the_badge() -> None:
    decisions = days(0, 2, 6)
    assert [outcome["have"] for outcome in told(decisions, "challenge_progress")] == [1, 2, 3]
    assert completed(decisions) == [2]
    assert told(decisions, "badge_awarded") == [{"type": "badge_awarded", "badge": "regular"}]
    assert decisions[-1].state.progress["badges"] == {"regular": "2026-03-08"}


def test_two_purchases_of_one_day_count_once() -> None:
    decisions = days(0, 0, 1)
    assert [outcome["have"] for outcome in told(decisions, "challenge_progress")] == [1, 2]
    assert completed(decisions) == []


def test_sunday_and_monday_are_of_different_weeks() -> None:
    assert completed(days(5, 6, 7)) == []


def test_a_week_is_completed_once_and_the_next_one_again_but_the_badge_comes_once() -> None:
    decisions = days(0, 1, 2, 3, 4, 7, 8, 9)
    assert completed(decisions) == [2, 7]
    assert len(told(decisions, "badge_awarded")) == 1
    assert len(told(decisions, "challenge_progress")) == 6


def test_a_goal_of_one_day_is_completed_by_the_first() -> None:
    [challenge] = cafe().of(Challenge).values()
    programme = having(cafe(), Challenge, replace(challenge, levels=(replace(challenge.levels[0], reach=1),)))
    assert completed(days(0, 1, 7, programme=programme)) == [0, 2]


def test_other_activities_do_not_count() -> None:
    assert after([bought(at=MONDAY, kind="visit")])[0].state.progress == {}


@pytest.mark.parametrize(
    ("zone", "counts"),
    [("Europe/Budapest", "2026-W11"), ("America/New_York", "2026-W10"), ("Pacific/Auckland", "2026-W11")],
)
def test_the_week_begins_at_midnight_where_the_programme_is(zone: str, counts: str) -> None:
    sunday_evening_utc = datetime(2026, 3, 8, 23, 30, tzinfo=UTC)
    [decision] = after([bought(at=sunday_evening_utc)], with_zone(zone))
    assert list(decision.state.progress["challenges"]["three_visits"]) == [counts]


@pytest.mark.parametrize(
    ("moments", "count"),
    [
        # 29 March: 02:00 becomes 03:00; the day is 23 hours long.
        ((datetime(2026, 3, 28, 22, 59, tzinfo=UTC), datetime(2026, 3, 28, 23, 0, tzinfo=UTC)), 2),
        ((datetime(2026, 3, 29, 0, 59, tzinfo=UTC), datetime(2026, 3, 29, 21, 59, tzinfo=UTC)), 1),
        ((datetime(2026, 3, 29, 21, 59, tzinfo=UTC), datetime(2026, 3, 29, 22, 0, tzinfo=UTC)), 1),
        # 25 October: 03:00 becomes 02:00, so that 02:30 comes twice; the day is 25 hours long.
        ((datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)), 1),
        ((datetime(2026, 10, 24, 22, 0, tzinfo=UTC), datetime(2026, 10, 25, 22, 59, tzinfo=UTC)), 1),
        ((datetime(2026, 10, 24, 21, 59, tzinfo=UTC), datetime(2026, 10, 24, 22, 0, tzinfo=UTC)), 2),
    ],
)
def test_days_are_right_on_the_nights_when_the_clocks_change(moments: tuple[datetime, ...], count: int) -> None:
    state = after([bought(at=moment) for moment in moments])[-1].state
    [challenge] = cafe().of(Challenge).values()
    first = moments[0].astimezone(BUDAPEST).date()
    last = moments[-1].astimezone(BUDAPEST).date()
    counted = {day for week in state.progress["challenges"]["three_visits"].values() for day in week}
    assert counted == {first.isoformat(), last.isoformat()}
    assert days_in(state.progress, challenge, first) == count


def test_a_purchase_told_late_counts_in_its_own_week() -> None:
    decisions = days(0, 1, 7, 14, 2)
    assert completed(decisions) == [4]
    assert decisions[-1].state.progress["badges"] == {"regular": "2026-03-04"}


def test_the_badge_has_the_day_on_which_the_goal_was_reached_and_not_that_of_the_telling() -> None:
    assert days(0, 4, 1)[-1].state.progress["badges"] == {"regular": "2026-03-06"}


def test_a_purchase_told_much_too_late_changes_nothing() -> None:
    decisions = days(7, 14, 21, 28, 35, 0)
    assert decisions[-1].state.progress == decisions[-2].state.progress
    assert told(decisions[-1:], "challenge_progress") == []


def test_a_week_long_gone_is_not_completed_a_second_time() -> None:
    decisions = days(0, 1, 2, 7, 14, 21, 28, 35, 0, 1, 2)
    assert completed(decisions) == [2]


def test_only_a_few_weeks_are_kept() -> None:
    [decision] = days(*range(0, 700, 7))[-1:]
    assert len(decision.state.progress["challenges"]["three_visits"]) == 5


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2026, 3, 2), "2026-W10"),
        (date(2026, 3, 8), "2026-W10"),
        (date(2027, 1, 3), "2026-W53"),
        (date(2027, 1, 4), "2027-W01"),
        (date(2024, 12, 30), "2025-W01"),
    ],
)
def test_weeks_are_those_of_iso_8601_also_at_new_year(day: date, week: str) -> None:
    assert week_of(day) == week
