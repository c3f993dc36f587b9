"""The append-only points ledger and its lots."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.loyalty.ledger import Lot
from bot.storage import sets
from bot.storage.tables import entries, lots
from bot.storage.types import to_micros

_ENTRY_COLUMNS = ("id", "member_id", "kind", "points", "rule", "cause_id", "at")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the ledger. ``cause_id`` names the activity, redemption or run behind it."""

    id: int
    member_id: int
    kind: str
    points: int
    rule: str
    cause_id: int | None
    at: datetime


async def post(tx: sets.Writer, lines: Sequence[Entry]) -> None:
    """Append lines; each credit opens a lot of what it brings."""
    rows = [(e.id, e.member_id, e.kind, e.points, e.rule, e.cause_id, to_micros(e.at)) for e in lines]
    await sets.insert(tx, entries, _ENTRY_COLUMNS, rows)
    credit = [(e.id, e.member_id, e.points) for e in lines if e.points > 0]
    await sets.insert(tx, lots, ("entry_id", "member_id", "remaining"), credit)


async def unspent(tx: AsyncConnection, member_id: int) -> list[Lot]:
    """The lots of a member that still hold something."""
    rows = await tx.execute(
        select(lots.c.entry_id, lots.c.remaining, lots.c.expires_at).where(
            lots.c.member_id == member_id, lots.c.remaining > 0
        )
    )
    return [Lot(*row) for row in rows]


async def keep(tx: AsyncConnection, changed: Sequence[Lot]) -> None:
    """Write what is left of lots."""
    await sets.update(tx, lots, ("entry_id",), ("remaining",), [(lot.id, lot.remaining) for lot in changed])


async def page(tx: AsyncConnection, member_id: int, limit: int, before: int | None) -> list[Entry]:
    """A member's lines, newest first; those older than the entry ``before``."""
    query = select(entries).where(entries.c.member_id == member_id).order_by(entries.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(entries.c.id < before)
    return [Entry(**row) for row in (await tx.execute(query)).mappings()]
