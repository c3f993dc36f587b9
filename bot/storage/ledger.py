"""The append-only points ledger and its lots."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.loyalty.ledger import Lot
from bot.loyalty.member import POINTS
from bot.storage import sets
from bot.storage.tables import entries, lots
from bot.storage.types import to_micros

_ENTRY_COLUMNS = ("id", "member_id", "kind", "points", "rule", "cause_id", "at", "wallet", "short")


class Entry(NamedTuple):
    """A line of the ledger. ``cause_id`` names the activity, redemption or run behind it.

    ``short`` is what a claw-back could not take because it was not there. A credit opens a lot of ``opens`` points
    (all of them unless told), which end at ``expires_at``; these two are kept with the lot.
    """

    id: int
    member_id: int
    kind: str
    points: int
    rule: str
    cause_id: int | None
    at: datetime
    wallet: str = POINTS
    short: int = 0
    expires_at: datetime | None = None
    opens: int | None = None


async def post(tx: sets.Writer, lines: Sequence[Entry]) -> None:
    """Append lines; each credit opens a lot."""
    rows = [
        (e.id, e.member_id, e.kind, e.points, e.rule, e.cause_id, to_micros(e.at), e.wallet, e.short) for e in lines
    ]
    await sets.insert(tx, entries, _ENTRY_COLUMNS, rows)
    credit = [
        (
            e.id,
            e.member_id,
            e.points if e.opens is None else e.opens,
            to_micros(e.expires_at) if e.expires_at else None,
            e.wallet,
        )
        for e in lines
        if e.points > 0
    ]
    await sets.insert(tx, lots, ("entry_id", "member_id", "remaining", "expires_at", "wallet"), credit)


async def unspent(tx: AsyncConnection, member_id: int, wallet: str = POINTS) -> list[Lot]:
    """The lots of a member's wallet that still hold something."""
    rows = await tx.execute(
        select(lots.c.entry_id, lots.c.remaining, lots.c.expires_at).where(
            lots.c.member_id == member_id, lots.c.remaining > 0, lots.c.wallet == wallet
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
