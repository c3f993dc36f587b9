"""What was spent where, and where it had been earned: the lots that paid for debits, followed to their beginning."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import sets
from bot.storage.tables import activities, entries, payments, redemptions, vouchers
from bot.storage.types import Instant

GIFT_IN = "gift_in"
_MOST = 5_000
"""Entries asked for at a time."""


class Spent(NamedTuple):
    """So many points (or minor units of credit) of a lot, spent at a place; ``source`` is empty for vouchers."""

    lot_id: int
    wallet: str
    points: int
    location: str
    source: str


class Place(NamedTuple):
    """Where something was earned."""

    location: str = ""
    source: str = ""


class _Earned(NamedTuple):
    kind: str
    rule: str
    location: str | None
    source: str | None


_PERIOD = (bindparam("since", type_=Instant), bindparam("until", type_=Instant))
_VOUCHERS = (
    select(payments.c.lot_id, entries.c.wallet, payments.c.points, vouchers.c.used_where)
    .join(redemptions, redemptions.c.voucher == vouchers.c.code)
    .join(entries, (entries.c.cause_id == redemptions.c.id) & (entries.c.member_id == redemptions.c.member_id))
    .join(payments, payments.c.entry_id == entries.c.id)
    .where(
        vouchers.c.used_at >= _PERIOD[0],
        vouchers.c.used_at < _PERIOD[1],
        entries.c.kind == "redeem",
        payments.c.points > 0,
    )
)
_PURCHASES = (
    select(payments.c.lot_id, entries.c.wallet, payments.c.points, activities.c.location, activities.c.source)
    .join(entries, entries.c.id == payments.c.entry_id)
    .join(activities, activities.c.id == entries.c.cause_id)
    .where(
        entries.c.at >= _PERIOD[0],
        entries.c.at < _PERIOD[1],
        entries.c.points < 0,
        activities.c.type.in_(("purchase", "credit_spent")),
        payments.c.points > 0,
    )
)
_ORIGINS = (
    select(entries.c.id, entries.c.kind, entries.c.rule, activities.c.location, activities.c.source)
    .outerjoin(activities, activities.c.id == entries.c.cause_id)
    .where(sets.AnyOf(entries.c.id, "ids"))
)


async def spent(tx: AsyncConnection, since: datetime, until: datetime) -> list[Spent]:
    """Vouchers used and purchases paid with points or credit in a period, by the lots that paid."""
    period = {"since": since, "until": until}
    used = [Spent(row[0], row[1], row[2], row[3] or "", "") for row in await tx.execute(_VOUCHERS, period)]
    return used + [Spent(*row) for row in await tx.execute(_PURCHASES, period)]


async def origins(tx: AsyncConnection, lot_ids: Collection[int]) -> dict[int, Place]:
    """Where lots were earned; points that were given on, at the place where their giver earned them."""
    found: dict[int, Place] = {}
    behind = {lot_id: lot_id for lot_id in lot_ids}
    while behind:
        rows = await _entries(tx, sorted(set(behind.values())))
        further = {}
        for lot_id, entry_id in behind.items():
            row = rows.get(entry_id)
            if row is not None and row.kind == GIFT_IN:
                further[lot_id] = int(row.rule)
            else:
                found[lot_id] = Place(row.location or "", row.source or "") if row else Place()
        behind = further
    return found


async def _entries(tx: AsyncConnection, ids: Sequence[int]) -> dict[int, _Earned]:
    found: dict[int, _Earned] = {}
    for start in range(0, len(ids), _MOST):
        for entry_id, *columns in await tx.execute(_ORIGINS, {"ids": ids[start : start + _MOST]}):
            found[entry_id] = _Earned(*columns)
    return found
