"""Where each member stands: the state that the engine starts from, locked while it is changed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import BigInteger, Text, bindparam, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import Overtaken
from bot.loyalty.member import MemberState, Profile
from bot.storage import sets
from bot.storage.tables import members, standings
from bot.storage.types import from_micros, to_micros

# Read as they are kept and turned into values below: a batch loads a thousand of them.
_SELECT = (
    select(
        standings.c.member_id,
        standings.c.points,
        standings.c.lifetime_points,
        standings.c.credit,
        standings.c.purchases,
        standings.c.spent,
        type_coerce(standings.c.last_purchase_at, BigInteger),
        standings.c.tier,
        type_coerce(standings.c.tier_until, BigInteger),
        type_coerce(standings.c.due_at, BigInteger),
        type_coerce(standings.c.progress, Text),
        type_coerce(members.c.joined_at, BigInteger),
        members.c.timezone,
        members.c.birthday,
        members.c.locale,
    )
    .join(members, members.c.id == standings.c.member_id)
    .where(sets.AnyOf(standings.c.member_id, "ids"))
    .order_by(standings.c.member_id)
)
_LOCK = _SELECT.with_for_update(of=standings)
_FIRST_DUE = select(func.min(standings.c.due_at))
_DUE = (
    select(standings.c.member_id)
    .where(standings.c.due_at <= bindparam("now"))
    .order_by(standings.c.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_COLUMNS = (
    "points",
    "lifetime_points",
    "credit",
    "purchases",
    "spent",
    "last_purchase_at",
    "tier",
    "tier_until",
    "due_at",
    "progress",
)


MERGED = "merged"
"""In the progress of who became one with another member: nothing is ever theirs again."""


async def lock(tx: AsyncConnection, member_ids: Collection[int]) -> dict[int, MemberState]:
    """The states, held until the transaction ends; taken in id order so that no two wait for each other.

    Raises:
        Overtaken: one of them became one with another member meanwhile; looked up again, it is that one.
    """
    states = await _load(tx, member_ids, lock=True)
    if any(MERGED in state.progress for state in states.values()):
        raise Overtaken
    return states


async def load(tx: AsyncConnection, member_ids: Collection[int]) -> dict[int, MemberState]:
    """The states as they are, for reading."""
    return await _load(tx, member_ids, lock=False)


async def first_due(tx: AsyncConnection) -> datetime | None:
    """When time next changes something for somebody."""
    first: datetime | None = (await tx.execute(_FIRST_DUE)).scalar_one()
    return first


async def lock_due(tx: AsyncConnection, now: datetime, most: int) -> dict[int, MemberState]:
    """Members for whom time changed something by ``now``, held; those that another process holds are left to it."""
    rows = await tx.execute(_DUE, {"now": now, "most": most})
    return await _load(tx, list(rows.scalars()), lock=True)


async def _load(tx: AsyncConnection, member_ids: Collection[int], *, lock: bool) -> dict[int, MemberState]:
    rows = await tx.execute(_LOCK if lock else _SELECT, {"ids": list(member_ids)})
    return {row[0]: _state(row) for row in rows}


def _state(row: Sequence[Any]) -> MemberState:
    _, points, lifetime, credit, purchases, spent, last, tier, until, due, progress, joined, zone, birthday, locale = (
        row
    )
    return MemberState(
        points,
        lifetime,
        credit,
        purchases,
        spent,
        None if last is None else from_micros(last),
        tier,
        None if until is None else from_micros(until),
        None if due is None else from_micros(due),
        orjson.loads(progress),
        Profile(from_micros(joined), ZoneInfo(zone), date.fromisoformat(birthday) if birthday else None, locale),
    )


async def save(tx: sets.Writer, states: Mapping[int, MemberState]) -> None:
    """Write states back."""
    rows = [
        (
            member_id,
            state.points,
            state.lifetime_points,
            state.credit,
            state.purchases,
            state.spent,
            to_micros(state.last_purchase_at) if state.last_purchase_at else None,
            state.tier,
            to_micros(state.tier_until) if state.tier_until else None,
            to_micros(state.due_at) if state.due_at else None,
            orjson.dumps(state.progress).decode(),
        )
        for member_id, state in states.items()
    ]
    await sets.update(tx, standings, ("member_id",), _COLUMNS, rows)
