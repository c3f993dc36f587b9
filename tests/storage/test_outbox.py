"""The outbox: claims, leases, settlements and receipts."""

import asyncio
from datetime import timedelta

import pytest

from bot.messages import Button, Outbound, Purpose, Receipt, ReceiptState
from bot.storage import outbox
from bot.storage.ids import new_id
from bot.storage.outbox import LEASE, Draft, Leased, Settled
from bot.storage.tables import addresses, messages
from tests.storage.campaign_world import ANNA, NINE, World, anna, message


async def claim(world: World, purpose: Purpose = Purpose.MARKETING, most: int = 10) -> list[Leased]:
    async with world.database.write() as tx:
        return await outbox.claim(tx, "telegram", purpose, world.clock(), most, world.clock() + LEASE)


async def settle(world: World, *ended: Settled) -> None:
    async with world.database.write() as tx:
        await outbox.settle(tx, ended, world.clock())


async def told(world: World, state: ReceiptState, address_gone: bool = False) -> bool:
    async with world.database.write() as tx:
        return await outbox.receipt(tx, Receipt("telegram", "p1", state, address_gone=address_gone), world.clock())


async def sent(world: World) -> None:
    await world.queue(message())
    [lease] = await claim(world)
    await settle(world, Settled(lease.message.id, 1, "sent", provider_id="p1"))


async def test_what_was_put_in_comes_out_the_same(world: World) -> None:
    whole = Outbound(
        new_id(), "telegram", "101", Purpose.NOTICE, "Szia 👋", "Tárgy", (Button("Igen", "yes"),), thread="<1@x>"
    )
    await world.queue(Draft(whole, ANNA, "birthday"))
    [lease] = await claim(world, Purpose.NOTICE)
    assert lease == Leased(whole, 1, NINE + LEASE, NINE)


async def test_the_longest_due_comes_first_and_what_is_not_due_does_not_come(world: World) -> None:
    await world.queue(
        message(text="second"),
        message(text="first", due_at=NINE - timedelta(hours=1)),
        message(text="later", due_at=NINE + timedelta(seconds=1)),
    )
    assert [lease.message.text for lease in await claim(world)] == ["first", "second"]
    assert await claim(world) == []


async def test_other_channels_and_purposes_stay_where_they_are(world: World) -> None:
    await world.queue(message(channel="sms"), message(Purpose.REPLY))
    assert await claim(world) == []
    async with world.database.read() as tx:
        assert await outbox.due_channels(tx, ["telegram", "sms", "email"], NINE) == ["sms", "telegram"]
        assert await outbox.due_channels(tx, ["email"], NINE) == []
        assert await outbox.due_channels(tx, [], NINE) == []


async def test_two_workers_never_get_the_same_message(two_worlds: tuple[World, World]) -> None:
    one, other = two_worlds
    await one.queue(*(message() for _ in range(200)))
    batches = await asyncio.gather(*(claim(world, most=50) for world in (one, other, one, other)))
    claimed = [lease.message.id for batch in batches for lease in batch]
    assert len(claimed) == len(set(claimed))
    rest = [lease.message.id for lease in await claim(one, most=500)]
    assert len({*claimed, *rest}) == len(claimed) + len(rest) == 200


async def test_an_attempt_that_was_put_back_does_not_count(world: World) -> None:
    await world.queue(message())
    [lease] = await claim(world)
    await settle(world, Settled(lease.message.id, 1, "queued", due_at=NINE, counted=False))
    [again] = await claim(world)
    assert again.attempts == 1
    await settle(world, Settled(lease.message.id, 1, "queued", "busy", due_at=NINE))
    assert (await claim(world))[0].attempts == 2


async def test_a_worker_that_lost_its_lease_cannot_undo_what_the_next_one_did(world: World) -> None:
    await world.queue(message(Purpose.NOTICE))
    [slow] = await claim(world, Purpose.NOTICE)
    world.clock.pass_by(seconds=61)
    async with world.database.write() as tx:
        await outbox.recover(tx, world.clock())
    [lease] = await claim(world, Purpose.NOTICE)
    await settle(world, Settled(slow.message.id, slow.attempts, "queued", "too slow", due_at=NINE))
    assert await claim(world, Purpose.NOTICE) == []
    await settle(world, Settled(lease.message.id, lease.attempts, "sent", provider_id="p2"))
    await settle(world, Settled(slow.message.id, slow.attempts, "failed", "too slow"))
    assert await world.states() == [("sent", "")]


async def test_a_message_of_an_erased_member_does_not_come_back(world: World) -> None:
    await world.queue(message())
    [lease] = await claim(world)
    await world.change(messages, state="suppressed", address="")
    await settle(world, Settled(lease.message.id, 1, "queued", due_at=NINE))
    assert await claim(world) == []


async def test_when_a_lease_ran_out_marketing_stays_unknown_and_the_rest_goes_again(world: World) -> None:
    await world.queue(*(message(purpose) for purpose in Purpose))
    for purpose in Purpose:
        await claim(world, purpose)
    world.clock.pass_by(seconds=59)
    async with world.database.write() as tx:
        assert await outbox.recover(tx, world.clock()) == 0
    world.clock.pass_by(seconds=2)
    async with world.database.write() as tx:
        assert await outbox.recover(tx, world.clock()) == 3
    state = {row.purpose: row.state for row in await world.rows(messages)}
    assert state == {"reply": "queued", "notice": "queued", "marketing": "unknown"}


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
    [gone] = [row for row in await world.rows(addresses) if row.channel == "telegram"]
    assert (gone.gone_at, gone.stopped_at) == (NINE, None)


async def test_a_receipt_for_nothing_we_sent_changes_nothing(world: World) -> None:
    assert not await told(world, ReceiptState.DELIVERED)
