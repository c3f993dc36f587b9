"""Another programme over the real past gives what it would have given, and leaves everything as it is."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import func, select

from bot.actions.core import Core
from bot.actions.intake import ActivityIn
from bot.actions.recording.record import record_many
from bot.actions.simulate import members_to_come, simulate
from bot.cli.drawing import drawn
from bot.cli.simulation_table import rows
from bot.loyalty.document import parse
from bot.loyalty.simulation import Tally
from bot.storage import tables
from tests.cast import ANNA, BENCE, CAFE, Watch, core, joins, purchase

DEARER = (
    CAFE.replace("need = 10", "need = 4")
    .replace('per = "1.00"', 'per = "0.50"')
    .replace("points = 100 }", "points = 60 }")
)
FIRST = datetime(2026, 1, 5, 9, tzinfo=UTC)


def history() -> list[ActivityIn]:
    """Two months of coffees."""
    return [
        purchase(
            str(n),
            f"{n * 13 % 40}.{n * 7 % 100:02}",
            who="bence" if n % 3 == 0 else "anna",
            coffees=n % 4,
            occurred_at=FIRST + timedelta(days=n),
        )
        for n in range(55)
    ]


async def told(cafe: Core) -> None:
    answers = await record_many(cafe, [*history(), purchase("r", None, type="refund", refunds="7")])
    assert all(not isinstance(answer, Exception) for answer in answers)


async def tallied(cafe: Core, document: str, since: datetime | None = None, until: datetime | None = None) -> Tally:
    [tally] = await simulate(cafe, [parse(document)], lambda done: None, since, until)
    return tally


async def given(cafe: Core) -> tuple[int, int]:
    """Points on the ledger, and vouchers that hold."""
    async with cafe.database.read() as tx:
        points = await tx.execute(select(func.coalesce(func.sum(tables.entries.c.points), 0)))
        held = tables.vouchers.c.cancelled_at.is_(None)
        vouchers = await tx.execute(select(func.count()).select_from(tables.vouchers).where(held))
        return int(points.scalar_one()), int(vouchers.scalar_one())


@pytest.mark.parametrize("document", [CAFE, DEARER])
async def test_the_totals_are_those_of_a_business_that_had_that_programme(
    cafe: Core, other_database_url: str, clock: Watch, document: str
) -> None:
    await told(cafe)
    tally = await tallied(cafe, document)
    async with core(other_database_url, clock, document) as elsewhere:
        await joins(elsewhere, ANNA, BENCE)
        await told(elsewhere)
        assert (tally.points, tally.grants.total()) == await given(elsewhere)
    assert (tally.members, tally.activities) == (2, 56)
    assert tally.months.total() == tally.points == tally.owed


async def test_a_simulation_writes_nothing(cafe: Core) -> None:
    await told(cafe)
    before = [await given(cafe), await members_to_come(cafe)]
    await tallied(cafe, DEARER)
    assert [await given(cafe), await members_to_come(cafe)] == before


async def test_only_a_part_of_the_past_is_looked_at(cafe: Core) -> None:
    await told(cafe)
    whole = await tallied(cafe, CAFE)
    middle = FIRST + timedelta(days=20)
    early, late = await tallied(cafe, CAFE, until=middle), await tallied(cafe, CAFE, since=middle)
    # The refund was told late, of something early.
    assert early.activities + late.activities == whole.activities
    assert early.points + late.points >= whole.points
    assert set(early.months) == {"2026-01"}


async def test_the_first_reward_comes_after_so_many_days(cafe: Core) -> None:
    await record_many(
        cafe,
        [
            purchase("1", "60.00", occurred_at=FIRST),
            purchase("2", "40.00", occurred_at=FIRST + timedelta(days=9)),
            purchase("3", "99.00", who="bence", occurred_at=FIRST),
        ],
    )
    tally = await tallied(cafe, CAFE)
    assert (tally.median_days, tally.rewarded, dict(tally.reached)) == (9, 1, {"free_drink": 1})
    assert (await tallied(cafe, DEARER)).first_days == {0: 2}
    assert (await tallied(cafe, CAFE.replace("points = 100 }", "points = 9999 }"))).median_days is None


async def test_two_programmes_stand_side_by_side_in_words_and_in_a_picture(cafe: Core) -> None:
    await told(cafe)
    today, other = await simulate(cafe, [parse(CAFE), parse(DEARER)], lambda done: None, None, None)
    shown = {row[0]: row[1:] for row in rows(today, other)}
    assert shown["points issued"][0] == f"{today.points:,}"
    assert shown["points issued"][1] == f"{other.points:,}"
    assert shown["given: free_drink"][:2] == (str(today.grants["free_drink"]), str(other.grants["free_drink"]))
    picture = ET.fromstring(drawn(today, other))
    bars = [title.text for title in picture.iter("{http://www.w3.org/2000/svg}title")]
    assert f"2026-01: {today.months['2026-01']:,}" in bars
    assert f"2026-02: {other.months['2026-02']:,}" in bars
    assert len(list(picture.iter("{http://www.w3.org/2000/svg}polyline"))) == 2


async def test_nobody_did_anything_and_all_is_nought(cafe: Core) -> None:
    tally = await tallied(cafe, CAFE)
    assert (tally.members, tally.points, tally.median_days) == (0, 0, None)
    assert drawn(tally, tally).startswith("<svg")
