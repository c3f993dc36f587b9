"""Gifts of points, as they were made."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import gifts


@dataclass(frozen=True, slots=True)
class Gift:
    """``request`` is the caller's idempotency key; ``points_left`` what the giver had afterwards."""

    id: int
    request: str
    from_id: int
    to_id: int
    points: int
    points_left: int
    at: datetime


async def note(tx: AsyncConnection, gift: Gift) -> None:
    await tx.execute(insert(gifts).values(asdict(gift)))


async def made(tx: AsyncConnection, request: str) -> Gift | None:
    """The gift that a request led to before."""
    row = (await tx.execute(select(gifts).where(gifts.c.request == request))).mappings().one_or_none()
    return Gift(**row) if row else None


async def given_since(tx: AsyncConnection, from_id: int, since: datetime) -> int:
    """How many points a member has given away since then."""
    query = select(func.coalesce(func.sum(gifts.c.points), 0)).where(gifts.c.from_id == from_id, gifts.c.at >= since)
    return int((await tx.execute(query)).scalar_one())
