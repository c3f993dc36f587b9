import asyncio

import pytest
from sqlalchemy import select

from bot.actions.balance import balance, history
from bot.actions.core import Core
from bot.actions.recording.record import record
from bot.actions.redeem import redeem
from bot.actions.vouchers import look_up, use
from bot.errors import Conflict, NotFound
from bot.loyalty.codes import ALPHABET, tidy
from bot.storage import tables
from tests.actions.asking import count
from tests.cast import NOON, Watch, core, purchase, ref


@pytest.fixture
async def rich(cafe: Core) -> Core:
    """Anna has 130 points in three lots, Bence has 250 in one."""
    for number, amount in enumerate(("40.00", "50.00", "40.00")):
        await record(cafe, purchase(str(number), amount))
    await record(cafe, purchase("bence", "250.00", who="bence"))
    return cafe


async def points(core: Core, who: str = "anna") -> int:
    return (await balance(core, ref(who))).state.points


async def test_a_reward_costs_its_points_and_gives_a_voucher(rich: Core) -> None:
    done = await redeem(rich, ref("anna"), "free_drink", "r1")
    assert (done.reward, done.points_left, done.duplicate) == ("free_drink", 30, False)
    voucher = await look_up(rich, done.voucher)
    assert (voucher.reward, voucher.because, voucher.issued_at, voucher.used_at) == (
        "free_drink",
        "redemption",
        NOON,
        None,
    )
    newest, *_ = await history(rich, ref("anna"), 10, None)
    assert (newest.kind, newest.points, newest.rule) == ("redeem", -100, "free_drink")
    assert (await balance(rich, ref("anna"))).state.lifetime_points == 130


async def test_the_oldest_lots_pay(rich: Core) -> None:
    await redeem(rich, ref("anna"), "free_drink", "r1")
    async with rich.database.read() as tx:
        rows = await tx.execute(select(tables.lots.c.remaining).order_by(tables.lots.c.entry_id))
    assert list(rows.scalars()) == [0, 0, 30, 250]


async def test_the_same_request_gives_the_same_voucher_and_costs_once(rich: Core) -> None:
    first = await redeem(rich, ref("bence"), "free_drink", "r1")
    again = await redeem(rich, ref("bence"), "free_drink", "r1")
    assert (again.voucher, again.points_left, again.duplicate) == (first.voucher, first.points_left, True)
    assert await points(rich, "bence") == 150


async def test_the_request_of_one_is_not_that_of_another(rich: Core) -> None:
    await redeem(rich, ref("bence"), "free_drink", "r1")
    with pytest.raises(Conflict, match="another redemption"):
        await redeem(rich, ref("anna"), "free_drink", "r1")
    assert await points(rich) == 130


async def test_with_too_few_points_nothing_is_changed(rich: Core) -> None:
    await redeem(rich, ref("anna"), "free_drink", "r1")
    with pytest.raises(Conflict, match="70 points short of 100") as caught:
        await redeem(rich, ref("anna"), "free_drink", "r2")
    assert caught.value.facts == {"why": "too_few_points", "short": 70}
    assert (await points(rich), await count(rich, tables.vouchers)) == (30, 1)
    await record(rich, purchase("more", "70.00"))
    assert (await redeem(rich, ref("anna"), "free_drink", "r2")).points_left == 0


async def test_an_unknown_reward_or_member_is_told(rich: Core) -> None:
    with pytest.raises(NotFound, match='there is no reward "cake"; there are: free_drink'):
        await redeem(rich, ref("anna"), "cake", "r1")
    with pytest.raises(NotFound):
        await redeem(rich, ref("charlie"), "free_drink", "r1")


async def test_of_fifty_at_once_only_as_many_get_a_voucher_as_the_points_cover(rich: Core, database_url: str) -> None:
    async with core(database_url) as other:
        answers = await asyncio.gather(
            *(redeem((rich, other)[n % 2], ref("anna"), "free_drink", f"r{n}") for n in range(50)),
            return_exceptions=True,
        )
    assert sorted(type(answer).__name__ for answer in answers) == [*["Conflict"] * 49, "Redeemed"]
    assert (await points(rich), await count(rich, tables.vouchers)) == (30, 1)


async def test_fifty_times_the_same_request_at_once_is_one_redemption(rich: Core, database_url: str) -> None:
    async with core(database_url) as other:
        answers = await asyncio.gather(
            *(redeem((rich, other)[n % 2], ref("bence"), "free_drink", "r1") for n in range(50))
        )
    assert len({answer.voucher for answer in answers}) == 1
    assert sum(not answer.duplicate for answer in answers) == 1
    assert await points(rich, "bence") == 150


async def test_one_request_told_of_two_members_at_once_is_one_redemption(rich: Core, database_url: str) -> None:
    async with core(database_url) as other:
        for n in range(1, 3):
            answers = await asyncio.gather(
                redeem(rich, ref("bence"), "free_drink", f"r{n}"),
                redeem(other, ref("anna"), "free_drink", f"r{n}"),
                return_exceptions=True,
            )
            assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "Redeemed"]


async def test_buying_and_redeeming_at_once_loses_nothing(rich: Core) -> None:
    await asyncio.gather(
        *(record(rich, purchase(f"p{n}", "10.00", who="bence")) for n in range(20)),
        *(redeem(rich, ref("bence"), "free_drink", f"r{n}") for n in range(2)),
    )
    assert await points(rich, "bence") == 250 + 200 - 200


async def test_a_voucher_is_used_once_and_a_second_time_says_when_and_where(rich: Core, clock: Watch) -> None:
    code = (await redeem(rich, ref("anna"), "free_drink", "r1")).voucher
    used = await use(rich, code, "Main Street")
    assert (used.used_at, used.used_where) == (NOON, "Main Street")
    clock.moves(hours=3)
    with pytest.raises(Conflict, match=r"used at 2026-03-04T12:00:00\+00:00 \(Main Street\)") as caught:
        await use(rich, code, "Station")
    assert caught.value.facts == {"used_at": NOON.isoformat(), "used_where": "Main Street"}
    assert await look_up(rich, code) == used


async def test_of_twenty_tills_at_once_one_takes_the_voucher(rich: Core, database_url: str) -> None:
    code = (await redeem(rich, ref("anna"), "free_drink", "r1")).voucher
    async with core(database_url) as other:
        answers = await asyncio.gather(
            *(use((rich, other)[n % 2], code, f"till {n}") for n in range(20)), return_exceptions=True
        )
    [used] = [answer for answer in answers if not isinstance(answer, BaseException)]
    refused = [str(answer) for answer in answers if isinstance(answer, Conflict)]
    assert len(refused) == 19
    assert all(f"({used.used_where})" in words for words in refused)


async def test_a_code_is_taken_as_people_type_it(rich: Core) -> None:
    code = (await redeem(rich, ref("anna"), "free_drink", "r1")).voucher
    assert (await look_up(rich, f" {code.lower().replace('-', ' ')} ")).code == code


async def test_every_slip_of_one_letter_is_noticed(rich: Core) -> None:
    code = (await redeem(rich, ref("anna"), "free_drink", "r1")).voucher
    slips = {code[:i] + letter + code[i + 1 :] for i in range(len(code)) for letter in ALPHABET if code[i] != "-"}
    assert [slip for slip in slips if tidy(slip)] == [code]


@pytest.mark.parametrize("code", ["", "-", "A", "0000-0000-0000", "ÁÉÍÓ", "2222-2222-2222", "%' OR 1=1 --"])
async def test_a_code_that_is_none_is_not_found(rich: Core, code: str) -> None:
    with pytest.raises(NotFound, match="typing error"):
        await use(rich, code, "till")
