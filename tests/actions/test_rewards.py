import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.actions import waiting
from bot.actions.balance import balance, history
from bot.actions.catalogue import catalogue
from bot.actions.core import Core
from bot.actions.enrol import NewMember
from bot.actions.recording.record import record
from bot.actions.redeem import grant, redeem
from bot.actions.reminders import remind
from bot.actions.reward_codes import add_codes
from bot.actions.vouchers import cancel, look_up, of_member, use
from bot.errors import BadInput, Conflict, NotFound
from bot.storage import chats, donations, tables
from bot.storage.members import Address
from tests.actions.asking import count, unbroken
from tests.actions.rewards import DOCUMENT
from tests.cast import ANNA, BENCE, NOON, Watch, core, joins, purchase, ref

CHARLIE = NewMember(name="Charlie", addresses=(Address("sms", "+36303333333", True),), external_id="charlie")


@pytest.fixture
async def shop(database_url: str, clock: Watch) -> AsyncIterator[Core]:
    """Anna and Bence have 200 points each."""
    async with core(database_url, clock, DOCUMENT) as shop:
        await joins(shop, ANNA, BENCE)
        for who in ("anna", "bence"):
            await record(shop, purchase(f"first-{who}", "200.00", who=who))
        yield shop
        await unbroken(shop)


async def has(core: Core, who: str = "anna") -> tuple[int, int]:
    """Points, and credit in cents."""
    state = (await balance(core, ref(who))).state
    return state.points, state.credit


async def refused(core: Core, reward: str, who: str = "anna") -> str:
    before = await has(core, who)
    with pytest.raises(Conflict) as caught:
        await redeem(core, ref(who), reward, f"no-{reward}-{who}")
    assert await has(core, who) == before
    return str(caught.value.facts["why"])


async def said(core: Core) -> list[str]:
    async with core.database.read() as tx:
        return list((await tx.execute(select(tables.messages.c.text).order_by(tables.messages.c.id))).scalars())


async def test_of_a_stock_of_one_fifty_who_ask_at_once_get_one(shop: Core, database_url: str) -> None:
    async with core(database_url) as other:
        answers = await asyncio.gather(
            *(redeem((shop, other)[n % 2], ref(("anna", "bence")[n // 2 % 2]), "one_only", f"r{n}") for n in range(50)),
            return_exceptions=True,
        )
    assert sorted(type(answer).__name__ for answer in answers) == [*["Conflict"] * 49, "Redeemed"]
    assert sum([(await has(shop, who))[0] for who in ("anna", "bence")]) == 390
    assert await count(shop, tables.vouchers) == 1
    assert await refused(shop, "one_only") == "sold_out"


async def test_a_limit_per_month_begins_anew_with_the_month_at_the_business(shop: Core, clock: Watch) -> None:
    await asyncio.gather(*(redeem(shop, ref("anna"), "monthly", f"r{n}") for n in range(2)))
    assert await refused(shop, "monthly") == "limit_reached"
    await redeem(shop, ref("bence"), "monthly", "b")
    clock.now = clock.now.replace(day=31, hour=21, minute=59)
    assert await refused(shop, "monthly") == "limit_reached"
    clock.moves(minutes=1)
    assert (await redeem(shop, ref("anna"), "monthly", "r3")).points_left == 170


async def test_fifty_at_once_do_not_get_past_a_limit(shop: Core, database_url: str) -> None:
    async with core(database_url) as other:
        answers = await asyncio.gather(
            *(redeem((shop, other)[n % 2], ref("anna"), "monthly", f"r{n}") for n in range(50)), return_exceptions=True
        )
    assert sum(not isinstance(answer, Conflict) for answer in answers) == 2
    assert (await has(shop))[0] == 180


async def test_a_reward_is_offered_from_its_first_day_to_the_end_of_its_last(shop: Core, clock: Watch) -> None:
    clock.now = NOON.replace(day=9, hour=22, minute=59)
    assert await refused(shop, "december") == "not_yet"
    clock.moves(minutes=1)
    await redeem(shop, ref("anna"), "december", "r1")
    clock.now = NOON.replace(day=11, hour=23)
    assert await refused(shop, "december") == "no_longer"


async def test_a_condition_keeps_others_out_until_it_holds(shop: Core) -> None:
    assert await refused(shop, "richer") == "not_for_you"
    await record(shop, purchase("more", "800.00"))
    assert (await redeem(shop, ref("anna"), "richer", "r1")).points_left == 990


async def test_what_is_only_given_is_granted_by_staff_and_cannot_be_bought(shop: Core) -> None:
    assert await refused(shop, "birthday") == "grant_only"
    first = await grant(shop, ref("anna"), "birthday", "a spilt cup", "g1")
    again = await grant(shop, ref("anna"), "birthday", "a spilt cup", "g1")
    assert (again.voucher, again.duplicate) == (first.voucher, True)
    voucher = await look_up(shop, first.voucher)
    assert (voucher.because, await has(shop)) == ("grant:a spilt cup", (200, 0))
    with pytest.raises(Conflict, match="another redemption"):
        await grant(shop, ref("bence"), "birthday", "a spilt cup", "g1")
    with pytest.raises(NotFound, match="there is no reward"):
        await grant(shop, ref("anna"), "yacht", "why not", "g2")


async def test_a_grant_counts_in_no_limit_but_takes_from_the_stock(shop: Core) -> None:
    await grant(shop, ref("anna"), "one_only", "thanks", "g1")
    with pytest.raises(Conflict, match="sold out"):
        await grant(shop, ref("anna"), "one_only", "thanks", "g2")
    for n in range(3):
        await grant(shop, ref("anna"), "monthly", "thanks", f"m{n}")
    await redeem(shop, ref("anna"), "monthly", "r1")


async def test_store_credit_is_had_at_once_and_pays_for_what_costs_credit(shop: Core) -> None:
    assert await refused(shop, "cake") == "too_little_credit"
    done = await redeem(shop, ref("anna"), "credit", "r1")
    assert await has(shop) == (150, 500)
    assert (await look_up(shop, done.voucher)).used_where == "at once"
    with pytest.raises(Conflict, match="used at"):
        await cancel(shop, done.voucher, "mistake")
    cake = await redeem(shop, ref("anna"), "cake", "r2")
    assert (cake.points_left, await has(shop)) == (150, (150, 200))
    assert await refused(shop, "cake") == "too_little_credit"
    await cancel(shop, cake.voucher, "no cake left")
    assert await has(shop) == (150, 500)


async def test_cancelling_gives_the_points_back_to_the_lots_that_paid(shop: Core) -> None:
    await record(shop, purchase("second", "30.00"))
    async with shop.database.read() as tx:
        before = (await tx.execute(select(tables.lots).order_by(tables.lots.c.entry_id))).all()
    done = await redeem(shop, ref("anna"), "one_only", "r1")
    cancelled = await cancel(shop, done.voucher, "broken")
    assert (cancelled.cancelled_at, cancelled.cancelled_why, await has(shop)) == (NOON, "broken", (230, 0))
    async with shop.database.read() as tx:
        after = (await tx.execute(select(tables.lots).order_by(tables.lots.c.entry_id))).all()
    assert [row for row in after if row.remaining] == before
    newest, *_ = await history(shop, ref("anna"), 1, None)
    assert (newest.kind, newest.points) == ("cancel", 10)
    with pytest.raises(Conflict, match="cancelled at"):
        await use(shop, done.voucher, "till")
    assert (await redeem(shop, ref("bence"), "one_only", "r2")).points_left == 190


async def test_of_many_who_cancel_or_use_a_voucher_at_once_one_does(shop: Core, database_url: str) -> None:
    code = (await redeem(shop, ref("anna"), "monthly", "r1")).voucher
    async with core(database_url) as other:
        answers = await asyncio.gather(
            *(cancel(shop, code, f"c{n}") for n in range(10)),
            *(use(other, code, f"u{n}") for n in range(10)),
            return_exceptions=True,
        )
    [done] = [answer for answer in answers if not isinstance(answer, BaseException)]
    assert (await has(shop))[0] == (200 if done.cancelled_at else 190)


async def test_a_cancelled_redemption_frees_its_place_in_the_limit(shop: Core) -> None:
    codes = [(await redeem(shop, ref("anna"), "monthly", f"r{n}")).voucher for n in range(2)]
    await cancel(shop, codes[0], "")
    await redeem(shop, ref("anna"), "monthly", "r3")
    assert await refused(shop, "monthly") == "limit_reached"


async def test_an_expired_voucher_is_not_taken_and_says_until_when_it_was_good(shop: Core, clock: Watch) -> None:
    code = (await redeem(shop, ref("anna"), "monthly", "r1")).voucher
    assert [one.code for one in await of_member(shop, ref("anna"), unused=True)] == [code]
    clock.moves(days=30)
    with pytest.raises(Conflict, match=r"good until 2026-04-03T12:00:00\+00:00"):
        await use(shop, code, "till")
    assert await of_member(shop, ref("anna"), unused=True) == []
    assert [one.code for one in await of_member(shop, ref("anna"))] == [code]


async def test_a_voucher_keeps_its_terms_whatever_the_programme_says_later(shop: Core) -> None:
    voucher = await look_up(shop, (await redeem(shop, ref("anna"), "monthly", "r1")).voucher)
    assert voucher.terms == {"kind": "discount_percent", "names": {"en": "Ten off"}, "value": "10%", "days": 30}
    assert voucher.expires_at == NOON + timedelta(days=30)


async def test_each_member_gets_a_partners_code_of_their_own_until_there_is_none(shop: Core) -> None:
    assert await refused(shop, "cinema") == "sold_out"
    first = await add_codes(shop, "cinema", ["A1", "A2", "A1"])
    assert (first.added, first.duplicates, first.free) == (2, ["A1"], 2)
    again = await add_codes(shop, "cinema", ["A2", "A3"])
    assert (again.added, again.duplicates, again.free) == (1, ["A2"], 3)
    answers = await asyncio.gather(
        *(redeem(shop, ref(("anna", "bence")[n % 2]), "cinema", f"r{n}") for n in range(8)), return_exceptions=True
    )
    given = [answer.partners_code for answer in answers if not isinstance(answer, BaseException)]
    assert sorted(map(str, given)) == ["A1", "A2", "A3"]


async def test_codes_with_a_fault_change_nothing(shop: Core) -> None:
    with pytest.raises(BadInput, match=r"codes\.1"):
        await add_codes(shop, "cinema", ["A1", " "])
    with pytest.raises(Conflict, match="partner_offer"):
        await add_codes(shop, "credit", ["A1"])
    assert await count(shop, tables.reward_codes) == 0


async def test_a_donation_reaches_its_cause(shop: Core) -> None:
    done = await redeem(shop, ref("anna"), "plant", "r1")
    async with shop.database.read() as tx:
        assert (await donations.totals(tx))["trees"].points == 30
    assert (await look_up(shop, done.voucher)).used_at == NOON


async def test_a_freed_seat_that_costs_nothing_goes_to_who_waited_longest(shop: Core, clock: Watch) -> None:
    await joins(shop, CHARLIE)
    codes = [(await redeem(shop, ref(who), "tasting", who)).voucher for who in ("anna", "bence")]
    assert await refused(shop, "tasting", "charlie") == "sold_out"
    assert (await waiting.join(shop, ref("charlie"), "tasting")).place == 1
    assert (await waiting.join(shop, ref("charlie"), "tasting")).place == 1
    await cancel(shop, codes[0], "ill")
    [seat] = await of_member(shop, ref("charlie"))
    assert (seat.reward, await count(shop, tables.waiting)) == ("tasting", 0)
    assert await said(shop) == [
        f"Bean & Leaf: a place came free, and it is yours: Tasting. Show this code there: {seat.code}"
    ]
    assert await refused(shop, "tasting", "anna") == "sold_out"


async def test_a_freed_seat_with_a_price_is_told_to_the_first_in_line(shop: Core) -> None:
    code = (await redeem(shop, ref("anna"), "latte_art", "r1")).voucher
    await waiting.join(shop, ref("bence"), "latte_art")
    await cancel(shop, code, "ill")
    assert await of_member(shop, ref("bence")) == []
    [text] = await said(shop)
    assert "felszabadult egy hely: Latte art" in text
    assert (await redeem(shop, ref("bence"), "latte_art", "r2")).points_left == 180


async def test_who_cannot_be_told_lets_the_next_in_line_hear_of_the_seat(shop: Core) -> None:
    await joins(shop, CHARLIE)
    code = (await redeem(shop, ref("anna"), "latte_art", "r1")).voucher
    for who in ("bence", "charlie"):
        await waiting.join(shop, ref(who), "latte_art")
    async with shop.database.write() as tx:
        await chats.mark(tx, "telegram", "2222", gone_at=shop.clock())
    await cancel(shop, code, "ill")
    assert len(await said(shop)) == 1
    assert await count(shop, tables.waiting) == 0


async def test_seats_freed_at_once_go_to_different_members(shop: Core, database_url: str) -> None:
    await joins(shop, CHARLIE)
    for n in range(2):
        await grant(shop, ref("charlie"), "tasting", "host", f"g{n}")
    codes = [one.code for one in await of_member(shop, ref("charlie"))]
    for who in ("anna", "bence"):
        await waiting.join(shop, ref(who), "tasting")
    async with core(database_url) as other:
        await asyncio.gather(cancel(shop, codes[0], ""), cancel(other, codes[1], ""))
    assert [len(await of_member(shop, ref(who))) for who in ("anna", "bence")] == [1, 1]


async def test_nobody_waits_for_what_is_free_to_have_or_has_no_line(shop: Core) -> None:
    with pytest.raises(Conflict, match="there are seats"):
        await waiting.join(shop, ref("anna"), "tasting")
    with pytest.raises(Conflict, match="only experiences"):
        await waiting.join(shop, ref("anna"), "one_only")


async def test_who_waits_no_longer_is_passed_over(shop: Core) -> None:
    code = (await redeem(shop, ref("anna"), "latte_art", "r1")).voucher
    await waiting.join(shop, ref("bence"), "latte_art")
    await waiting.leave(shop, ref("bence"), "latte_art")
    await cancel(shop, code, "ill")
    assert await said(shop) == []


async def test_the_end_of_a_trial_is_told_once_three_days_before(shop: Core, clock: Watch) -> None:
    code = (await redeem(shop, ref("anna"), "premium", "r1")).voucher
    await use(shop, code, "till")
    clock.moves(days=11, seconds=-1)
    assert await remind(shop, clock.now) == 0
    clock.moves(seconds=1)
    assert await remind(shop, clock.now) == 1
    assert await remind(shop, clock.now) == 0
    assert await said(shop) == [f"Bean & Leaf: Premium beans ends on March 18, 2026. Your code: {code}"]


async def test_a_member_sees_what_they_can_have_first_then_what_is_near(shop: Core) -> None:
    await redeem(shop, ref("anna"), "free_drink", "r1")
    await redeem(shop, ref("anna"), "credit", "r2")
    shown = await catalogue(shop, ref("anna"))
    assert shown.offers is not None
    can = [one.reward.key for one in shown.offers if one.why_not is None]
    assert can == ["tasting", "cake", "one_only", "monthly", "premium", "latte_art", "plant", "credit"]
    assert [(one.reward.key, one.why_not, one.short) for one in shown.offers[len(can) :]] == [
        ("free_drink", "too_few_points", 50),
        ("december", "not_yet", 0),
        ("cinema", "sold_out", 0),
        ("richer", "not_for_you", 0),
        ("birthday", "grant_only", 0),
    ]
    assert {one.reward.key: one.left for one in shown.offers if one.left is not None} == {
        "tasting": 2, "one_only": 1, "latte_art": 1, "cinema": 0,
    }  # fmt: skip


async def test_the_next_reward_is_one_that_the_member_may_have(shop: Core) -> None:
    for n in range(2):
        await redeem(shop, ref("anna"), "free_drink", f"r{n}")
    for n in range(2):
        await redeem(shop, ref("bence"), "monthly", f"b{n}")
    told = await balance(shop, ref("anna"))
    assert told.next_reward is not None
    assert told.next_reward.key == "one_only"
    await redeem(shop, ref("bence"), "one_only", "b3")
    again = (await balance(shop, ref("anna"))).next_reward
    assert again is not None
    assert again.key == "monthly"
