"""Partners: earned at one, spent at another; what they owe each other adds up to nothing."""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions.core import Core
from bot.actions.give import give
from bot.actions.recording.record import record
from bot.actions.redeem import redeem
from bot.actions.settlement import Settlement, settle_partners
from bot.actions.vouchers import use
from bot.errors import BadInput
from bot.loyalty.document import parse
from bot.loyalty.partners import HOUSE, nets, places, shares
from tests.actions.asking import unbroken
from tests.cast import ANNA, BENCE, CAFE, NOON, core, joins, purchase, ref

PARTNERS = """
[[partners]]
key = "bakery"
name = "Bakery"
locations = ["Baker Street"]
[[partners]]
key = "books"
name = "Books"
sources = ["bookshop"]
[points_value]
point = "0.013"
"""
DAY = timedelta(days=1)


async def settled(core: Core) -> Settlement:
    return await settle_partners(core, NOON - DAY, NOON + DAY)


async def test_points_are_followed_through_gifts_to_where_they_were_earned(database_url: str) -> None:
    async with core(database_url, document=CAFE + PARTNERS) as cafe:
        await joins(cafe, ANNA, BENCE)
        await record(cafe, purchase("1", "70.00", location="Baker Street"))
        await record(cafe, purchase("2", "50.00", source="bookshop"))
        await record(cafe, purchase("3", "30.00", who="bence"))
        await give(cafe, ref("anna"), ref("bence"), 110, "g")
        bought = await redeem(cafe, ref("bence"), "free_drink", "r")
        assert (await settled(cafe)).lines == []
        await use(cafe, bought.voucher, "Baker Street")
        done = await settled(cafe)
        shown = [(line.earned_at, line.spent_at, line.points, line.value) for line in done.lines]
        # Bence's own 30 pay first, then of Anna's the 70 from the bakery: 0.39 and 0.91 of 1.30.
        assert shown == [(HOUSE, "bakery", 30, 39), ("bakery", "bakery", 70, 91)]
        assert done.nets == {HOUSE: -39, "bakery": 39}
        await unbroken(cafe)


async def test_a_period_must_not_end_before_it_begins(cafe: Core) -> None:
    with pytest.raises(BadInput, match="to: must be later"):
        await settle_partners(cafe, NOON, NOON)


def test_a_location_says_more_than_the_system_that_tells() -> None:
    where = places(parse(CAFE + PARTNERS))
    assert where.partner("Baker Street", "bookshop") == "bakery"
    assert (where.partner("", "bookshop"), where.partner("Elsewhere", "till")) == ("books", HOUSE)


def test_a_place_belongs_to_one_partner() -> None:
    twice = PARTNERS.replace('sources = ["bookshop"]', 'locations = ["Baker Street"]')
    with pytest.raises(BadInput, match=r"partners.1.locations.0: \"Baker Street\" is another"):
        parse(CAFE + twice)


KEYS = st.sampled_from(["", "a", "b", "c"])
SUMS = st.dictionaries(st.tuples(KEYS, KEYS), st.fractions(0, 10**9, max_denominator=997), max_size=16)


@given(SUMS)
def test_shares_add_up_and_nets_to_nothing(parts: dict[tuple[str, str], Fraction]) -> None:
    values = shares(parts)
    assert sum(values.values()) == round(sum(parts.values(), Fraction()))
    assert all(abs(values[pair] - part) < 1 for pair, part in parts.items())
    assert sum(nets(values).values()) == 0
