"""Who brought whom, and what came of it.

States: ``waiting`` for the friend's first purchase → ``held`` until the hold ends → ``paid``, which ``reversed`` takes
back; ``review`` waits for a person; ``refused`` is final.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import sets
from bot.storage.tables import referrals
from bot.storage.types import to_micros

WAITING, HELD, REVIEW, PAID, REFUSED, REVERSED = "waiting", "held", "review", "paid", "refused", "reversed"
STATES = (WAITING, HELD, REVIEW, PAID, REFUSED, REVERSED)


@dataclass(frozen=True, slots=True)
class Referral:
    """``at`` is when it came to its state, ``reason`` why; ``activity_id`` the friend's first paid purchase."""

    friend_id: int
    referrer_id: int
    state: str
    reason: str
    at: datetime
    due_at: datetime | None = None
    activity_id: int | None = None
    told_as: int | None = None
    """The friend's id in the names of what was recorded for it, where it is not ``friend_id`` (any more)."""


_OF_FRIENDS = select(referrals).where(sets.AnyOf(referrals.c.friend_id, "ids")).order_by(referrals.c.friend_id)
_BY_PURCHASE = select(referrals).where(sets.AnyOf(referrals.c.activity_id, "ids"))


async def note(tx: AsyncConnection, new: Referral) -> None:
    await tx.execute(insert(referrals).values(asdict(new)))


async def of_friends(tx: AsyncConnection, friend_ids: Collection[int]) -> list[Referral]:
    """How these members were brought, those who were."""
    return [Referral(**row) for row in (await tx.execute(_OF_FRIENDS, {"ids": list(friend_ids)})).mappings()]


async def by_purchase(tx: AsyncConnection, activity_ids: Collection[int]) -> list[Referral]:
    """Those that these purchases count for."""
    return [Referral(**row) for row in (await tx.execute(_BY_PURCHASE, {"ids": list(activity_ids)})).mappings()]


async def save(tx: AsyncConnection, changed: Sequence[Referral]) -> None:
    """Write referrals back; the friends must be locked."""
    rows = [
        (r.friend_id, r.state, r.reason, to_micros(r.at), to_micros(r.due_at) if r.due_at else None, r.activity_id)
        for r in changed
    ]
    await sets.update(tx, referrals, ("friend_id",), ("state", "reason", "at", "due_at", "activity_id"), rows)


async def due(tx: AsyncConnection, now: datetime, limit: int) -> list[Referral]:
    """Those whose hold has ended."""
    ready = select(referrals).where(referrals.c.state == HELD, referrals.c.due_at <= now)
    rows = await tx.execute(ready.order_by(referrals.c.due_at, referrals.c.friend_id).limit(limit))
    return [Referral(**row) for row in rows.mappings()]


async def in_state(tx: AsyncConnection, state: str, limit: int, after: int) -> list[Referral]:
    """A page of those in a state, by friend's id."""
    query = select(referrals).where(referrals.c.state == state, referrals.c.friend_id > after)
    rows = await tx.execute(query.order_by(referrals.c.friend_id).limit(limit))
    return [Referral(**row) for row in rows.mappings()]


async def counted(tx: AsyncConnection, referrer_id: int, states: Collection[str], since: datetime | None) -> int:
    """How many of a member's friends came to one of these states since then."""
    query = select(func.count()).where(referrals.c.referrer_id == referrer_id, referrals.c.state.in_(states))
    if since is not None:
        query = query.where(referrals.c.at >= since)
    return int((await tx.execute(query)).scalar_one())


async def brought(tx: AsyncConnection, referrer_id: int) -> dict[str, int]:
    """How many friends a member has brought, by state."""
    query = select(referrals.c.state, func.count()).where(referrals.c.referrer_id == referrer_id)
    return {row[0]: row[1] for row in await tx.execute(query.group_by(referrals.c.state))}
