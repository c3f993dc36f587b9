"""Consent that waits for the owner of an address to confirm it: one for each address, the code only as a hash."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import sets
from bot.storage.tables import opt_ins
from bot.storage.types import to_micros

_COLUMNS = ("channel", "address", "member_id", "code_hash", "words", "tries", "asked_at", "expires_at")


@dataclass(frozen=True, slots=True)
class OptIn:
    """What was asked of a member at an address, in which ``words``."""

    channel: str
    address: str
    member_id: int
    code_hash: str
    words: str
    asked_at: datetime
    expires_at: datetime


async def put(tx: AsyncConnection, one: OptIn) -> None:
    """Write it in place of what was asked there before."""
    await drop(tx, one.channel, one.address)
    asked, ends = to_micros(one.asked_at), to_micros(one.expires_at)
    row = (one.channel, one.address, one.member_id, one.code_hash, one.words, 0, asked, ends)
    await sets.insert(tx, opt_ins, _COLUMNS, [row])


async def drop(tx: AsyncConnection, channel: str, address: str) -> bool:
    """Forget what waits at an address; answers whether anything did."""
    return bool((await tx.execute(delete(opt_ins).where(_at(channel, address)))).rowcount)


async def waiting(tx: AsyncConnection, channel: str, address: str, now: datetime) -> OptIn | None:
    """What waits at an address."""
    row = (await tx.execute(select(opt_ins).where(_at(channel, address), opt_ins.c.expires_at > now))).first()
    if row is None:
        return None
    return OptIn(row.channel, row.address, row.member_id, row.code_hash, row.words, row.asked_at, row.expires_at)


async def of_member(tx: AsyncConnection, member_id: int, now: datetime) -> list[tuple[str, str]]:
    """``(channel, address)`` of all that wait for a member."""
    query = select(opt_ins.c.channel, opt_ins.c.address).where(
        opt_ins.c.member_id == member_id, opt_ins.c.expires_at > now
    )
    return [(row.channel, row.address) for row in await tx.execute(query)]


async def take_try(tx: AsyncConnection, channel: str, address: str, now: datetime, most: int) -> OptIn | None:
    """Count a guess at the code; None when none is left. In one statement: two guesses must not share a try."""
    holds = _at(channel, address) & (opt_ins.c.expires_at > now) & (opt_ins.c.tries < most)
    tried = await tx.execute(update(opt_ins).where(holds).values(tries=opt_ins.c.tries + 1))
    return await waiting(tx, channel, address, now) if tried.rowcount else None


def _at(channel: str, address: str) -> ColumnElement[bool]:
    return (opt_ins.c.channel == channel) & (opt_ins.c.address == address)
