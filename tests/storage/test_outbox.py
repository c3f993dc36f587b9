"""The outbox: claims, leases and settlements."""

import asyncio
from datetime import timedelta

from bot.messages import Button, Outbound, Purpose
from bot.storage import attempts, leases
from bot.storage.attempts import Settled
from bot.storage.ids import new_id
from bot.storage.leases import LEASE, Leased
from bot.storage.outbox import Draft
from bot.storage.tables import messages
from tests.storage.campaign_world import ANNA, NINE, World, message


async def claim(world: World, purpose: Purpose = Purpose.MARKETING, most: int = 10) -> list[Leased]:
    async with world.database.write() as tx:
        return await leases.claim(tx, "telegram", purpose, world.clock(), most, world.clock() + LEASE)


async def settle(world: World, *ended: Settled) -> None:
    async with world.database.write() as tx:
        await attempts.settle(tx, ended, world.clock())


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
        assert await leases.due_channels(tx, ["telegram", "sms", "email"], NINE) == ["sms", "telegram"]
        assert await leases.due_channels(tx, ["email"], NINE) == []
        assert await leases.due_channels(tx, [], NINE) == []


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
        await attempts.recover(tx, world.clock())
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
        assert await attempts.recover(tx, world.clock()) == 0
    world.clock.pass_by(seconds=2)
    async with world.database.write() as tx:
        assert await attempts.recover(tx, world.clock()) == 3
    state = {row.purpose: row.state for row in await world.rows(messages)}
    assert state == {"reply": "queued", "notice": "queued", "marketing": "unknown"}
