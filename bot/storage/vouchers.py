"""Vouchers: the codes that prove a reward."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import sets
from bot.storage.tables import reward_codes, vouchers
from bot.storage.types import to_micros

_COLUMNS = (
    "code",
    "member_id",
    "reward",
    "because",
    "issued_at",
    "used_at",
    "used_where",
    "expires_at",
    "activity_id",
    "terms",
    "remind_at",
)


@dataclass(frozen=True, slots=True)
class Voucher:
    """The code that proves a reward; used once. ``activity_id`` is the activity that granted it, if one did.

    ``terms`` are the reward's as of the day of issue: a promise that a later programme does not change. At
    ``remind_at`` the member is told that it ends soon; None when they were, or need not be.
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
    remind_at: datetime | None = None


async def issue(tx: sets.Writer, new: Sequence[Voucher]) -> None:
    rows = [
        (
            v.code,
            v.member_id,
            v.reward,
            v.because,
            to_micros(v.issued_at),
            to_micros(v.used_at) if v.used_at else None,
            v.used_where,
            to_micros(v.expires_at) if v.expires_at else None,
            v.activity_id,
            orjson.dumps(v.terms).decode() if v.terms else None,
            to_micros(v.remind_at) if v.remind_at else None,
        )
        for v in new
    ]
    await sets.insert(tx, vouchers, _COLUMNS, rows)


async def get(tx: AsyncConnection, code: str) -> Voucher | None:
    row = (await tx.execute(select(vouchers).where(vouchers.c.code == code))).mappings().one_or_none()
    return Voucher(**row) if row else None


async def use(tx: AsyncConnection, code: str, where: str, by: str | None, now: datetime) -> bool:
    """Mark as used; answers whether this call was the one that did it."""
    good = _open(code) & or_(vouchers.c.expires_at.is_(None), vouchers.c.expires_at > now)
    done = await tx.execute(update(vouchers).where(good).values(used_at=now, used_where=where, used_by=by))
    return bool(done.rowcount)


async def cancel(tx: AsyncConnection, code: str, why: str, now: datetime) -> bool:
    """Make an unused one void; answers whether this call was the one that did it."""
    done = await tx.execute(update(vouchers).where(_open(code)).values(cancelled_at=now, cancelled_why=why))
    return bool(done.rowcount)


def _open(code: str) -> Any:
    return (vouchers.c.code == code) & vouchers.c.used_at.is_(None) & vouchers.c.cancelled_at.is_(None)


async def of_member(tx: AsyncConnection, member_id: int, *, unused_at: datetime | None = None) -> list[Voucher]:
    """A member's vouchers, the newest first; with ``unused_at`` those that are good at that moment."""
    query = select(vouchers).where(vouchers.c.member_id == member_id)
    if unused_at is not None:
        query = query.where(
            vouchers.c.used_at.is_(None),
            vouchers.c.cancelled_at.is_(None),
            or_(vouchers.c.expires_at.is_(None), vouchers.c.expires_at > unused_at),
        )
    rows = await tx.execute(query.order_by(vouchers.c.issued_at.desc(), vouchers.c.code))
    return [Voucher(**row) for row in rows.mappings()]


async def keep_terms(tx: AsyncConnection, code: str, terms: Mapping[str, Any]) -> None:
    """Write the terms of a voucher that were not whole when it was issued."""
    await tx.execute(update(vouchers).where(vouchers.c.code == code).values(terms=terms))


async def without_partners_code(tx: AsyncConnection, reward: str) -> list[Voucher]:
    """Granted vouchers of a partner's reward for which there was no code left, the oldest first."""
    handed = exists().where(reward_codes.c.reward == reward, reward_codes.c.voucher == vouchers.c.code)
    owed = (vouchers.c.reward == reward) & vouchers.c.used_at.is_(None) & vouchers.c.cancelled_at.is_(None)
    rows = await tx.execute(select(vouchers).where(owed, ~handed).order_by(vouchers.c.issued_at, vouchers.c.code))
    return [Voucher(**row) for row in rows.mappings()]


async def ending(tx: AsyncConnection, now: datetime, most: int) -> list[Voucher]:
    """Vouchers of whose end it is time to tell, marked as told: of two that ask at once each gets others."""
    due = (
        select(vouchers.c.code)
        .where(vouchers.c.remind_at.is_not(None), vouchers.c.remind_at <= now)
        .order_by(vouchers.c.remind_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    codes = list((await tx.execute(due)).scalars())
    if not codes:
        return []
    told = update(vouchers).where(sets.AnyOf(vouchers.c.code, "codes")).values(remind_at=None).returning(vouchers)
    return [Voucher(**row) for row in (await tx.execute(told, {"codes": codes})).mappings()]
