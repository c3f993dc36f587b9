"""What activities brought: the credits and vouchers that a refund takes back."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import BigInteger, cast, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.loyalty.clawback import Source
from bot.storage import sets
from bot.storage.tables import entries, payments, vouchers
from bot.storage.vouchers import Voucher

_ENDED = (
    select(payments.c.lot_id, cast(func.sum(payments.c.points), BigInteger).label("points"))
    .join(entries, entries.c.id == payments.c.entry_id)
    .where(sets.AnyOf(entries.c.member_id, "ids"), entries.c.kind == "expire")
    .group_by(payments.c.lot_id)
    .subquery()
)
_SOURCES = (
    select(entries.c.cause_id, entries.c.rule, entries.c.id, entries.c.wallet, func.coalesce(_ENDED.c.points, 0))
    .outerjoin(_ENDED, _ENDED.c.lot_id == entries.c.id)
    .where(sets.AnyOf(entries.c.member_id, "ids"), sets.AnyOf(entries.c.cause_id, "causes"), entries.c.points > 0)
    .order_by(entries.c.id)
)
_VOUCHERS = (
    select(vouchers)
    .where(
        sets.AnyOf(vouchers.c.member_id, "ids"), vouchers.c.activity_id.is_not(None), vouchers.c.cancelled_at.is_(None)
    )
    .order_by(vouchers.c.issued_at.desc(), vouchers.c.code)
)


async def sources(tx: AsyncConnection, member_ids: Collection[int], causes: Collection[int]) -> list[Source]:
    """The credits that activities of members brought, the oldest first."""
    rows = await tx.execute(_SOURCES, {"ids": list(member_ids), "causes": list(causes)})
    return [Source(*row) for row in rows]


async def granted(tx: AsyncConnection, member_ids: Collection[int]) -> list[Voucher]:
    """The vouchers that activities of members brought and that hold, the newest first."""
    return [Voucher(**row) for row in (await tx.execute(_VOUCHERS, {"ids": list(member_ids)})).mappings()]


async def void(tx: AsyncConnection, codes: Collection[str], why: str, now: datetime) -> set[str]:
    """Make unused vouchers void; answers those that this call did it to."""
    unused = sets.AnyOf(vouchers.c.code, "codes") & vouchers.c.used_at.is_(None) & vouchers.c.cancelled_at.is_(None)
    done = update(vouchers).where(unused).values(cancelled_at=now, cancelled_why=why).returning(vouchers.c.code)
    return set((await tx.execute(done, {"codes": list(codes)})).scalars())
