from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.loyalty.document import parse
from bot.loyalty.expiry import expires_at, last_day, lives_until, returned_until
from bot.loyalty.ledger import Lot, Waiting, endings, time_passes
from bot.loyalty.member import CREDIT, MemberState
from bot.loyalty.programme import Programme
from tests.cast import CAFE, NOON, cafe


@cache
def ruled(rule: str) -> Programme:
    return parse(f"{CAFE}\n[expiry]\n{rule}\n")


YEARLY, INACTIVE = ruled("months = 12"), ruled("inactive_months = 6")


@pytest.mark.parametrize(
    ("rule", "earned", "last"),
    [
        ("months = 12", date(2026, 3, 4), date(2027, 3, 4)),
        ("months = 1", date(2026, 1, 31), date(2026, 2, 28)),
        ("months = 1", date(2028, 1, 31), date(2028, 2, 29)),
        ("months = 12", date(2028, 2, 29), date(2029, 2, 28)),
        ("months = 48", date(2028, 2, 29), date(2032, 2, 29)),
        ("months = 10", date(2026, 3, 31), date(2027, 1, 31)),
        ("end_of_year = 0", date(2026, 3, 4), date(2026, 12, 31)),
        ("end_of_year = 1", date(2026, 12, 31), date(2027, 12, 31)),
        ("inactive_months = 6", date(2026, 8, 31), date(2027, 2, 28)),
    ],
)
def test_points_are_good_for_the_whole_of_their_last_day(rule: str, earned: date, last: date) -> None:
    programme = ruled(rule)
    ends = expires_at(programme, datetime(earned.year, earned.month, earned.day, 12, tzinfo=programme.zone))
    assert ends is not None
    assert last_day(programme, ends) == last
    assert ends.astimezone(programme.zone).date() == last + timedelta(days=1)


def test_the_day_of_earning_is_the_one_at_the_business() -> None:
    late_in_london = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    assert last_day(YEARLY, expires_at(YEARLY, late_in_london) or NOON) == date(2027, 3, 5)


def test_without_a_rule_points_never_end() -> None:
    assert expires_at(cafe(), NOON) is None
    assert returned_until(cafe(), NOON) is None


@pytest.mark.parametrize("rule", ["", "months = 0", "months = 1\nend_of_year = 1", "weeks = 3", "end_of_year = -1"])
def test_a_rule_is_exactly_one(rule: str) -> None:
    with pytest.raises(BadInput) as caught:
        ruled(rule)
    assert all(fault.at.startswith("expiry") for fault in caught.value.faults)


@given(st.integers(-9000, 9000), st.integers(1, 240), st.integers(0, 10**6))
def test_what_is_earned_later_never_ends_sooner(days: int, months: int, seconds: int) -> None:
    programme, at = ruled(f"months = {months}"), NOON + timedelta(days=days)
    first, second = expires_at(programme, at), expires_at(programme, at + timedelta(seconds=seconds))
    assert first is not None
    assert second is not None
    assert at < first <= second


def test_a_purchase_moves_the_end_only_where_the_inactive_lose_points() -> None:
    ends, bought = NOON + timedelta(days=10), NOON
    assert lives_until(INACTIVE, ends, bought) == expires_at(INACTIVE, bought)
    assert lives_until(INACTIVE, NOON + timedelta(days=900), bought) == NOON + timedelta(days=900)
    assert lives_until(YEARLY, ends, bought) == ends
    assert lives_until(INACTIVE, None, bought) is None


def test_time_brings_what_waited_takes_what_ended_and_says_when_to_look_again() -> None:
    soon, later = NOON + timedelta(days=1), NOON + timedelta(days=2)
    waiting = [waits(1, 5, soon), waits(2, 7, later), waits(3, 9, None)]
    lots = [Lot(10, 20, soon), Lot(11, 30, later + timedelta(days=1)), Lot(12, 3, soon, CREDIT)]
    passed = time_passes(YEARLY, MemberState(50, 60, 3), waiting, lots, soon)
    assert (passed.state.points, passed.state.lifetime_points, passed.state.credit) == (35, 65, 0)
    assert passed.state.due_at == later
    assert passed.pending == 16
    assert [lot.id for lot in passed.expired] == [10, 12]
    assert [(lot.id, lot.remaining) for lot in passed.alive] == [(11, 30), (1, 5)]


def test_what_comes_to_a_debt_fills_it_first() -> None:
    passed = time_passes(cafe(), MemberState(-8), [waits(1, 5, NOON), waits(2, 7, NOON)], [], NOON)
    assert [(one.id, opened) for one, opened in passed.arrived] == [(1, 0), (2, 4)]
    assert (passed.state.points, [lot.remaining for lot in passed.alive]) == (4, [4])


def test_what_had_ended_before_it_came_is_gone_at_once() -> None:
    late = waits(1, 5, NOON)._replace(expires_at=NOON)
    passed = time_passes(cafe(), MemberState(), [late], [], NOON)
    assert (passed.state.points, passed.state.due_at, [lot.id for lot in passed.expired]) == (0, None, [1])


def test_what_ends_together_is_told_together_the_next_first() -> None:
    soon, later = NOON + timedelta(days=1), NOON + timedelta(days=2)
    lots = [Lot(1, 5, later), Lot(2, 5, soon), Lot(3, 6, soon), Lot(4, 9), Lot(5, 8, soon, CREDIT), Lot(6, 0, soon)]
    assert endings(lots, later) == [(11, soon), (5, later)]
    assert endings(lots, soon) == [(11, soon)]


def waits(number: int, points: int, due_at: datetime | None) -> Waiting:
    return Waiting(number, 1, points, "spend", 9, NOON, due_at)
