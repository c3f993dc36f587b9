"""A word held over quiet hours is overtaken by what its reader has done since."""

from datetime import UTC, datetime

from bot.storage.tables import messages
from tests.storage.campaign_world import ANNA, World, anna

LATE = datetime(2027, 3, 14, 21, 0, tzinfo=UTC)
"""22:00 in Budapest: quiet."""


async def buys(world: World, points: int) -> None:
    earned = [{"type": "points_earned", "points": points}]
    await world.has_bought(ANNA, LATE, earned, points=points, lifetime_points=points)


async def test_a_second_purchase_at_night_leaves_one_message_that_is_true(world: World) -> None:
    await world.join(anna())
    await buys(world, 85)
    await world.run_due(LATE)
    await buys(world, 92)
    await world.run_due(LATE)

    first, second = await world.rows(messages)
    assert (first.state, first.reason) == ("suppressed", "overtaken by news")
    assert second.state == "queued"
    assert "8 points" in second.text


async def test_a_purchase_that_reaches_the_reward_takes_the_reminder_back(world: World) -> None:
    await world.join(anna())
    await buys(world, 85)
    await world.run_due(LATE)
    await buys(world, 104)
    await world.run_due(LATE)

    assert await world.states() == [("suppressed", "overtaken by news")]
