"""Lots as they are kept: what is left of each credit, and which of them paid for a debit."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import BigInteger, bindparam, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.loyalty.ledger import Lot
from bot.storage import sets
from bot.storage.tables import lots, payments
from bot.storage.types import from_micros, to_micros

_COLUMNS = (lots.c.entry_id, lots.c.remaining, type_coerce(lots.c.expires_at, BigInteger), lots.c.wallet)
_UNSPENT = select(lots.c.member_id, *_COLUMNS).where(sets.AnyOf(lots.c.member_id, "ids"), lots.c.remaining > 0)
_PAID_BY = (
    select(payments.c.points, *_COLUMNS)
    .join(payments, payments.c.lot_id == lots.c.entry_id)
    .where(payments.c.entry_id == bindparam("entry"), payments.c.points > 0)
)


class Payment(NamedTuple):
    """So many points of a lot went into an entry; negative when they came back.

    A credit pays into itself what a debt took of it at once, so that for each lot the entry's points are always
    what is left plus what was paid.
    """

    entry_id: int
    lot_id: int
    points: int


async def unspent(tx: AsyncConnection, member_ids: Collection[int]) -> dict[int, list[Lot]]:
    """The lots of members' wallets that still hold something."""
    found: dict[int, list[Lot]] = {member_id: [] for member_id in member_ids}
    for member_id, *columns in await tx.execute(_UNSPENT, {"ids": list(member_ids)}):
        found[member_id].append(_lot(*columns))
    return found


async def paid_by(tx: AsyncConnection, entry_id: int) -> list[tuple[Lot, int]]:
    """The lots that paid for a debit as they are now, each with what it paid."""
    rows = await tx.execute(_PAID_BY, {"entry": entry_id})
    return [(_lot(*columns), points) for points, *columns in rows]


def _lot(entry_id: int, remaining: int, expires_at: int | None, wallet: str) -> Lot:
    return Lot(entry_id, remaining, None if expires_at is None else from_micros(expires_at), wallet)


async def keep(tx: sets.Writer, changed: Collection[Lot]) -> None:
    """Write what is left of lots."""
    await sets.update(tx, lots, ("entry_id",), ("remaining",), [(lot.id, lot.remaining) for lot in changed])


async def move(tx: sets.Writer, moved: Collection[Lot]) -> None:
    """Write when lots end."""
    rows = [(lot.id, to_micros(lot.expires_at) if lot.expires_at else None) for lot in moved]
    await sets.update(tx, lots, ("entry_id",), ("expires_at",), rows)


async def note(tx: sets.Writer, paid: Sequence[Payment]) -> None:
    """Write which lots paid for what."""
    await sets.insert(tx, payments, Payment._fields, paid)
