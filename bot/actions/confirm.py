"""Confirming an activity: the points that waited for it are had."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.core import Core
from bot.actions.settle import settled
from bot.errors import NotFound
from bot.loyalty.expiry import expires_at
from bot.loyalty.ledger import Waiting
from bot.loyalty.member import POINTS
from bot.loyalty.programme import Programme
from bot.storage import activities, ledger, pending, standings
from bot.storage.ids import new_id
from bot.storage.ledger import Entry


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The points that this call made available; none when it had been confirmed before, or nothing waited."""

    points: int


async def confirm(core: Core, source: str, activity: str) -> Confirmed:
    """Give what waits for the activity to be confirmed. Points end as if they were earned now.

    Raises:
        NotFound: no such activity was told.
    """

    async def work(tx: AsyncConnection) -> Confirmed:
        if not await activities.already_told(tx, [(source, activity)]):
            raise NotFound(f'"{source}" told no activity with the id "{activity}"')
        member_id = await pending.whose(tx, source, activity)
        if member_id is None:
            return Confirmed(0)
        return await _confirm(tx, await core.programmes.current(tx), member_id, (source, activity), core.clock())

    return await core.database.transact(work)


async def _confirm(
    tx: AsyncConnection, programme: Programme, member_id: int, name: activities.Name, now: datetime
) -> Confirmed:
    state = (await settled(tx, programme, await standings.lock(tx, [member_id]), now))[member_id]
    # Only now that the member is held: whoever confirmed the same before has committed.
    waited = [one for one in await pending.awaiting(tx, *name) if one.member_id == member_id]
    lines = []
    for one in waited:
        state, line = ledger.credit(programme, state, _line(programme, one, now))
        lines.append(line)
    await pending.remove(tx, [one.id for one in waited])
    await ledger.post(tx, lines)
    await standings.save(tx, {member_id: state})
    return Confirmed(sum(one.points for one in waited if one.wallet == POINTS))


def _line(programme: Programme, one: Waiting, now: datetime) -> Entry:
    ends = expires_at(programme, now) if one.expires_at and one.wallet == POINTS else one.expires_at
    return Entry(new_id(), one.member_id, "earn", one.points, one.rule, one.cause_id, now, one.wallet, expires_at=ends)
