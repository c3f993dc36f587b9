"""One-time codes under way: one for each address that asked, kept only as a hash."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import link_codes


@dataclass(frozen=True, slots=True)
class LinkCode:
    """A code that ``channel`` and ``address`` wait for; ``member_id`` is None when nobody is to be linked."""

    channel: str
    address: str
    member_id: int | None
    code_hash: str
    expires_at: datetime


async def put(tx: AsyncConnection, code: LinkCode) -> None:
    """Write a code in place of the one before it."""
    await drop(tx, code.channel, code.address)
    await tx.execute(
        insert(link_codes).values(
            channel=code.channel,
            address=code.address,
            member_id=code.member_id,
            code_hash=code.code_hash,
            tries=0,
            expires_at=code.expires_at,
        )
    )


async def drop(tx: AsyncConnection, channel: str, address: str) -> None:
    """Forget the code of an address."""
    at = (link_codes.c.channel == channel) & (link_codes.c.address == address)
    await tx.execute(delete(link_codes).where(at))


async def forget(tx: AsyncConnection, now: datetime) -> None:
    """Drop those that hold no more."""
    await tx.execute(delete(link_codes).where(link_codes.c.expires_at <= now))


async def end_of(tx: AsyncConnection, channel: str, address: str) -> datetime | None:
    """When the code of an address ends or ended; None when there is none."""
    at = (link_codes.c.channel == channel) & (link_codes.c.address == address)
    return (await tx.execute(select(link_codes.c.expires_at).where(at))).scalar_one_or_none()


async def waiting(tx: AsyncConnection, member_id: int, now: datetime) -> int:
    """How many addresses wait for a code to this member."""
    for_them = (link_codes.c.member_id == member_id) & (link_codes.c.expires_at > now)
    return int((await tx.execute(select(func.count()).where(for_them))).scalar_one())


async def take_try(
    tx: AsyncConnection, channel: str, address: str, now: datetime, most: int
) -> tuple[str, int | None] | None:
    """Count a guess: the hash to compare with and the member, or None when no guess is left.

    Counted in one statement: guesses made at the same time must not share a try.
    """
    at = (link_codes.c.channel == channel) & (link_codes.c.address == address)
    holds = at & (link_codes.c.expires_at > now) & (link_codes.c.tries < most)
    tried = update(link_codes).where(holds).values(tries=link_codes.c.tries + 1)
    row = (await tx.execute(tried.returning(link_codes.c.code_hash, link_codes.c.member_id))).one_or_none()
    return None if row is None else (row.code_hash, row.member_id)
