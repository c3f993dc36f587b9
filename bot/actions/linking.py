"""Proving that an address belongs to a member: a one-time code sent to one they are known by."""

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.codes import hashed
from bot.actions.refs import email_address, phone_number
from bot.errors import Conflict, NotAllowed
from bot.loyalty.programme import Programme
from bot.storage import members
from bot.storage.tables import link_codes

LASTS = timedelta(minutes=10)
TRIES = 5
"""Five tries of six digits: a guess succeeds once in 200,000 codes."""


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
    pending = await _pending(tx, channel, address)
    if pending is None or pending.expires_at <= now or pending.tries >= TRIES:
        raise NotAllowed("this code does not hold any more; ask for a new one")
    at = (link_codes.c.channel == channel) & (link_codes.c.address == address)
    await tx.execute(update(link_codes).where(at).values(tries=pending.tries + 1))
    right = hmac.compare_digest(pending.code_hash, hashed(secret, "link", code.strip()))
    if not right or pending.member_id is None:
        raise NotAllowed("this code is not right")
    await tx.execute(delete(link_codes).where(at))
    if channel in members.REF_CHANNELS.values():
        raise Conflict("this address can be linked at the counter only")
    await members.put_address(tx, pending.member_id, members.Address(channel, address))
    return int(pending.member_id)


async def _pending(tx: AsyncConnection, channel: str, address: str) -> Row[Any] | None:
    at = (link_codes.c.channel == channel) & (link_codes.c.address == address)
    return (await tx.execute(select(link_codes).where(at))).one_or_none()
