"""Where each member stands: the state that the engine starts from, locked while it is changed."""

from collections.abc import Collection, Mapping

import orjson
from sqlalchemy import BigInteger, Text, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.loyalty.member import MemberState
from bot.storage import sets
from bot.storage.tables import standings
from bot.storage.types import from_micros, to_micros

# Read as they are kept and turned into values below: a batch loads a thousand of them.
_SELECT = (
    select(
        standings.c.member_id,
        standings.c.points,
        standings.c.lifetime_points,
        standings.c.purchases,
        type_coerce(standings.c.last_purchase_at, BigInteger),
        type_coerce(standings.c.progress, Text),
    )
    .where(sets.AnyOf(standings.c.member_id, "ids"))
    .order_by(standings.c.member_id)
)
_LOCK = _SELECT.with_for_update()
_COLUMNS = ("points", "lifetime_points", "purchases", "last_purchase_at", "progress")


async def lock(tx: AsyncConnection, member_ids: Collection[int]) -> dict[int, MemberState]:
    """The states, held until the transaction ends; taken in id order so that no two wait for each other."""
    return await _load(tx, member_ids, lock=True)


async def load(tx: AsyncConnection, member_ids: Collection[int]) -> dict[int, MemberState]:
    """The states as they are, for reading."""
    return await _load(tx, member_ids, lock=False)


async def _load(tx: AsyncConnection, member_ids: Collection[int], *, lock: bool) -> dict[int, MemberState]:
    rows = await tx.execute(_LOCK if lock else _SELECT, {"ids": list(member_ids)})
    return {
        member_id: MemberState(points, lifetime, purchases, from_micros(last) if last else None, orjson.loads(progress))
        for member_id, points, lifetime, purchases, last, progress in rows
    }


async def save(tx: sets.Writer, states: Mapping[int, MemberState]) -> None:
    """Write states back."""
    rows = [
        (
            member_id,
            state.points,
            state.lifetime_points,
            state.purchases,
            to_micros(state.last_purchase_at) if state.last_purchase_at else None,
            orjson.dumps(state.progress).decode(),
        )
        for member_id, state in states.items()
    ]
    await sets.update(tx, standings, ("member_id",), _COLUMNS, rows)
