from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.loyalty.earning import EarningRule, points_for
from bot.loyalty.member import MemberState, Posting
from tests.cast import cafe, having
from tests.unit.loyalty.purchases import after, bought, told

PER_EURO = EarningRule("spend", "purchase", 1, 100, "down")


@pytest.mark.parametrize(
    ("how", "cents", "points"),
    [
        ("down", 1299, 12),
        ("down", 99, 0),
        ("up", 1201, 13),
        ("up", 1200, 12),
        ("half_up", 1249, 12),
        ("half_up", 1250, 13),
        ("half_up", 1251, 13),
    ],
)
def test_points_are_rounded_as_the_rule_says(how: str, cents: int, points: int) -> None:
    assert points_for(replace(PER_EURO, round=how), cents) == points


@given(st.integers(1, 1000), st.integers(1, 10**6), st.integers(0, 10**12))
def test_rounding_is_never_off_by_a_whole_point(points: int, per: int, amount: int) -> None:
    exact = Fraction(points * amount, per)
    down, half_up, up = (points_for(EarningRule("", "", points, per, r), amount) for r in ("down", "half_up", "up"))
    assert down <= exact < down + 1
    assert up - 1 < exact <= up
    assert -Fraction(1, 2) < half_up - exact <= Fraction(1, 2)


@pytest.mark.parametrize("amount", [None, 0, 50, -500])
def test_less_than_a_whole_unit_earns_nothing_and_says_nothing(amount: int | None) -> None:
    [decision] = after([bought(amount)])
    assert decision.postings == ()
    assert told([decision], "points_earned") == []


def test_a_rule_without_an_amount_gives_for_the_activity_itself() -> None:
    programme = having(cafe(), EarningRule, EarningRule("review", "review", 25, 0, "down"))
    [decision] = after([bought(kind="review")], programme)
    assert decision.postings == (Posting("earn", 25, "review"),)


def test_every_rule_posts_its_own_line_and_all_are_told_as_one() -> None:
    programme = having(cafe(), EarningRule, PER_EURO, EarningRule("visit", "purchase", 5, 0, "down"))
    [decision] = after([bought(1299)], programme)
    assert decision.postings == (Posting("earn", 12, "spend"), Posting("earn", 5, "visit"))
    assert told([decision], "points_earned") == [{"type": "points_earned", "points": 17, "balance": 17}]


def test_a_rule_does_not_hear_of_other_types() -> None:
    [decision] = after([bought(1299, kind="donation")])
    assert decision.state == MemberState()


def test_points_add_up_and_the_balance_is_told() -> None:
    decisions = after([bought(1299), bought(501)])
    assert [outcome["balance"] for outcome in told(decisions, "points_earned")] == [12, 17]
    assert decisions[-1].state.lifetime_points == 17
