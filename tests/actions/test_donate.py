"""Points for good causes, purchases rounded up, and what the business gives for each."""

import asyncio
from typing import Any

import pytest

from bot.actions.balance import balance
from bot.actions.core import Core
from bot.actions.donate import choose_round_up, donate, giving, statement
from bot.actions.enrol import erase
from bot.actions.intake import ActivityIn
from bot.actions.recording.record import record
from bot.errors import Conflict, NotFound
from bot.storage import tables
from bot.storage.donations import Total
from tests.actions.asking import count, unbroken
from tests.cast import ANNA, BENCE, CAFE, Watch, core, joins, purchase, ref

CAUSES = CAFE + '\n[[causes]]\nkey = "trees"\nname = "Trees"\n[[causes]]\nkey = "dogs"\nname = "Dogs"\n'
IMPACT = CAUSES + 'per_purchase = "0.10"\n[guests]\n'


@pytest.fixture
async def kind(database_url: str, clock: Watch) -> Any:
    """Anna has 100 points; there are two causes."""
    async with core(database_url, clock, CAUSES) as cafe:
        await joins(cafe, ANNA, BENCE)
        await record(cafe, purchase("points", "100.00"))
        yield cafe
        await unbroken(cafe)


def refund(number: str, of: str, **more: Any) -> ActivityIn:
    told = {"type": "refund", "source": "till", "id": number, "member": {"external_id": "anna"}, "refunds": of}
    return ActivityIn.model_validate({**told, **more})


async def money(core: Core, cause: str = "trees") -> int:
    return (await giving(core)).totals.get(cause, Total()).money


async def test_points_go_to_a_cause_once(kind: Core) -> None:
    done = await donate(kind, ref("anna"), "trees", 30, "d1")
    again = await donate(kind, ref("anna"), "trees", 30, "d1")
    assert (done.duplicate, again.duplicate, again.donation) == (False, True, done.donation)
    assert (await balance(kind, ref("anna"))).state.points == 70
    shown = await giving(kind, ref("anna"))
    assert (shown.totals, shown.mine) == ({"trees": Total(30, 0)}, {"trees": Total(30, 0)})
    assert (await giving(kind, ref("bence"))).mine == {}


async def test_what_is_not_there_cannot_be_donated_nor_to_whom_is_not(kind: Core) -> None:
    with pytest.raises(Conflict, match="1 points short"):
        await donate(kind, ref("anna"), "trees", 101, "d1")
    with pytest.raises(NotFound, match="there are: trees, dogs"):
        await donate(kind, ref("anna"), "cats", 1, "d2")
    await donate(kind, ref("anna"), "trees", 1, "d3")
    with pytest.raises(Conflict, match="another donation"):
        await donate(kind, ref("anna"), "dogs", 1, "d3")


async def test_of_twenty_donations_at_once_only_what_was_there_is_given(kind: Core, database_url: str) -> None:
    async with core(database_url) as other:
        answers = await asyncio.gather(
            *(donate((kind, other)[n % 2], ref("anna"), "trees", 15, f"d{n}") for n in range(20)),
            return_exceptions=True,
        )
    assert sorted(type(answer).__name__ for answer in answers) == [*["Conflict"] * 14, *["Donated"] * 6]
    assert (await giving(kind)).totals == {"trees": Total(90, 0)}


async def test_who_chose_so_gives_what_is_missing_to_the_next_whole_sum(kind: Core) -> None:
    await record(kind, purchase("before", "1.50"))
    await choose_round_up(kind, ref("anna"), "trees")
    await record(kind, purchase("1", "7.35"))
    await record(kind, purchase("2", "7.00"))
    await record(kind, purchase("3", "0.01"))
    await record(kind, purchase("3", "0.01"))
    await record(kind, purchase("bences", "0.01", who="bence"))
    assert await money(kind) == 65 + 99
    await choose_round_up(kind, ref("anna"), "dogs")
    await record(kind, purchase("4", "7.35"))
    await choose_round_up(kind, ref("anna"), None)
    await record(kind, purchase("5", "7.35"))
    assert (await money(kind), await money(kind, "dogs")) == (65 + 99, 65)


async def test_a_purchase_from_before_the_choice_was_not_rounded_up(kind: Core, clock: Watch) -> None:
    yesterday = clock.now
    clock.moves(days=1)
    await choose_round_up(kind, ref("anna"), "trees")
    await record(kind, purchase("late", "7.35", occurred_at=yesterday))
    assert await money(kind) == 0


@pytest.mark.parametrize("first", ["purchase", "refund"])
async def test_a_purchase_refunded_wholly_gives_nothing(kind: Core, first: str) -> None:
    await choose_round_up(kind, ref("anna"), "trees")
    told = [purchase("1", "7.35"), refund("r1", "1")]
    for one in told if first == "purchase" else told[::-1]:
        await record(kind, one)
    assert await money(kind) == 0


async def test_a_purchase_refunded_in_part_keeps_its_gift_until_the_last_part(kind: Core) -> None:
    await choose_round_up(kind, ref("anna"), "trees")
    await record(kind, purchase("1", "7.35"))
    await record(kind, refund("r1", "1", amount="3.00"))
    assert await money(kind) == 65
    await record(kind, refund("r2", "1", amount="4.35"))
    assert await money(kind) == 0
    _, lines = await statement(kind, ref("anna"), 10, None)
    assert [line.money for line in lines] == [-65, 65]


async def test_the_business_gives_for_every_purchase_also_of_guests(database_url: str, clock: Watch) -> None:
    async with core(database_url, clock, IMPACT) as cafe:
        await joins(cafe, ANNA)
        await record(cafe, purchase("1", "7.35"))
        await record(cafe, purchase("2", "5.00"))
        told = {"type": "purchase", "source": "till", "id": "guest", "amount": "5.00"}
        await record(cafe, ActivityIn.model_validate(told))
        assert await money(cafe, "dogs") == 30
        await record(cafe, refund("r", "2"))
        assert await money(cafe, "dogs") == 20


async def test_a_choice_for_a_cause_that_is_gone_counts_no_more(kind: Core) -> None:
    with pytest.raises(NotFound, match="no cause"):
        await choose_round_up(kind, ref("anna"), "cats")
    await choose_round_up(kind, ref("anna"), "trees")
    assert (await giving(kind, ref("anna"))).round_up == "trees"


async def test_what_a_member_chose_is_forgotten_with_them(kind: Core) -> None:
    await choose_round_up(kind, ref("anna"), "trees")
    await erase(kind, ref("anna"))
    assert await count(kind, tables.choices) == 0
