"""Goals of days and weeks in a row: told in any order, over many years, with little kept."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.loyalty.goals import Goal, Kept, have, row_until
from tests.unit.loyalty.play import at, challenge, completions, did, on_days, play


def longest(days: set[int]) -> int:
    from_each = (itertools.takewhile(days.__contains__, itertools.count(day)) for day in days)
    return max((len(list(row)) for row in from_each), default=0)


@given(st.sampled_from(["day", "week"]), st.integers(1, 9), st.sets(st.integers(0, 121), max_size=40), st.data())
def test_a_row_of_a_year_counts_in_whatever_order_its_days_are_told(
    unit: str, reach: int, starts: set[int], data: st.DataObject
) -> None:
    rules = challenge(f'{{ streak = "{unit}", reach = {reach} }}')
    told = data.draw(st.permutations(sorted({3 * start + n for start in starts for n in range(start % 3 + 1)})))
    decisions = play(rules, on_days(*(one if unit == "day" else 7 * one for one in told)))
    assert sum(completions(decisions)) == (longest(set(told)) >= reach)
    if decisions:
        (kept,) = decisions[-1].state.progress["challenges"]["c"].values()
        assert have(kept) == longest(set(told))


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=40))
def test_which_days_of_many_years_are_kept_depends_on_the_latest_only(days: list[int]) -> None:
    goal = Goal("streak", "day", most=3)
    kept: Kept | None = None
    for day in days:
        kept = goal.add(kept, did(at(day)), at(day).date())
    latest = max(days)
    bits = sum(1 << latest - day for day in set(days) if latest - day < 366 + 3)
    assert isinstance(kept, list)
    assert kept[::2] == [at(latest).toordinal(), f"{bits:x}"]


@pytest.mark.parametrize(("late", "won"), [(366, [0, 0, 0, 1]), (367, [0, 0, 0, 0])])
def test_a_gap_closed_late_counts_when_the_row_ends_within_366_days_of_the_latest(late: int, won: list[int]) -> None:
    rules = challenge('{ streak = "day", reach = 3 }')
    assert completions(play(rules, on_days(0, 2, 2 + late, 1))) == won


def test_what_was_won_once_is_not_won_again_when_its_days_are_long_gone() -> None:
    decisions = play(challenge('{ streak = "day", reach = 2 }'), on_days(0, 1, 2000, 2001))
    assert completions(decisions) == [0, 1, 0, 0]


@pytest.mark.parametrize(("today", "length"), [(4, 2), (5, 0), (6, 2), (7, 2), (8, 2), (9, 0), (800, 0), (-1, 0)])
def test_the_row_shown_is_the_one_that_can_still_go_on_days(today: int, length: int) -> None:
    goal = Goal("streak", "day", most=9)
    kept: Kept | None = None
    for day in (7, 3, 2, 6):
        kept = goal.add(kept, did(at(day)), at(day).date())
    assert row_until(kept, goal, at(today).date()) == length
    assert row_until(None, goal, at(today).date()) == 0
