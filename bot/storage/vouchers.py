"""Vouchers and the redemptions that paid for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import sets
from bot.storage.tables import redemptions, vouchers
from bot.storage.types import to_micros


@dataclass(frozen=True, slots=True)
class Voucher:
    """The code that proves a reward; used once."""

    code: str
    member_id: int
    reward: str
    because: str
    issued_at: datetime
    used_at: datetime | None = None
    used_where: str | None = None


@dataclass(frozen=True, slots=True)
class Redemption:
    """Points given for a reward. ``request`` is the caller's idempotency key."""

    id: int
    request: str
    member_id: int
    reward: str
    points_left: int
    voucher: str
    at: datetime


async def issue(tx: sets.Writer, new: Sequence[Voucher]) -> None:
    columns = ("code", "member_id", "reward", "because", "issued_at")
    rows = [(v.code, v.member_id, v.reward, v.because, to_micros(v.issued_at)) for v in new]
    await sets.insert(tx, vouchers, columns, rows)


async def get(tx: AsyncConnection, code: str) -> Voucher | None:
    row = (await tx.execute(select(vouchers).where(vouchers.c.code == code))).mappings().one_or_none()
    return Voucher(**row) if row else None


async def use(tx: AsyncConnection, code: str, where: str, now: datetime) -> bool:
    """Mark as used; answers whether this call was the one that did it."""
    unused = (vouchers.c.code == code) & vouchers.c.used_at.is_(None)
    done = await tx.execute(update(vouchers).where(unused).values(used_at=now, used_where=where))
    return bool(done.rowcount)


async def redemption(tx: AsyncConnection, request: str) -> Redemption | None:
    """The redemption that this request already made."""
    row = (await tx.execute(select(redemptions).where(redemptions.c.request == request))).mappings().one_or_none()
    return Redemption(**row) if row else None


async def note(tx: AsyncConnection, done: Redemption) -> None:
    columns = ("id", "request", "member_id", "reward", "points_left", "voucher", "at")
    row = (done.id, done.request, done.member_id, done.reward, done.points_left, done.voucher, to_micros(done.at))
    await sets.insert(tx, redemptions, columns, [row])
