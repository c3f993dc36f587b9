"""What members gave for rewards, and how often."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.loyalty.member import POINTS
from bot.storage import sets
from bot.storage.tables import redemptions
from bot.storage.types import to_micros

GRANTED = "granted"
"""The wallet of what was given by staff: it paid nothing, and counts in nobody's limit."""
_COLUMNS = ("id", "request", "member_id", "reward", "points_left", "voucher", "at", "cost", "wallet")


@dataclass(frozen=True, slots=True)
class Redemption:
    """A reward taken for ``cost`` out of a wallet (0: freely). ``request`` is the caller's idempotency key."""

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


async def by_request(tx: AsyncConnection, request: str) -> Redemption | None:
    """The redemption that this request already made."""
    row = (await tx.execute(select(redemptions).where(redemptions.c.request == request))).mappings().one_or_none()
    return Redemption(**row) if row else None


async def of_voucher(tx: AsyncConnection, member_id: int, code: str) -> Redemption | None:
    """What a member gave for a voucher; None when it was granted."""
    theirs = (redemptions.c.member_id == member_id) & (redemptions.c.voucher == code)
    row = (await tx.execute(select(redemptions).where(theirs))).mappings().one_or_none()
    return Redemption(**row) if row else None


async def note(tx: sets.Writer, done: Redemption) -> None:
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
    await sets.insert(tx, redemptions, _COLUMNS, [row])


async def cancel(tx: AsyncConnection, redemption_id: int, now: datetime) -> None:
    await tx.execute(update(redemptions).where(redemptions.c.id == redemption_id).values(cancelled_at=now))


async def times(tx: AsyncConnection, member_id: int, rewards: Collection[str]) -> dict[str, list[datetime]]:
    """When a member took rewards by themselves, as far as it was not cancelled."""
    found: dict[str, list[datetime]] = {}
    if member_id and rewards:
        query = select(redemptions.c.reward, redemptions.c.at).where(
            redemptions.c.member_id == member_id,
            sets.AnyOf(redemptions.c.reward, "rewards"),
            redemptions.c.cancelled_at.is_(None),
            redemptions.c.wallet != GRANTED,
        )
        for reward, at in await tx.execute(query, {"rewards": list(rewards)}):
            found.setdefault(reward, []).append(at)
    return found
