"""Prices for members, and what a basket costs by them."""

import pytest
from hypothesis import given as supposing
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.loyalty.activity import Activity, Item
from bot.loyalty.engine import decide
from bot.loyalty.member import Draft, MemberState
from bot.loyalty.prices import Priced, as_bought, priced
from bot.loyalty.worth import worth
from tests.cast import NOON
from tests.unit.loyalty.rules import item, rules

SPEND = 'on = "purchase", give = { points = 1, per = "1.00" }'
THREE = '{ key = "three", sku = "shirt", from_quantity = 3, price = "9.99" }'
TEN = '{ key = "ten", category = "tops", from_quantity = 10, price = "8.99", guests = true }'
GOLD = '{ key = "gold", sku = "shirt", price = "9.49", when = { language = "hu" } }'
SHOP = rules(SPEND, also=f'prices = [{THREE}, {TEN}, {GOLD}]\npoints_value = {{ point = "0.005" }}')


def shirts(quantity: int, price: int | None = 1199) -> Item:
    return item("tops", quantity, None if price is None else price * quantity, "shirt")


def asked(*items: Item, amount: int | None = None, guest: bool = False) -> Priced | None:
    activity = Activity("purchase", "till", "1", NOON, amount, items)
    return priced(Draft(SHOP, MemberState(), activity, NOON), guest=guest)


def paid(*items: Item, amount: int | None = None, guest: bool = False) -> tuple[int, int]:
    basket = asked(*items, amount=amount, guest=guest)
    assert basket is not None
    return basket.discount, basket.total


def test_three_pieces_cost_less_each() -> None:
    assert paid(shirts(2)) == (0, 2398)
    assert paid(shirts(3)) == (600, 2997)


def test_pieces_are_counted_over_the_whole_basket() -> None:
    assert paid(shirts(2), item("shoes", 1, 5000), shirts(1)) == (600, 7997)


def test_the_best_price_of_several_applies() -> None:
    assert paid(shirts(10)) == (3000, 8990)


def test_a_guest_pays_the_price_that_guests_have() -> None:
    assert paid(shirts(3), guest=True) == (0, 3597)
    assert paid(shirts(10), guest=True) == (3000, 8990)


def test_a_price_never_makes_anything_dearer() -> None:
    assert paid(shirts(3, 500)) == (0, 1500)


def test_a_line_without_a_price_takes_the_one_of_the_rule() -> None:
    assert paid(shirts(3, None)) == (0, 2997)
    assert asked(shirts(2, None)) is None
    assert asked() is None


def test_the_amount_of_the_whole_loses_what_the_lines_do() -> None:
    assert paid(shirts(3), amount=4000) == (600, 3400)
    assert paid(shirts(2, None), amount=4000) == (0, 4000)
    assert paid(shirts(3), amount=100) == (600, 0)


def test_points_are_worth_what_the_programme_states() -> None:
    assert [worth(SHOP, points) for points in (0, 1, 2, 3, 200)] == [0, 1, 1, 2, 100]
    assert worth(rules(SPEND), 100) is None


@supposing(st.lists(st.builds(shirts, st.integers(1, 12), st.integers(0, 5000)), min_size=1, max_size=5))
def test_a_basket_adds_up_and_bought_at_its_prices_has_nothing_more_to_lose(items: list[Item]) -> None:
    activity = Activity("purchase", "till", "1", NOON, None, tuple(items))
    draft = Draft(SHOP, MemberState(), activity, NOON)
    basket = priced(draft, guest=False)
    assert basket is not None
    told = sum(one.price or 0 for one in items)
    assert basket.total + basket.discount == told
    assert basket.total == sum(line.total or 0 for line in basket.lines)
    bought = as_bought(activity, basket)
    again = priced(Draft(SHOP, MemberState(), bought, NOON), guest=False)
    assert again is not None and (again.discount, again.total) == (0, basket.total)
    assert decide(SHOP, MemberState(), bought, NOON).state.points == basket.total // 100


@pytest.mark.parametrize(
    ("also", "at", "says"),
    [
        ('prices = [{ key = "p", price = "1.00" }]', "prices.0", "needs sku or category"),
        ('prices = [{ key = "p", sku = "x", price = "1.005" }]', "prices.0.price", "finer than the currency"),
        ('prices = [{ key = "p", sku = "x", price = "1", from_quantity = 0 }]', "prices.0.from_quantity", "equal to 1"),
        ('points_value = { point = "0" }', "points_value.point", "more than 0"),
        ('points_value = { point = "cheap" }', "points_value.point", "no plain decimal"),
        ("basis = { exclude = {} }", "basis.exclude", "names no items"),
        ('basis = { less = ["discount"] }', "basis.less.0", "'tax'"),
    ],
)
def test_what_cannot_be_meant_is_a_fault_with_its_path(also: str, at: str, says: str) -> None:
    with pytest.raises(BadInput) as error:
        rules(SPEND, also=also)
    assert [(fault.at, says in fault.message) for fault in error.value.faults] == [(at, True)]
