"""A programme judged by what real members did."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.actions.core import Core
from bot.actions.lint import Wanted, look, real_past
from bot.actions.recording.record import record_many
from bot.loyalty.document import parse
from bot.loyalty.linting.findings import Reached
from tests.cast import CAFE, purchase

FIRST = datetime(2026, 1, 5, 9, tzinfo=UTC)
NOW = FIRST + timedelta(days=100)


async def reached(cafe: Core, document: str) -> Reached | None:
    return await real_past(cafe, parse(document), lambda done: None)


async def test_where_nobody_has_done_anything_there_is_no_past_to_judge_by(cafe: Core) -> None:
    assert await reached(cafe, CAFE) is None


@pytest.mark.parametrize(("need", "days"), [(100, 40), (60, 0)])
async def test_the_median_member_is_a_real_one(cafe: Core, need: int, days: int) -> None:
    first = [purchase("1", "60.00", occurred_at=FIRST), purchase("2", "40.00", occurred_at=FIRST + timedelta(days=40))]
    await record_many(cafe, first)
    document = CAFE.replace("points = 100 }", f"points = {need} }}")
    past = await reached(cafe, document)
    assert past == Reached(members=1, rewarded=1, median_days=days)
    late = [one.message for one in look(parse(document), Wanted(days=30), NOW, past) if one.at == "rewards"]
    assert len(late) == (days > 30) and all("only after 40 days" in message for message in late)


async def test_a_reward_that_most_members_never_reach_is_told_with_their_share(cafe: Core) -> None:
    await record_many(cafe, [purchase("1", "60.00", occurred_at=FIRST), purchase("2", "9.00", who="bence")])
    past = await reached(cafe, CAFE)
    [late] = [one.message for one in look(parse(CAFE), Wanted(), NOW, past) if one.at == "rewards"]
    assert "of 2 members 0% would ever have had one" in late
