"""Goals that are kept, and reasons looked up, with the database behind them."""

from dataclasses import replace

from bot.actions.core import Core
from bot.actions.enrol import NewMember, enrol
from bot.actions.give import give
from bot.actions.intake import MemberRef
from bot.actions.recording.record import record
from bot.messages import Outbound, Purpose
from bot.storage import attempts, outbox
from tests.actions.test_converse import says
from tests.cast import NOON, Watch, purchase

ANNA = {"address": "+36301111111", "channel": "sms"}


async def test_a_goal_is_kept_and_followed(cafe: Core, clock: Watch) -> None:
    assert "What would you like to save for?" in await says(cafe, "goal", **ANNA)
    assert (await says(cafe, "1", **ANNA)).splitlines()[:2] == ["Your goal: Any drink", "100 points to go."]
    clock.moves(days=10)
    await record(cafe, purchase("1", "30.00", occurred_at=clock().isoformat()))
    assert (await says(cafe, "goal", **ANNA)).splitlines() == [
        "Your goal: Any drink",
        "70 points to go.",
        "At your pace, about 21 points a week, you have it by April 7, 2026.",
    ]
    assert "You have no goal now" in await says(cafe, "goal none", **ANNA)
    assert "What would you like to save for?" in await says(cafe, "goal", **ANNA)


async def test_why_tells_of_the_last_message_that_left_and_the_last_points(cafe: Core, clock: Watch) -> None:
    assert "nothing to explain" in await says(cafe, "why", **ANNA)
    await record(cafe, purchase("1", "12.99"))
    sent = Outbound(7, "sms", "+36301111111", Purpose.MARKETING, "Happy birthday!")
    async with cafe.database.write() as tx:
        await outbox.add(tx, [outbox.Draft(sent, None, "birthday")], NOON, leased=True)
        waiting = replace(sent, id=8)
        await outbox.add(tx, [outbox.Draft(waiting, None, "winback")], NOON)
        await attempts.settle(tx, [attempts.Settled(7, 1, "sent")], NOON)
    told = (await says(cafe, "why", **ANNA)).splitlines()
    assert told == [
        "Our message of March 4, 2026 came because it was your birthday.",
        "You agreed to news here on March 4, 2026. To get no more, write: STOP",
        "+12 points on March 4, 2026, for €12.99.",
        "The rule: 1 point for every €1 you spend",
        "For everything that came and went, write: history",
    ]


async def test_a_gift_is_told_whole_though_several_lots_paid_for_it(cafe: Core) -> None:
    bence = MemberRef(external_id=(await enrol(cafe, NewMember(name="Bence", external_id="2"))).external_id)
    for order in ("1", "2"):
        await record(cafe, purchase(order, "12.00"))
    await give(cafe, MemberRef(phone=ANNA["address"]), bence, 20, "gift")
    assert (await says(cafe, "why", **ANNA)).splitlines()[0] == "-20 points on March 4, 2026: a gift you gave."
    await give(cafe, bence, MemberRef(phone=ANNA["address"]), 15, "back")
    told = (await says(cafe, "why", **ANNA)).splitlines()
    assert "+15 points on March 4, 2026: a gift you got." in told


async def test_nobody_is_told_of_anothers_messages(cafe: Core) -> None:
    sent = Outbound(7, "telegram", "9999", Purpose.MARKETING, "Happy birthday!")
    async with cafe.database.write() as tx:
        await outbox.add(tx, [outbox.Draft(sent, None, "birthday")], NOON, leased=True)
        await attempts.settle(tx, [attempts.Settled(7, 1, "sent")], NOON)
    assert "nothing to explain" in await says(cafe, "why", **ANNA)
    assert "it was your birthday" in await says(cafe, "why", "9999")
