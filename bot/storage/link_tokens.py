"""One-time tokens by which a member takes another chat: kept only as a hash."""

from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import link_tokens


async def put(tx: AsyncConnection, member_id: int, token_hash: str, expires_at: datetime) -> None:
    await tx.execute(insert(link_tokens).values(member_id=member_id, token_hash=token_hash, expires_at=expires_at))


async def alive(tx: AsyncConnection, member_id: int, now: datetime) -> int:
    """How many of a member's hold at the moment."""
    theirs = (link_tokens.c.member_id == member_id) & (link_tokens.c.expires_at > now)
    return int((await tx.execute(select(func.count()).where(theirs))).scalar_one())


async def whose(tx: AsyncConnection, token_hash: str, now: datetime) -> int | None:
    """The member whose token it is, while it holds."""
    holds = (link_tokens.c.token_hash == token_hash) & (link_tokens.c.expires_at > now)
    found: int | None = (await tx.execute(select(link_tokens.c.member_id).where(holds))).scalar_one_or_none()
    return found


async def use(tx: AsyncConnection, token_hash: str, now: datetime) -> int | None:
    """The same, and it holds no more; of two that use it at the same time one gets None."""
    holds = (link_tokens.c.token_hash == token_hash) & (link_tokens.c.expires_at > now)
    used = delete(link_tokens).where(holds).returning(link_tokens.c.member_id)
    found: int | None = (await tx.execute(used)).scalar_one_or_none()
    return found


async def forget(tx: AsyncConnection, now: datetime) -> None:
    """Drop those that hold no more."""
    await tx.execute(delete(link_tokens).where(link_tokens.c.expires_at <= now))
