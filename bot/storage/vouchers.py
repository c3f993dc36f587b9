"""Vouchers and the redemptions that paid for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.loyalty.member import POINTS
from bot.storage import sets
from bot.storage.tables import redemptions, vouchers
from bot.storage.types import to_micros


@dataclass(frozen=True, slots=True)
class Voucher:
    """The code that proves a reward; used once. ``activity_id`` is the activity that granted it, if one did.

    ``terms`` are the reward's as of the day of issue: a promise that a later programme does not change.
    """

    code: str
    member_id: int
    reward: str
    because: str
    issued_at: datetime
    used_at: datetime | None = None
    used_where: str | None = None
    used_by: str | None = None
    expires_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancelled_why: str | None = None
    activity_id: int | None = None
    terms: Mapping[str, Any] | None = None


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
    cost: int = 0
    wallet: str = POINTS
    cancelled_at: datetime | None = None


async def issue(tx: sets.Writer, new: Sequence[Voucher]) -> None:
    columns = ("code", "member_id", "reward", "because", "issued_at", "expires_at", "activity_id", "terms")
    rows = [
        (
            v.code,
            v.member_id,
            v.reward,
            v.because,
            to_micros(v.issued_at),
            to_micros(v.expires_at) if v.expires_at else None,
            v.activity_id,
            orjson.dumps(v.terms).decode() if v.terms else None,
        )
        for v in new
    ]
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
    columns = ("id", "request", "member_id", "reward", "points_left", "voucher", "at", "cost", "wallet")
    row = (
        done.id,
        done.request,
        done.member_id,
        done.reward,
        done.points_left,
        done.voucher,
        to_micros(done.at),
        done.cost,
        done.wallet,
    )
    await sets.insert(tx, redemptions, columns, [row])
