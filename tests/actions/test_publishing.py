"""Versions of the programme: each holds from its moment on, and the past stays as it was."""

from datetime import timedelta

import pytest

from bot.actions import publishing
from bot.actions.balance import balance
from bot.actions.core import Core
from bot.actions.recording.record import record
from bot.errors import BadInput, Conflict, NotFound
from bot.loyalty.document import parse
from tests.cast import CAFE, Watch, purchase, ref

DOUBLE = CAFE.replace("give = { points = 1,", "give = { points = 2,")
TRIPLE = CAFE.replace("give = { points = 1,", "give = { points = 3,")


async def points(cafe: Core) -> int:
    return (await balance(cafe, ref("anna"))).state.points


async def test_a_change_holds_from_the_next_activity_on_and_no_entry_changes(cafe: Core) -> None:
    await record(cafe, purchase("1", "10.00"))
    done = await publishing.publish(cafe, DOUBLE, parse)
    assert (done.version, done.changes) == (2, ['earning "spend": give.points was 1, is 2'])
    assert await points(cafe) == 10
    await record(cafe, purchase("2", "10.00"))
    assert await points(cafe) == 30


async def test_a_planned_version_begins_at_its_moment(cafe: Core, clock: Watch) -> None:
    await publishing.publish(cafe, DOUBLE, parse, since=clock() + timedelta(hours=1))
    clock.moves(minutes=59, seconds=59)
    await record(cafe, purchase("1", "10.00"))
    assert await points(cafe) == 10
    clock.moves(seconds=1)
    await record(cafe, purchase("2", "10.00"))
    assert await points(cafe) == 30


async def test_what_was_planned_still_comes_after_a_change_made_meanwhile(cafe: Core, clock: Watch) -> None:
    await publishing.publish(cafe, DOUBLE, parse, since=clock() + timedelta(days=1))
    await publishing.publish(cafe, TRIPLE, parse)
    assert (await publishing.history(cafe))[0] == 3
    clock.moves(days=1)
    assert (await publishing.history(cafe))[0] == 2


async def test_the_same_document_again_is_no_new_version(cafe: Core) -> None:
    done = await publishing.publish(cafe, CAFE, parse)
    assert (done.version, done.changes) == (1, [])
    assert len((await publishing.history(cafe))[1]) == 1


async def test_rolling_back_publishes_the_old_one_under_a_new_number(cafe: Core) -> None:
    await publishing.publish(cafe, DOUBLE, parse, note="a try")
    done = await publishing.roll_back(cafe, 1, parse)
    assert done.version == 3
    in_force, versions = await publishing.history(cafe)
    assert in_force == 3
    assert [(v.version, v.note) for v in versions] == [(3, "back to version 1"), (2, "a try"), (1, "")]
    assert versions[0].document == CAFE
    assert await publishing.compare(cafe, 1, 3) == []


async def test_a_version_that_waits_can_be_withdrawn_and_one_that_holds_cannot(cafe: Core, clock: Watch) -> None:
    await publishing.publish(cafe, DOUBLE, parse, since=clock() + timedelta(days=1))
    await publishing.withdraw(cafe, 2)
    assert len((await publishing.history(cafe))[1]) == 1
    with pytest.raises(Conflict):
        await publishing.withdraw(cafe, 1)
    with pytest.raises(NotFound):
        await publishing.withdraw(cafe, 2)


async def test_the_past_and_faults_publish_nothing(cafe: Core, clock: Watch) -> None:
    with pytest.raises(BadInput, match="lies in the past"):
        await publishing.publish(cafe, DOUBLE, parse, since=clock() - timedelta(seconds=1))
    with pytest.raises(BadInput, match=r"stamp_cards\.0\.need"):
        await publishing.publish(cafe, CAFE.replace("need = 10", "need = 0"), parse)
    assert len((await publishing.history(cafe))[1]) == 1


async def test_a_clock_that_was_put_back_finds_the_first_version(cafe: Core, clock: Watch) -> None:
    clock.moves(days=-10)
    assert (await publishing.history(cafe))[0] == 1
    assert await points(cafe) == 0
