"""Points that were earned and are not had yet."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.loyalty.ledger import Waiting
from bot.storage import sets
from bot.storage.tables import activities, pending
from bot.storage.types import to_micros

_ALL: Select[Any] = select(*(pending.c[name] for name in Waiting._fields))
_OF_MEMBERS = _ALL.where(sets.AnyOf(pending.c.member_id, "ids")).order_by(pending.c.id)
_AWAITING = (
    _ALL.join(activities, activities.c.id == pending.c.cause_id)
    .where(
        activities.c.source == bindparam("source"),
        activities.c.external_id == bindparam("activity"),
        pending.c.due_at.is_(None),
    )
    .order_by(pending.c.id)
)
_REMOVE = delete(pending).where(sets.AnyOf(pending.c.id, "ids"))


async def add(tx: sets.Writer, new: Sequence[Waiting]) -> None:
    """Write what is to arrive; the members' ``due_at`` must not be later than theirs."""
    rows = [(*one[:5], *map(_micros, one[5:8]), one.wallet) for one in new]
    await sets.insert(tx, pending, Waiting._fields, rows)


def _micros(at: datetime | None) -> int | None:
    return None if at is None else to_micros(at)


async def of_members(tx: AsyncConnection, member_ids: Collection[int]) -> dict[int, list[Waiting]]:
    """All that members wait for, the oldest first."""
    found: dict[int, list[Waiting]] = {member_id: [] for member_id in member_ids}
    for row in await tx.execute(_OF_MEMBERS, {"ids": list(member_ids)}):
        found[row.member_id].append(Waiting._make(row))
    return found


async def awaiting(tx: AsyncConnection, source: str, activity: str) -> list[Waiting]:
    """What waits for this activity to be confirmed."""
    rows = await tx.execute(_AWAITING, {"source": source, "activity": activity})
    return [Waiting._make(row) for row in rows]


async def whose(tx: AsyncConnection, source: str, activity: str) -> int | None:
    """The member who waits for this activity to be confirmed."""
    return next((one.member_id for one in await awaiting(tx, source, activity)), None)


async def lower(tx: sets.Writer, left: Sequence[tuple[int, int]]) -> None:
    """Set the points of some, ``(id, points)``: a part was taken back before it came."""
    await sets.update(tx, pending, ("id",), ("points",), left)


async def remove(tx: AsyncConnection, ids: Collection[int]) -> None:
    """Those that arrived, or never will."""
    if ids:
        await tx.execute(_REMOVE, {"ids": list(ids)})
