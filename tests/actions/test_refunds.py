"""Refunds: whole, in parts, early and late, before and after spending."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.actions.balance import balance, history
from bot.actions.core import Core
from bot.actions.intake import ActivityIn
from bot.actions.recording.record import Recorded, record, record_many
from bot.actions.redeem import redeem
from bot.actions.vouchers import cancel
from bot.errors import BadInput, Conflict
from bot.loyalty.member import MemberState
from bot.storage import programmes, tables
from tests.actions.asking import count
from tests.cast import CAFE, Watch, purchase, ref


def refund(number: str, of: str, amount: str | None = None, **more: Any) -> ActivityIn:
    return purchase(number, amount, type="refund", refunds=of, **more)


def coffees(n: int) -> list[dict[str, Any]]:
    return [{"category": "coffee", "quantity": n}]


async def state(core: Core, who: str = "anna") -> MemberState:
    return (await balance(core, ref(who))).state


async def stamps(core: Core) -> int:
    return (await balance(core, ref("anna"))).stamps[0][1]


async def outcomes(core: Core, told: ActivityIn) -> list[dict[str, Any]]:
    answer = await record(core, told)
    assert not answer.duplicate
    return list(answer.outcomes)


async def test_a_whole_refund_leaves_nothing_of_the_purchase(cafe: Core) -> None:
    before = await state(cafe)
    await record(cafe, purchase("1", "12.99", coffees=2))
    assert await outcomes(cafe, refund("2", "1")) == [
        {"type": "points_clawed_back", "points": 12, "short": 0, "balance": 0},
        {"type": "stamps_taken_back", "card": "coffee", "stamps": 2},
    ]
    assert await state(cafe) == before
    earned, taken = reversed(await history(cafe, ref("anna"), 10, None))
    assert (taken.kind, taken.points, taken.rule, taken.short) == ("refund", -12, "spend", 0)
    assert earned.points == 12


async def test_a_refund_told_again_has_the_same_answer_and_no_effect(cafe: Core) -> None:
    await record(cafe, purchase("1", "12.99"))
    first = await record(cafe, refund("2", "1", "5.00"))
    assert await record(cafe, refund("2", "1")) == Recorded("2", True, first.outcomes)
    assert (await state(cafe)).points == 7


async def test_parts_take_back_what_the_rest_would_not_have_brought(cafe: Core) -> None:
    await record(cafe, purchase("1", "12.99", coffees=3))
    assert await outcomes(cafe, refund("2", "1", "0.99")) == []
    [back] = await outcomes(cafe, refund("3", "1", "0.01"))
    assert back == {"type": "points_clawed_back", "points": 1, "short": 0, "balance": 11}
    await record(cafe, refund("4", "1", items=coffees(1)))
    assert ((await state(cafe)).points, await stamps(cafe)) == (11, 2)
    await record(cafe, refund("5", "1"))
    assert await state(cafe) == MemberState(profile=(await state(cafe)).profile)


async def test_items_take_their_price_along_to_the_last_cent(cafe: Core) -> None:
    items = [{"sku": "bun", "quantity": 3, "price": "10.00"}, {"category": "coffee", "price": "2.00"}]
    await record(cafe, purchase("1", "12.00", items=items))
    for number, points in (("2", 8), ("3", 5), ("4", 2)):
        await record(cafe, refund(number, "1", items=[{"sku": "bun"}]))
        assert (await state(cafe)).points == points
    await record(cafe, refund("5", "1", items=coffees(1)))
    assert ((await state(cafe)).points, (await state(cafe)).purchases) == (0, 0)


async def test_a_refund_told_before_its_purchase_counts_when_that_comes(cafe: Core) -> None:
    assert await outcomes(cafe, refund("2", "1", "5.00")) == [{"type": "refund_waiting", "refunds": "1"}]
    assert await outcomes(cafe, purchase("1", "12.99")) == [
        {"type": "refunded_before", "refunds": ["2"]},
        {"type": "points_earned", "points": 7, "balance": 7},
        {"type": "challenge_progress", "challenge": "three_visits", "have": 1, "need": 3},
    ]
    assert "refunds" not in (await state(cafe)).progress
    await record(cafe, refund("3", "1"))
    assert await state(cafe) == MemberState(profile=(await state(cafe)).profile)


async def test_a_purchase_wholly_refunded_before_it_is_told_brings_nothing(cafe: Core) -> None:
    before = await state(cafe)
    answers = await record_many(cafe, [refund("2", "1"), refund("4", "3"), purchase("1", "12.99", coffees=10)])
    assert [type(answer) for answer in answers] == [Recorded] * 3
    assert await outcomes(cafe, purchase("3", "5.00")) == [{"type": "refunded_before", "refunds": ["4"]}]
    assert await state(cafe) == before
    assert await count(cafe, tables.vouchers) == 0


async def test_purchases_and_refunds_of_one_batch_are_taken_in_the_order_told(cafe: Core) -> None:
    told = [
        purchase("1", "10.00"),
        refund("2", "1", "4.00"),
        purchase("3", "20.00"),
        refund("4", "3"),
        refund("5", "1", "7.00"),
        purchase("6", "30.00", who="bence"),
        refund("2", "1", "4.00"),
        refund("7", "6", who="bence"),
    ]
    answers = await record_many(cafe, told)
    kinds = [a.duplicate if isinstance(a, Recorded) else type(a) for a in answers]
    assert kinds == [False, False, False, False, Conflict, False, True, False]
    assert [(await state(cafe, who)).points for who in ("anna", "bence")] == [6, 0]


async def test_what_was_spent_is_not_taken_and_told_as_short(cafe: Core) -> None:
    await record_many(cafe, [purchase("1", "100.00"), purchase("2", "30.00")])
    await redeem(cafe, ref("anna"), "free_drink", "r")
    assert await outcomes(cafe, refund("3", "1")) == [
        {"type": "points_clawed_back", "points": 30, "short": 70, "balance": 0}
    ]
    await record(cafe, purchase("4", "50.00"))
    await record(cafe, refund("5", "2"))
    assert (await state(cafe)).points == 20
    assert [line.short for line in await history(cafe, ref("anna"), 10, None) if line.kind == "refund"] == [0, 70]


async def test_what_was_short_goes_when_the_redemption_that_took_it_is_cancelled(cafe: Core) -> None:
    await record_many(cafe, [purchase("1", "100.00"), purchase("2", "130.00")])
    codes = [(await redeem(cafe, ref("anna"), "free_drink", name)).voucher for name in ("r1", "r2")]
    await outcomes(cafe, refund("3", "2"))
    assert (await state(cafe)).points == 0
    await cancel(cafe, codes[1], "not wanted")
    assert (await state(cafe)).points == 0
    await cancel(cafe, codes[0], "not wanted")
    assert (await state(cafe)).points == 100
    lines = [(line.points, line.short) for line in await history(cafe, ref("anna"), 10, None) if line.kind == "refund"]
    assert lines == [(-100, -100), (-30, 100)]


async def test_a_redemption_after_the_refund_comes_back_whole(cafe: Core) -> None:
    await record_many(cafe, [purchase("1", "100.00"), purchase("2", "30.00")])
    await redeem(cafe, ref("anna"), "free_drink", "r1")
    await record_many(cafe, [refund("3", "1"), purchase("4", "100.00")])
    again = await redeem(cafe, ref("anna"), "free_drink", "r2")
    await cancel(cafe, again.voucher, "not wanted")
    assert (await state(cafe)).points == 100


async def test_where_the_programme_says_so_the_balance_goes_below_zero(cafe: Core, clock: Watch) -> None:
    await _publishes(cafe, clock, "[refunds]\nbelow_zero = true\n")
    await record(cafe, purchase("1", "120.00"))
    await redeem(cafe, ref("anna"), "free_drink", "r")
    assert await outcomes(cafe, refund("2", "1")) == [
        {"type": "points_clawed_back", "points": 120, "short": 0, "balance": -100}
    ]
    await record(cafe, purchase("3", "60.00"))
    assert (await state(cafe)).points == -40
    await record(cafe, purchase("4", "60.00"))
    assert (await state(cafe)).points == 20
    with pytest.raises(Conflict):
        await redeem(cafe, ref("anna"), "free_drink", "r2")
    await record_many(cafe, [refund("5", "3"), refund("6", "4")])
    assert (await state(cafe)).points == -100


async def test_an_unused_voucher_of_the_refunded_stamps_is_void(cafe: Core) -> None:
    await record(cafe, purchase("1", coffees=6))
    [granted] = [o for o in await outcomes(cafe, purchase("2", coffees=6)) if "voucher" in o]
    done = await outcomes(cafe, refund("3", "1", items=coffees(3)))
    assert done == [
        {"type": "stamps_taken_back", "card": "coffee", "stamps": 3},
        {"type": "voucher_voided", "reward": "free_drink", "voucher": granted["voucher"]},
    ]
    assert await stamps(cafe) == 9
    async with cafe.database.read() as tx:
        row = (await tx.execute(select(tables.vouchers))).one()
    assert (row.cancelled_at, row.cancelled_why) == (cafe.clock(), "refund")


async def test_a_used_voucher_stays_and_the_answer_says_so(cafe: Core) -> None:
    [granted] = [o for o in await outcomes(cafe, purchase("1", coffees=10)) if "voucher" in o]
    async with cafe.database.write() as tx:
        await tx.execute(tables.vouchers.update().values(used_at=cafe.clock(), used_where="Main Street"))
    assert (await outcomes(cafe, refund("2", "1")))[1] == {
        "type": "voucher_kept",
        "reward": "free_drink",
        "voucher": granted["voucher"],
    }


async def test_where_the_programme_says_so_vouchers_stay(cafe: Core, clock: Watch) -> None:
    await _publishes(cafe, clock, "[refunds]\nvoid_vouchers = false\n")
    await record(cafe, purchase("1", coffees=10))
    await record(cafe, refund("2", "1"))
    async with cafe.database.read() as tx:
        assert (await tx.execute(select(tables.vouchers.c.cancelled_at))).scalar_one() is None


async def test_a_challenge_is_to_be_met_again_but_its_badge_stays(cafe: Core, clock: Watch) -> None:
    for number in "123":
        await record(cafe, purchase(number, "5.00"))
        clock.moves(days=1)
    await record(cafe, refund("4", "2"))
    progress = (await state(cafe)).progress
    assert "regular" in progress["badges"]
    await record(cafe, purchase("5", "5.00"))
    assert (await state(cafe)).points == 15


async def test_what_was_recorded_under_an_older_programme_is_replayed_under_it(cafe: Core, clock: Watch) -> None:
    await record(cafe, purchase("1", "10.00"))
    await _publishes(cafe, clock, "", double=True)
    await record(cafe, purchase("2", "10.00"))
    assert (await state(cafe)).points == 30
    await record(cafe, refund("3", "1", "5.00"))
    assert (await state(cafe)).points == 25
    await record(cafe, refund("4", "2", "5.00"))
    assert (await state(cafe)).points == 15


async def _publishes(core: Core, clock: Watch, more: str, *, double: bool = False) -> None:
    document = CAFE.replace("points = 1, per", "points = 2, per") if double else CAFE
    clock.moves(seconds=1)
    async with core.database.write() as tx:
        await programmes.publish(tx, document + "\n" + more, clock())


@pytest.mark.parametrize(
    ("told", "error", "says"),
    [
        (refund("9", "1", "13.00"), Conflict, "only 12.99 is left"),
        (refund("9", "1", items=coffees(3)), Conflict, "only 2 of these are left"),
        (refund("9", "1", items=[{"sku": "bun"}]), BadInput, "items.0: was not bought"),
        (refund("9", "1", who="bence"), BadInput, "was not bought by this member"),
        (refund("9", "2"), BadInput, "is a refund itself"),
    ],
)
async def test_a_refund_that_cannot_be_is_refused_and_changes_nothing(
    cafe: Core, told: ActivityIn, error: type[Exception], says: str
) -> None:
    await record_many(cafe, [purchase("1", "12.99", coffees=2), refund("2", "0")])
    before = await state(cafe)
    with pytest.raises(error, match=says):
        await record(cafe, told)
    assert await state(cafe) == before
    assert await count(cafe, tables.activities) == 2


async def test_nothing_is_refunded_twice(cafe: Core) -> None:
    await record_many(cafe, [purchase("1", "12.99"), refund("2", "1")])
    with pytest.raises(Conflict, match="nothing is left"):
        await record(cafe, refund("3", "1"))


async def test_a_refund_names_what_is_of_its_own_source(cafe: Core) -> None:
    await record(cafe, purchase("1", "12.00"))
    assert await outcomes(cafe, refund("2", "1", source="shop")) == [{"type": "refund_waiting", "refunds": "1"}]
    assert (await state(cafe)).points == 12


async def test_the_campaigns_hear_nothing_of_refunds(cafe: Core) -> None:
    await record_many(cafe, [purchase("1", "12.00"), refund("2", "1")])
    assert await count(cafe, tables.news) == 1


async def test_spent_and_last_purchase_follow_what_is_left(cafe: Core, clock: Watch) -> None:
    first = clock()
    await record(cafe, purchase("1", "10.00"))
    clock.moves(days=1)
    await record(cafe, purchase("2", "20.00"))
    await record(cafe, refund("3", "1", "4.00"))
    await record(cafe, refund("4", "2"))
    now = await state(cafe)
    assert (now.purchases, now.spent, now.last_purchase_at) == (1, 600, first)
    assert clock() - first == timedelta(days=1)
