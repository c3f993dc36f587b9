from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.loyalty.activity import Activity, Item
from bot.loyalty.engine import decide
from bot.loyalty.member import Grant, MemberState
from bot.loyalty.programme import Programme
from bot.loyalty.stamps import StampCard, expiry, on_card
from tests.cast import NOON, cafe, having
from tests.unit.loyalty.play import at, did, play, programme
from tests.unit.loyalty.purchases import after, bought, told


def test_two_coffees_in_one_order_are_two_stamps() -> None:
    assert told(after([bought(coffees=2)]), "stamps_added") == [
        {"type": "stamps_added", "card": "coffee", "stamps": 2, "have": 2, "need": 10}
    ]


def test_two_lines_of_one_order_are_stamped_together() -> None:
    items = (Item("coffee", 1), Item("cake", 4), Item("coffee", 2))
    decisions = after([Activity("purchase", "till", "1", NOON, 900, items)])
    assert [outcome["stamps"] for outcome in told(decisions, "stamps_added")] == [3]


def test_the_tenth_fills_the_card_and_the_next_one_begins_a_new_one() -> None:
    decisions = after([bought(coffees=9), bought(coffees=1), bought(coffees=1)])
    assert [decision.grants for decision in decisions] == [(), (Grant("free_drink", "stamps:coffee"),), ()]
    assert [outcome["have"] for outcome in told(decisions, "stamps_added")] == [9, 0, 1]
    assert [outcome["reward"] for outcome in told(decisions[1:2], "stamp_card_completed")] == ["free_drink"]


@pytest.mark.parametrize(("coffees", "full", "rest"), [(10, 1, 0), (13, 1, 3), (25, 2, 5), (30, 3, 0)])
def test_what_is_over_a_full_card_stays(coffees: int, full: int, rest: int) -> None:
    [decision] = after([bought(coffees=coffees)])
    assert len(decision.grants) == len(told([decision], "stamp_card_completed")) == full
    assert decision.state.progress["stamps"] == {"coffee": rest}


@pytest.mark.parametrize("activity", [bought(500), bought(coffees=2, kind="visit")])
def test_without_a_coffee_bought_there_is_no_stamp(activity: Activity) -> None:
    assert "stamps" not in after([activity])[0].state.progress


def test_every_card_counts_for_itself() -> None:
    cards = (*cafe().of(StampCard).values(), StampCard("cake", {}, "cake", 2, "free_drink"))
    items = (Item("coffee", 3), Item("cake", 2))
    [decision] = after([Activity("purchase", "till", "1", NOON, None, items)], having(cafe(), StampCard, *cards))
    assert decision.state.progress["stamps"] == {"coffee": 3, "cake": 0}
    assert decision.grants == (Grant("free_drink", "stamps:cake"),)


def test_a_card_that_got_shorter_is_full_with_the_next_stamp() -> None:
    [short] = [replace(card, need=5) for card in cafe().of(StampCard).values()]
    nine = MemberState(progress={"stamps": {"coffee": 9}})
    decision = decide(having(cafe(), StampCard, short), nine, bought(coffees=1), NOON)
    assert (len(decision.grants), decision.state.progress["stamps"]) == (2, {"coffee": 0})


@given(st.lists(st.integers(1, 40), max_size=20))
def test_no_stamp_is_lost_or_made_up_however_they_come(orders: list[int]) -> None:
    decisions = after(bought(coffees=coffees) for coffees in orders)
    full = sum(len(decision.grants) for decision in decisions)
    rest = decisions[-1].state.progress["stamps"]["coffee"] if decisions else 0
    assert 10 * full + rest == sum(orders)
    assert rest < 10


def card(counts: str, rest: str = "") -> Programme:
    return programme(
        f'[[stamp_cards]]\nkey = "card"\nname = "Card"\nneed = 12\nreward = "drink"\ncounts = {counts}\n{rest}\n'
    )


def stamped(rules: Programme, *activities: Activity) -> list[int]:
    return [one["stamps"] for one in told(play(rules, activities), "stamps_added")]


def test_a_card_can_count_one_product_any_item_or_the_purchase_or_visit_itself() -> None:
    activities = [did(at(), "latte", "tea", "latte"), did(at()), did(at(), kind="visit")]
    assert stamped(card('{ sku = "latte" }'), *activities) == [2]
    assert stamped(card("{ items = true }"), *activities) == [3]
    assert stamped(card("{ purchases = true }"), *activities) == [1, 1]
    assert stamped(card("{ visits = true }"), *activities) == [1]


def test_buy_twelve_get_one_and_the_thirteenth_starts_the_next_card() -> None:
    [decision] = play(card('{ category = "coffee" }'), [did(at(), items=(Item("coffee", 13),))])
    assert decision.grants == (Grant("drink", "stamps:card"),)
    assert decision.state.progress["stamps"] == {"card": 1}


def test_only_what_matches_is_stamped() -> None:
    rules = card("{ purchases = true }", 'when = { amount = { at_least = "5.00" } }')
    assert stamped(rules, did(at(), amount=499), did(at(), amount=500)) == [1]


def test_what_was_free_is_not_stamped_where_the_card_says_so() -> None:
    items = (Item("coffee", 1, price=0), Item("coffee", 2, price=600), Item("coffee", 1))
    assert stamped(card('{ category = "coffee" }', "paid_only = true"), did(at(), items=items)) == [3]
    assert stamped(card('{ category = "coffee" }'), did(at(), items=items)) == [4]
    assert stamped(card("{ purchases = true }", "paid_only = true"), did(at(), amount=0), did(at(), amount=1)) == [1]


def test_a_card_that_was_left_too_long_is_empty_when_seen_and_when_stamped() -> None:
    rules = card("{ purchases = true }", "expires_months = 2")
    [rule] = rules.of(StampCard).values()
    decisions = play(rules, [did(at(0)), did(at(60)), did(at(60 + 61))])
    assert [one["have"] for one in told(decisions, "stamps_added")] == [1, 2, 1]
    assert told(decisions, "stamps_expired") == [{"type": "stamps_expired", "card": "card", "stamps": 2}]
    [first] = play(rules, [did(at(0))])
    assert [on_card(first.state.progress, rule, day) for day in (date(2026, 5, 1), date(2026, 5, 2))] == [1, 0]
    assert expiry(first.state.progress, rule) == date(2026, 5, 2)


def test_a_stamp_told_late_does_not_make_the_card_older() -> None:
    rules = card("{ purchases = true }", "expires_months = 2")
    decisions = play(rules, [did(at(60)), did(at(0))])
    assert decisions[-1].state.progress["stamped_on"] == {"card": "2026-05-01"}


@pytest.mark.parametrize("counts", ["{}", "{ items = false }", '{ sku = "a", category = "b" }'])
def test_a_card_counts_exactly_one_kind_of_thing(counts: str) -> None:
    with pytest.raises(BadInput):
        card(counts)
