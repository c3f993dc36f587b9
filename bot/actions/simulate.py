"""Another programme over the real past: the same engine, the same activities, nothing written."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.core import Core, Progress
from bot.loyalty.programme import Programme
from bot.loyalty.replay import Past
from bot.loyalty.simulation import Lived, Tally
from bot.storage import activities, archive, roster, standings


async def members_to_come(core: Core) -> int:
    """How many members a simulation goes through."""
    async with core.database.read() as tx:
        return await roster.count(tx)


async def simulate(
    core: Core, programmes: Sequence[Programme], progress: Progress, since: datetime | None, until: datetime | None
) -> list[Tally]:
    """A tally for each programme over the activities that occurred from ``since`` to before ``until``."""
    end = until or core.clock()
    tallies, done = [Tally(programme, end) for programme in programmes], 0
    async with core.database.read() as tx:
        await archive.snapshot(tx)
        async for ids in roster.ids(tx):
            for lived in await _lives(tx, ids, programmes[0], since, until):
                for tally in tallies:
                    tally.add(lived)
            done += len(ids)
            progress(done)
    return tallies


async def _lives(
    tx: AsyncConnection, ids: Sequence[int], any_programme: Programme, since: datetime | None, until: datetime | None
) -> list[Lived]:
    kept, states = await activities.of_members(tx, ids), await standings.load(tx, ids)
    lives = []
    for member_id in ids:
        past = [
            Past(one.id, one.activity, one.recorded_at, any_programme)
            for one in kept[member_id]
            if (since is None or one.activity.occurred_at >= since)
            and (until is None or one.activity.occurred_at < until)
        ]
        if past:
            lives.append(Lived(states[member_id].profile, past))
    return lives


async def in_force(core: Core) -> Programme:
    """The programme of today."""
    async with core.database.read() as tx:
        return await core.programmes.current(tx)
