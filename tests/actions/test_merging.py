"""Two memberships of one person become one: nothing is lost, and what was done before can still be undone."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from bot.actions.balance import balance, member
from bot.actions.core import Core
from bot.actions.enrol import NewMember, change, erase
from bot.actions.give import give
from bot.actions.intake import MemberRef
from bot.actions.merging import merge
from bot.actions.profile import ProfileIn, as_changes
from bot.actions.recording.record import record
from bot.actions.redeem import redeem
from bot.actions.vouchers import cancel, of_member, use
from bot.errors import Conflict, NotFound
from bot.loyalty.stamps import StampCard, on_card
from bot.storage import tables
from bot.storage.members import Address
from tests.actions.asking import count, unbroken
from tests.cast import ANNA, BENCE, CAFE, NOON, Watch, cafe, core, joins, purchase, ref

DOCUMENT = CAFE + "\n[refunds]\nbelow_zero = true\n[gifts]\ndaily_limit = 1000\n"


@pytest.fixture
async def shop(database_url: str, clock: Watch) -> AsyncIterator[Core]:
    async with core(database_url, clock, DOCUMENT) as shop:
        await joins(shop, ANNA, BENCE)
        yield shop
        await unbroken(shop)


async def points(core: Core, who: str = "anna") -> int:
    return (await balance(core, ref(who))).state.points


async def one(core: Core, kept: str = "anna", other: str = "bence") -> None:
    await merge(core, ref(kept), ref(other), "test")


def refund(of: str, who: str = "anna") -> Any:
    return purchase(f"{of}-back", type="refund", refunds=of, who=who)


async def test_points_add_up_and_both_are_found_as_one(shop: Core) -> None:
    await record(shop, purchase("1", "120.00"))
    await record(shop, purchase("2", "30.00", who="bence"))
    bence = await member(shop, ref("bence"))
    await one(shop)
    anna = await member(shop, ref("anna"))
    state = (await balance(shop, ref("anna"))).state
    assert (state.points, state.lifetime_points, state.purchases) == (150, 150, 2)
    for known in (MemberRef(code=bence.code), MemberRef(id=str(bence.id)), ref("bence"), MemberRef(telegram="2222")):
        assert (await member(shop, known)).id == anna.id
    assert {a.channel for a in anna.addresses} == {"email", "sms", "telegram"}


async def test_told_again_nothing_more_happens(shop: Core) -> None:
    await record(shop, purchase("1", "120.00"))
    await one(shop)
    entries = await count(shop, tables.entries)
    await one(shop)
    await one(shop, "bence", "anna")
    assert await count(shop, tables.entries) == entries
    assert await points(shop) == 120


async def test_told_both_ways_at_once_it_happens_once(shop: Core, database_url: str) -> None:
    await record(shop, purchase("1", "120.00"))
    async with core(database_url, Watch()) as other:
        await asyncio.gather(one(shop), one(other, "bence", "anna"), record(other, purchase("2", "5.00", who="bence")))
    assert await points(shop) == await points(shop, "bence") == 125


async def test_no_line_of_the_ledger_changes_but_whose_it_counts_for(shop: Core) -> None:
    await record(shop, purchase("1", "120.00"))
    await record(shop, purchase("2", "30.00", who="bence"))
    bence = (await member(shop, ref("bence"))).id
    columns = [c for c in tables.entries.c if c.name not in ("member_id", "written_for")]

    async def lines() -> list[Any]:
        async with shop.database.read() as tx:
            return list((await tx.execute(select(*columns).order_by(tables.entries.c.id))).all())

    before = await lines()
    await one(shop)
    assert await lines() == before
    async with shop.database.read() as tx:
        assert list((await tx.execute(select(tables.entries.c.written_for))).scalars()) in (
            [None, bence],
            [bence, None],
        )


async def test_a_purchase_of_either_can_be_refunded_afterwards(shop: Core) -> None:
    await record(shop, purchase("1", "120.00"))
    await record(shop, purchase("2", "30.00", who="bence"))
    await one(shop)
    await record(shop, refund("2", "bence"))
    assert await points(shop) == 120
    await record(shop, refund("1"))
    state = (await balance(shop, ref("anna"))).state
    assert (state.points, state.lifetime_points, state.purchases, state.spent) == (0, 0, 0, 0)


async def test_stamps_add_up_and_two_half_full_cards_fill_one(shop: Core, clock: Watch) -> None:
    await record(shop, purchase("1", coffees=6))
    await record(shop, purchase("2", coffees=6, who="bence"))
    await one(shop)
    state = (await balance(shop, ref("anna"))).state
    assert on_card(state.progress, cafe().of(StampCard)["coffee"], NOON.date()) == 2
    [voucher] = await of_member(shop, ref("anna"), unused=True)
    assert voucher.reward == "free_drink"


async def test_a_redemption_of_the_other_can_be_cancelled_and_its_voucher_used(shop: Core) -> None:
    await record(shop, purchase("1", "250.00", who="bence"))
    first = await redeem(shop, ref("bence"), "free_drink", "r1")
    second = await redeem(shop, ref("bence"), "free_drink", "r2")
    await one(shop)
    assert await points(shop) == 50
    await cancel(shop, first.voucher, "")
    assert await points(shop) == 150
    assert (await use(shop, second.voucher, "", "till")).member_id == (await member(shop, ref("anna"))).id
    again = await redeem(shop, ref("anna"), "free_drink", "r2")
    assert (again.voucher, again.duplicate) == (second.voucher, True)


async def test_gifts_between_the_two_stay_true(shop: Core) -> None:
    await record(shop, purchase("1", "120.00"))
    await give(shop, ref("anna"), ref("bence"), 20, "g1")
    await one(shop)
    assert await points(shop) == 120


async def test_a_debt_is_paid_by_the_others_points(shop: Core) -> None:
    await record(shop, purchase("1", "100.00", who="bence"))
    await redeem(shop, ref("bence"), "free_drink", "r1")
    await record(shop, refund("1", "bence"))
    await record(shop, purchase("2", "130.00"))
    assert (await points(shop, "bence"), await points(shop)) == (-100, 130)
    await one(shop)
    assert await points(shop) == 30
    await unbroken(shop)
    await record(shop, refund("2"))
    assert await points(shop) == -100


async def test_erasing_who_stays_erases_both(shop: Core) -> None:
    bence = await member(shop, ref("bence"))
    await one(shop)
    await erase(shop, ref("anna"))
    for known in (ref("anna"), ref("bence"), MemberRef(code=bence.code), MemberRef(id=str(bence.id))):
        with pytest.raises(NotFound):
            await member(shop, known)
    async with shop.database.read() as tx:
        rows = str((await tx.execute(select(tables.members))).all()) + str(
            (await tx.execute(select(tables.addresses))).all()
        )
    assert not any(word in rows for word in ("Anna", "Bence", "anna", "bence", "2222", bence.code))


async def test_three_memberships_end_in_one(shop: Core) -> None:
    await joins(shop, NewMember(name="Dora", addresses=(Address("email", "dora@example.com"),), external_id="dora"))
    for n, who in enumerate(("anna", "bence", "dora")):
        await record(shop, purchase(str(n), "10.00", who=who))
    await one(shop, "bence", "dora")
    await one(shop, "anna", "dora")
    assert [await points(shop, who) for who in ("anna", "bence", "dora")] == [30, 30, 30]


async def test_an_id_that_was_the_others_is_nobody_elses(shop: Core) -> None:
    await one(shop)
    with pytest.raises(Conflict):
        await joins(shop, NewMember(external_id="bence"))
    async with shop.database.read() as tx:
        programme = await shop.programmes.current(tx)
    told = as_changes(ProfileIn(external_id="bence"), programme, NOON)
    assert (await change(shop, ref("anna"), told)).external_id == "bence"


async def test_who_is_not_there_cannot_be_merged(shop: Core) -> None:
    with pytest.raises(NotFound):
        await one(shop, "anna", "charlie")
