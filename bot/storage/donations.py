"""What was given to causes: points of members, and money that purchases brought."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import sets
from bot.storage.tables import donations
from bot.storage.types import to_micros

ROUNDED_UP = "rounded_up:"
BY_PURCHASE = "by_purchase:"
"""How the requests begin that purchases themselves make."""
_COLUMNS = ("id", "request", "member_id", "cause", "points", "money", "at")
_BY_REQUEST = select(donations).where(sets.AnyOf(donations.c.request, "requests"))


@dataclass(frozen=True, slots=True)
class Donation:
    """``request`` is the caller's idempotency key, or names the purchase; ``money`` in minor units, negative when
    it was taken back. A guest has the member_id 0.
    """

    id: int
    request: str
    member_id: int
    cause: str
    points: int
    money: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Total:
    """What a cause was given, by all or by one member."""

    points: int = 0
    money: int = 0


async def note(tx: AsyncConnection, donation: Donation) -> None:
    await tx.execute(insert(donations).values(asdict(donation)))


async def note_many(tx: AsyncConnection, new: Sequence[Donation]) -> None:
    """Write those that are not there yet."""
    rows = [(d.id, d.request, d.member_id, d.cause, d.points, d.money, to_micros(d.at)) for d in new]
    await sets.insert(tx, donations, _COLUMNS, rows, or_skip=True)


async def made(tx: AsyncConnection, requests: Collection[str]) -> dict[str, Donation]:
    """The donations that requests led to before."""
    rows = (await tx.execute(_BY_REQUEST, {"requests": list(requests)})).mappings()
    return {row["request"]: Donation(**row) for row in rows}


async def totals(tx: AsyncConnection, member_id: int | None = None) -> dict[str, Total]:
    """What each cause was given; by one member when told."""
    query = select(donations.c.cause, func.sum(donations.c.points), func.sum(donations.c.money))
    if member_id is not None:
        query = query.where(donations.c.member_id == member_id)
    return {row[0]: Total(int(row[1]), int(row[2])) for row in await tx.execute(query.group_by(donations.c.cause))}


async def page(tx: AsyncConnection, member_id: int, limit: int, before: int | None) -> list[Donation]:
    """A member's donations, newest first; those older than the donation ``before``."""
    query = select(donations).where(donations.c.member_id == member_id)
    if before is not None:
        query = query.where(donations.c.id < before)
    rows = await tx.execute(query.order_by(donations.c.id.desc()).limit(limit))
    return [Donation(**row) for row in rows.mappings()]
