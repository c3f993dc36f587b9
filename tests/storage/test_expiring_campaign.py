"""Anna's points are about to end: she is told in time, once, and of nothing that does not end."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.storage.ids import new_id
from bot.storage.ledger import Entry, credit, post
from bot.storage.standings import lock, save
from bot.storage.tables import addresses, messages, standings
from campaigns.document import check
from tests.storage.campaign_world import ANNA, CAFE, World, anna

WARNING = """
[[campaigns]]
key = "ending"
kind = "expiring"
days_before = 30
at = "10:00"
text = "{{ points }} end after {{ day }}."
"""
EARNED = datetime(2026, 3, 31, 12, tzinfo=UTC)
FIRST_DAY = datetime(2027, 3, 1, 9, tzinfo=UTC)
"""10:00 in Budapest, thirty days before 31 March."""


@pytest.fixture
async def shop(world: World) -> World:
    return await ruled(world, "months = 12")


async def ruled(world: World, rule: str) -> World:
    world.programme, world.campaigns = check(CAFE.partition("[[campaigns]]")[0] + f"[expiry]\n{rule}\n" + WARNING)
    await world.join(anna())
    return world


async def earns(world: World, points: int, at: datetime) -> None:
    async with world.database.write() as tx:
        state = (await lock(tx, [ANNA]))[ANNA]
        state, line = credit(world.programme, state, Entry(new_id(), ANNA, "earn", points, "spend", None, at))
        await post(tx, [line])
        await save(tx, {ANNA: state})


async def told(world: World, now: datetime) -> list[str]:
    """All that was said up to that moment, when campaigns ran at it."""
    await world.run_due(now)
    return [row.text for row in await world.rows(messages)]


async def test_the_word_comes_thirty_days_before_and_once(shop: World) -> None:
    await earns(shop, 20, EARNED)
    assert await told(shop, FIRST_DAY - timedelta(days=1)) == []
    for days in (0, 0, 1, 29):
        assert await told(shop, FIRST_DAY + timedelta(days=days)) == ["20 points end after March 31, 2027."]


async def test_what_ends_soon_after_is_told_with_it_and_what_ends_later_on_its_own(shop: World) -> None:
    for days, points in ((0, 20), (30, 5), (31, 100)):
        await earns(shop, points, EARNED + timedelta(days=days))
    first = "25 points end after March 31, 2027."
    assert await told(shop, FIRST_DAY) == [first]
    assert await told(shop, FIRST_DAY + timedelta(days=30)) == [first]
    assert await told(shop, FIRST_DAY + timedelta(days=31)) == [first, "100 points end after May 1, 2027."]


async def test_nobody_is_told_of_what_was_spent_or_is_gone(shop: World) -> None:
    await earns(shop, 20, EARNED)
    assert await told(shop, datetime(2027, 4, 1, 9, tzinfo=UTC)) == []


async def test_a_purchase_moves_the_end_and_the_word(world: World) -> None:
    shop = await ruled(world, "inactive_months = 12")
    await earns(shop, 20, EARNED)
    bought = EARNED + timedelta(days=31)
    async with shop.database.write() as tx:
        await tx.execute(update(standings).values(last_purchase_at=bought))
    assert await told(shop, FIRST_DAY) == []
    assert await told(shop, FIRST_DAY + timedelta(days=31)) == ["20 points end after May 1, 2027."]


@pytest.mark.parametrize(("consent", "stopped", "expected"), [(None, None, 1), (False, None, 1), (True, EARNED, 0)])
async def test_it_is_a_notice_that_needs_no_consent_but_no_stop_either(
    world: World, consent: bool | None, stopped: datetime | None, expected: int
) -> None:
    shop = await ruled(world, "months = 12")
    await shop.change(addresses, marketing=consent, stopped_at=stopped)
    await earns(shop, 20, EARNED)
    assert len(await told(shop, FIRST_DAY)) == expected
    assert all(row.purpose == "notice" for row in await shop.rows(messages))
