"""What providers say of messages later, on both databases."""

import pytest

from bot.messages import Inbound, Receipt, ReceiptState
from bot.storage import chats
from bot.storage.tables import addresses, consents, messages
from campaigns.receipts import take
from tests.storage.campaign_world import NINE, World, anna, message


async def told(world: World, state: ReceiptState, name: str = "p1", **what: bool) -> bool:
    async with world.database.write() as tx:
        return await take(tx, Receipt("telegram", name, state, "4.2.2", **what), world.channels, world.clock())


async def sent(world: World, name: str = "p1") -> None:
    draft = message()
    await world.queue(draft)
    async with world.database.write() as tx:
        named = messages.update().where(messages.c.id == draft.message.id)
        await tx.execute(named.values(state="sent", provider_id=name))


async def telegram(world: World) -> tuple[object, object, object]:
    [row] = [row for row in await world.rows(addresses) if row.channel == "telegram"]
    return row.gone_at, row.stopped_at, row.marketing


@pytest.mark.parametrize(
    ("order", "end"),
    [
        ([ReceiptState.SENT, ReceiptState.DELIVERED, ReceiptState.READ], "read"),
        ([ReceiptState.READ, ReceiptState.DELIVERED, ReceiptState.SENT], "read"),
        ([ReceiptState.DELIVERED, ReceiptState.SENT, ReceiptState.DELIVERED], "delivered"),
        ([ReceiptState.DELIVERED, ReceiptState.FAILED], "delivered"),
        ([ReceiptState.FAILED, ReceiptState.SENT], "failed"),
    ],
)
async def test_receipts_out_of_order_never_take_a_message_back(
    world: World, order: list[ReceiptState], end: str
) -> None:
    await sent(world)
    for state in order:
        await told(world, state)
    assert (await world.states())[0][0] == end


async def test_a_receipt_that_tells_of_a_dead_number_marks_the_address_and_keeps_the_first_time(world: World) -> None:
    await world.join(anna())
    await sent(world)
    assert await told(world, ReceiptState.FAILED, address_gone=True)
    world.clock.pass_by(days=1)
    assert not await told(world, ReceiptState.FAILED, address_gone=True)
    assert await telegram(world) == (NINE, None, True)


async def test_a_receipt_for_nothing_we_sent_changes_nothing(world: World) -> None:
    assert not await told(world, ReceiptState.DELIVERED, opted_out=True)


@pytest.mark.parametrize("before", [None, ReceiptState.DELIVERED, ReceiptState.READ, ReceiptState.FAILED])
async def test_a_complaint_opts_out_however_far_the_message_got_and_is_written_down_once(
    world: World, before: ReceiptState | None
) -> None:
    await world.join(anna())
    await sent(world)
    if before is not None:
        await told(world, before)
    for _ in range(2):
        await told(world, ReceiptState.DELIVERED, opted_out=True)
        world.clock.pass_by(days=1)
    assert await telegram(world) == (None, NINE, False)
    [said] = await world.rows(consents)
    assert (said.channel, said.granted, said.source, said.at) == ("telegram", False, "provider", NINE)


async def bounced(world: World, *after_days: float) -> None:
    """One message after the other that could not be delivered for now."""
    for number, days in enumerate(after_days):
        world.clock.pass_by(days=days)
        await sent(world, f"p{number}")
        await told(world, ReceiptState.FAILED, f"p{number}", unreachable=True)


@pytest.mark.parametrize(
    ("after_days", "gone"),
    [((0, 2, 2), True), ((0, 1, 1), False), ((0, 9), False), ((0, 40, 40), False), ((0, 70, 2, 2), True)],
)
async def test_an_address_that_cannot_be_reached_for_days_is_gone(
    world: World, after_days: tuple[float, ...], gone: bool
) -> None:
    await world.join(anna())
    await bounced(world, *after_days)
    assert await telegram(world) == (world.clock() if gone else None, None, True)


async def test_a_message_that_arrived_between_two_failures_ends_their_row(world: World) -> None:
    await world.join(anna())
    await bounced(world, 0, 2)
    await sent(world, "arrived")
    await bounced(world, 2)
    assert (await telegram(world))[0] is None


async def test_an_address_that_was_heard_from_meanwhile_is_not_gone(world: World) -> None:
    await world.join(anna())
    await bounced(world, 0, 2)
    async with world.database.write() as tx:
        await chats.note(tx, [Inbound("telegram", "101", "u1", "balance", world.clock())])
    world.clock.pass_by(days=2)
    await sent(world, "last")
    await told(world, ReceiptState.FAILED, "last", unreachable=True)
    assert (await telegram(world))[0] is None
