"""Tiers as they are kept: what time takes is told once, and a refund takes back what its purchase counted."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from bot.actions.balance import balance
from bot.actions.core import Core
from bot.actions.recording.record import record
from bot.actions.settle import settle_due
from bot.storage.tables import activities, news
from tests.actions.asking import unbroken
from tests.cast import ANNA, BENCE, CAFE, Watch, core, joins, purchase, ref

TIERS = (
    CAFE
    + '[[tiers]]\nkey = "silver"\nname = "Silver"\nfrom = "300.00"\n'
    + '[[tiers]]\nkey = "gold"\nname = "Gold"\nfrom = "1000.00"\n'
)
YEARS = 2 * 365 + 30


@pytest.fixture
async def cafe(database_url: str, clock: Watch) -> AsyncIterator[Core]:
    async with core(database_url, clock, TIERS) as cafe:
        await joins(cafe, ANNA, BENCE)
        yield cafe
        await unbroken(cafe)


async def said_of_tiers(cafe: Core) -> list[dict[str, Any]]:
    """Everything that was ever told of tiers, in its order."""
    async with cafe.database.read() as tx:
        rows = await tx.execute(select(activities.c.outcomes).order_by(activities.c.id))
        return [outcome for kept in rows.scalars() for outcome in kept if outcome["type"].startswith("tier_")]


async def tier(cafe: Core) -> str:
    return (await balance(cafe, ref("anna"))).state.tier


REACHED = {"type": "tier_reached", "tier": "gold", "from": None}
LOST = {"type": "tier_lost", "tier": "gold", "to": None}


async def test_a_tick_takes_the_tier_whose_time_is_over_and_tells_it_once(cafe: Core, clock: Watch) -> None:
    await record(cafe, purchase("1", "1000.00"))
    assert await settle_due(cafe, clock.now) == 0
    clock.moves(days=YEARS)
    assert [await settle_due(cafe, clock.now) for _ in range(2)] == [1, 0]
    await record(cafe, purchase("2", "1.00"))
    assert await said_of_tiers(cafe) == [REACHED, LOST]
    async with cafe.database.read() as tx:
        of_news = select(activities.c.type).join(news, news.c.activity_id == activities.c.id)
        assert "tier_lost" in (await tx.execute(of_news)).scalars().all()


async def test_without_a_tick_the_next_purchase_finds_and_tells_it(cafe: Core, clock: Watch) -> None:
    await record(cafe, purchase("1", "1000.00"))
    clock.moves(days=YEARS)
    assert await tier(cafe) == ""
    await record(cafe, purchase("2", "1.00"))
    assert await settle_due(cafe, clock.now) == 0
    assert await said_of_tiers(cafe) == [REACHED, LOST]


async def test_a_refund_takes_the_tier_that_rested_on_its_purchase(cafe: Core, clock: Watch) -> None:
    await record(cafe, purchase("1", "400.00"))
    await record(cafe, purchase("2", "600.00"))
    assert await tier(cafe) == "gold"
    clock.moves(days=1)
    await record(cafe, purchase("3", type="refund", refunds="2"))
    assert await tier(cafe) == "silver"
    assert (await said_of_tiers(cafe))[-1] == {"type": "tier_lost", "tier": "gold", "to": "silver"}


async def test_a_refund_after_the_tier_is_over_tells_nothing_more(cafe: Core, clock: Watch) -> None:
    await record(cafe, purchase("1", "1000.00"))
    clock.moves(days=YEARS)
    await settle_due(cafe, clock.now)
    await record(cafe, purchase("2", type="refund", refunds="1"))
    assert await said_of_tiers(cafe) == [REACHED, LOST]
    assert (await balance(cafe, ref("anna"))).state.progress.get("tiers", {}).get("life", 0) == 0
