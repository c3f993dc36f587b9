"""Proving that an address belongs to a member: a one-time code sent to one they are known by."""

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.codes import hashed
from bot.actions.refs import email_address, phone_number
from bot.errors import Conflict, NotAllowed
from bot.loyalty.programme import Programme
from bot.storage import members
from bot.storage.tables import addresses, link_codes

LASTS = timedelta(minutes=10)
TRIES = 5
"""Five tries of six digits: a guess succeeds once in 200,000 codes."""
ASKERS = 3
"""As many may wait for codes to one member: a stranger with many addresses floods nobody's phone."""


async def ask(
    tx: AsyncConnection, programme: Programme, secret: bytes, channel: str, address: str, claimed: str, now: datetime
) -> tuple[int, str, str, str] | None:
    """Make a code for whoever claims to own ``claimed`` (a phone or e-mail address).

    Answers ``(member id, channel, address, code)`` to send it to, or None when there is nothing to send: nobody
    is known there, or a code is still under way. The asker must not be able to tell these apart.
    """
    pending = await _pending(tx, channel, address)
    if pending is not None and pending.expires_at - LASTS + timedelta(minutes=1) > now:
        return None
    code = f"{secrets.randbelow(1_000_000):06}"
    target = _target(claimed, programme)
    member_id = None
    if target is not None:
        kind = "email" if target[0] == "email" else "phone"
        member_id = (await members.find(tx, kind, [target[1]])).get(target[1])
        if member_id is not None and await _askers(tx, member_id, now) >= ASKERS:
            member_id = None
    await tx.execute(delete(link_codes).where(link_codes.c.channel == channel, link_codes.c.address == address))
    await tx.execute(
        insert(link_codes).values(
            channel=channel,
            address=address,
            member_id=member_id,
            code_hash=hashed(secret, "link", code),
            tries=0,
            expires_at=now + LASTS,
        )
    )
    return (member_id, *target, code) if target and member_id else None


def _target(claimed: str, programme: Programme) -> tuple[str, str] | None:
    try:
        if "@" in claimed:
            return "email", email_address(claimed)
        return "sms", phone_number(claimed, programme.country)
    except ValueError:
        return None


async def prove(tx: AsyncConnection, secret: bytes, channel: str, address: str, code: str, now: datetime) -> int:
    """Make the address the member's when the code is right; answers the member's id.

    Raises:
        NotAllowed: wrong, too old or too often tried.
        Conflict: the address belongs to a member already.
    """
    at = (link_codes.c.channel == channel) & (link_codes.c.address == address)
    # Counted in one statement: guesses made at the same time must not share a try.
    holds = at & (link_codes.c.expires_at > now) & (link_codes.c.tries < TRIES)
    tried = update(link_codes).where(holds).values(tries=link_codes.c.tries + 1)
    pending = (await tx.execute(tried.returning(link_codes.c.code_hash, link_codes.c.member_id))).one_or_none()
    if pending is None:
        raise NotAllowed("this code does not hold any more; ask for a new one")
    right = hmac.compare_digest(pending.code_hash, hashed(secret, "link", code.strip()))
    if not right or pending.member_id is None:
        raise NotAllowed("this code is not right")
    await tx.execute(delete(link_codes).where(at))
    if await _owner(tx, channel, address) not in (None, pending.member_id):
        raise Conflict("this address belongs to a member already")
    await members.put_address(tx, pending.member_id, members.Address(channel, address))
    return int(pending.member_id)


async def _askers(tx: AsyncConnection, member_id: int, now: datetime) -> int:
    waiting = (link_codes.c.member_id == member_id) & (link_codes.c.expires_at > now)
    return int((await tx.execute(select(func.count()).where(waiting))).scalar_one())


async def _owner(tx: AsyncConnection, channel: str, address: str) -> int | None:
    at = (addresses.c.channel == channel) & (addresses.c.address == address)
    return (await tx.execute(select(addresses.c.member_id).where(at))).scalar_one_or_none()


async def _pending(tx: AsyncConnection, channel: str, address: str) -> Row[Any] | None:
    at = (link_codes.c.channel == channel) & (link_codes.c.address == address)
    return (await tx.execute(select(link_codes).where(at))).one_or_none()
