"""Budgets of senders hold across processes."""

import asyncio
from datetime import datetime, timedelta

from bot.storage import senders
from tests.storage.campaign_world import NINE, World


async def take(world: World, wanted: int, now: datetime, rate: float = 10) -> int:
    async with world.database.write() as tx:
        budget = await senders.lock(tx, "bot", rate, now)
        count = min(budget.left, wanted)
        await senders.spend(tx, budget, count)
    return count


async def test_a_second_is_worth_the_rate_and_a_tenth_of_it_one_message(world: World) -> None:
    assert await take(world, 100, NINE) == 10
    assert await take(world, 100, NINE) == 0
    assert await take(world, 100, NINE + timedelta(milliseconds=99)) == 0
    assert await take(world, 100, NINE + timedelta(milliseconds=100)) == 1
    assert await take(world, 100, NINE + timedelta(minutes=5)) == 10


async def test_a_slow_sender_may_send_one_and_then_waits(world: World) -> None:
    assert await take(world, 5, NINE, rate=0.5) == 1
    assert await take(world, 5, NINE + timedelta(seconds=1.9), rate=0.5) == 0
    assert await take(world, 5, NINE + timedelta(seconds=2), rate=0.5) == 1


async def test_over_ten_seconds_no_more_than_the_rate_leaves_however_often_one_asks(world: World) -> None:
    moments = [NINE + timedelta(milliseconds=137 * i) for i in range(10_000 // 137)]
    total = sum([await take(world, 100, moment, rate=3) for moment in moments])
    assert 3 * 10 - 1 <= total <= 3 * 10 + 3


async def test_the_budget_says_when_one_more_may_go(world: World) -> None:
    await take(world, 10, NINE)
    async with world.database.write() as tx:
        budget = await senders.lock(tx, "bot", 10, NINE)
    assert budget.next_at == NINE + timedelta(milliseconds=100)


async def test_a_pause_only_ever_grows(world: World) -> None:
    async with world.database.write() as tx:
        for seconds in (30, 10):
            await senders.pause(tx, "bot", NINE + timedelta(seconds=seconds), NINE)
        budget = await senders.lock(tx, "bot", 10, NINE)
    assert budget.paused_until == budget.next_at == NINE + timedelta(seconds=30)


async def test_two_processes_share_one_budget(two_worlds: tuple[World, World]) -> None:
    taken = await asyncio.gather(*(take(world, 7, NINE) for world in two_worlds * 3))
    assert sum(taken) == 10
