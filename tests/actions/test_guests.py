"""Guests: what they buy waits for them to join."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from bot.actions.balance import balance
from bot.actions.converse import converse_many
from bot.actions.core import Core
from bot.actions.enrol import NewMember, enrol, erase
from bot.actions.intake import ActivityIn
from bot.actions.recording.guests import claim_in, forget_due
from bot.actions.recording.record import Recorded, record, record_many
from bot.errors import BadInput, NotFound
from bot.loyalty.member import MemberState
from bot.messages import Inbound
from bot.storage import tables
from bot.storage.members import Address
from tests.actions.asking import count, unbroken
from tests.cast import ANNA, CAFE, NOON, Watch, core, joins, purchase, ref

CHARLIE = NewMember(name="Charlie", addresses=(Address("sms", "+36303333333"),), external_id="charlie")
PHONE = {"phone": "06 30 333 3333"}


@pytest.fixture
async def shop(database_url: str, clock: Watch) -> AsyncIterator[Core]:
    """A café that welcomes guests."""
    async with core(database_url, clock, CAFE + "\n[guests]\nclaim_days = 30\n") as shop:
        await joins(shop, ANNA)
        yield shop
        await unbroken(shop)


async def state(core: Core, who: str = "charlie") -> MemberState:
    return (await balance(core, ref(who))).state


def refund(number: str, of: str, amount: str | None = None, **more: Any) -> ActivityIn:
    return purchase(number, amount, type="refund", refunds=of, **more)


async def test_a_guest_hears_what_a_member_would_have_earned(shop: Core) -> None:
    for number, member in enumerate([PHONE, {"email": "charlie@example.com"}, None]):
        done = await record(shop, purchase(str(number), "12.99", member=member))
        assert done.outcomes == [{"type": "guest", "would_have_earned": 12}]
        assert (await record(shop, purchase(str(number), "9.00"))).duplicate
    assert await count(shop, tables.news) == 0


async def test_who_joins_in_time_gets_what_they_bought_with_that_phone(shop: Core, clock: Watch) -> None:
    await record(shop, purchase("0", "50.00", member=PHONE))
    clock.moves(days=20)
    await record_many(shop, [purchase("1", "12.99", coffees=4, member=PHONE), purchase("2", "7.00", member=PHONE)])
    await record(shop, purchase("3", "99.00", member=None))
    clock.moves(days=11)
    await enrol(shop, CHARLIE)
    assert ((await state(shop)).points, (await state(shop)).purchases) == (19, 2)
    again = await record(shop, purchase("1", member=PHONE))
    assert again.duplicate
    assert [outcome["type"] for outcome in again.outcomes][:2] == ["claimed", "points_earned"]
    await record(shop, purchase("4", "1.00", member=PHONE))
    assert (await state(shop)).points == 20


async def test_who_joins_from_that_very_phone_is_told_what_was_counted(shop: Core) -> None:
    await record_many(shop, [purchase("1", "12.00", member=PHONE), purchase("2", "7.00", member=PHONE)])
    for text in ("join", "Charlie", "skip", "no"):
        said = Inbound("sms", "+36303333333", text, text, shop.clock())
        [[answer]] = await converse_many(shop, [said])
    assert "We counted 2 purchases" in answer.text
    assert "19 points" in answer.text


async def test_who_proves_a_phone_gets_what_was_bought_with_it(shop: Core) -> None:
    await record(shop, purchase("1", "12.00", member=PHONE))
    async with shop.database.write() as tx:
        way = Address("sms", "+36303333333")
        anna = (await balance(shop, ref("anna"))).member.id
        claimed = await claim_in(tx, await shop.programmes.current(tx), anna, [way], shop.clock())
    assert [one.id for one in claimed] == ["1"]
    assert (await state(shop, "anna")).points == 12


async def test_what_a_guest_gave_back_is_not_counted(shop: Core) -> None:
    told = [
        purchase("1", "12.00", member=PHONE),
        refund("2", "1", "5.00", member=PHONE),
        refund("4", "3", member=PHONE),
        purchase("3", "50.00", member=PHONE),
    ]
    assert all(isinstance(answer, Recorded) for answer in await record_many(shop, told))
    await enrol(shop, CHARLIE)
    assert ((await state(shop)).points, (await state(shop)).purchases) == (7, 1)
    await record(shop, refund("5", "1", member=PHONE))
    assert (await state(shop)).points == 0


async def test_a_member_cannot_take_back_what_a_guest_bought(shop: Core) -> None:
    await record(shop, purchase("1", "12.00", member=PHONE))
    done = await record(shop, refund("2", "1"))
    assert done.outcomes == [{"type": "guest", "would_have_earned": 0}]
    assert (await state(shop, "anna")).points == 0
    await enrol(shop, CHARLIE)
    assert (await state(shop)).points == 0


async def test_an_address_that_can_claim_no_more_is_forgotten(shop: Core, clock: Watch) -> None:
    await record(shop, purchase("1", "12.00", member=PHONE))
    clock.moves(days=30)
    assert await forget_due(shop, clock()) == 0
    clock.moves(seconds=1)
    assert await forget_due(shop, clock()) == 1
    async with shop.database.read() as tx:
        row = (await tx.execute(select(tables.activities))).one()
    assert (row.guest, row.amount, row.member_id) == (None, 1200, 0)


@pytest.mark.parametrize(
    ("told", "error"),
    [
        (purchase("1", member={"code": "7X2B-EYNF"}), NotFound),
        (purchase("1", member={"external_id": "charlie"}), NotFound),
        (purchase("1", member=PHONE, type="review"), NotFound),
        (purchase("1", member=None, type="review"), BadInput),
    ],
)
async def test_only_purchases_of_a_phone_an_address_or_nobody_are_a_guests(
    shop: Core, told: ActivityIn, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await record(shop, told)
    assert await count(shop, tables.activities) == 0


async def test_without_guests_in_the_programme_strangers_are_unknown(cafe: Core) -> None:
    with pytest.raises(NotFound):
        await record(cafe, purchase("1", member=PHONE))


async def test_erasing_a_member_forgets_what_they_bought_as_a_guest(shop: Core) -> None:
    await enrol(shop, CHARLIE)
    async with shop.database.write() as tx:
        old = tables.activities.insert().values(
            id=1,
            source="till",
            external_id="1",
            type="purchase",
            member_id=0,
            occurred_at=NOON,
            recorded_at=NOON,
            location="",
            outcomes=[],
            guest="phone:+36303333333",
        )
        await tx.execute(old)
    await erase(shop, ref("charlie"))
    async with shop.database.read() as tx:
        assert set((await tx.execute(select(tables.activities.c.guest))).scalars()) == {None}
