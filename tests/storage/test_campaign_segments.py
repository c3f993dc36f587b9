"""A campaign that is for a segment is for nobody else."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.errors import BadInput
from campaigns.document import check
from tests.storage.campaign_world import ANNA, BENCE, CAFE, NINE, World, anna, bence

SEGMENT = """
[[segments]]
key = "coming_back"
name = { en = "Came more than once", hu = "Visszajárók" }
when = { purchases = { over = 1 } }
"""


def narrowed(world: World, kind: str) -> World:
    """The café whose campaign of a kind is only for those who came more than once."""
    document = CAFE.replace(f'kind = "{kind}"', f'kind = "{kind}"\nsegment = "coming_back"') + SEGMENT
    assert document.count('segment = "coming_back"') == 1
    world.programme, world.campaigns = check(document)
    return world


async def test_a_birthday_is_wished_only_to_the_segment(world: World) -> None:
    await world.join(anna(), replace(bence(), birthday=date(1985, 3, 14)))
    await world.has_bought(ANNA, NINE - timedelta(days=1), purchases=2)
    await world.has_bought(BENCE, NINE - timedelta(days=1), purchases=1)
    report = (await narrowed(world, "birthday").run_due(NINE))["birthday"]
    assert (report.audience, report.queued) == (1, 1)
    assert (await world.points(ANNA) > 0, await world.points(BENCE)) == (True, 0)


async def test_who_enters_the_segment_while_it_is_time_is_still_wished_once(world: World) -> None:
    await world.join(anna())
    narrowed(world, "birthday")
    assert (await world.run_due(NINE))["birthday"].audience == 0
    await world.has_bought(ANNA, NINE, purchases=2)
    reports = [(await world.run_due(NINE + timedelta(hours=hours)))["birthday"] for hours in (1, 2)]
    assert [report.audience for report in reports] == [1, 0]


async def test_only_the_segment_is_won_back(world: World) -> None:
    await world.join(anna(), bence())
    narrowed(world, "winback")
    [winback] = [one for one in world.campaigns if one.kind == "winback"]
    long_ago = NINE.replace(hour=12) - timedelta(days=winback.days)
    await world.has_bought(ANNA, long_ago, purchases=2)
    await world.has_bought(BENCE, long_ago, purchases=1)
    assert (await world.run_due(NINE.replace(hour=18)))[winback.key].audience == 1


@pytest.mark.parametrize("rest", ["", "\n[[rewards]]\nkey = 1\n"])
def test_a_segment_that_is_not_there_is_told_with_all_else(rest: str) -> None:
    with pytest.raises(BadInput) as caught:
        check(CAFE.replace('kind = "birthday"', 'kind = "birthday"\nsegment = "nobody"') + SEGMENT + rest)
    told = {fault.at: fault.message for fault in caught.value.faults}
    [path] = [at for at in told if at.startswith("campaigns")]
    assert path.endswith(".segment") and told[path] == 'there is no segment "nobody"'
