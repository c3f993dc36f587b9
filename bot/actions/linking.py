"""Proving that an address belongs to a member: a one-time code sent to one they are known by."""

import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.codes import hashed
from bot.actions.refs import email_address, phone_number
from bot.errors import Conflict, NotAllowed
from bot.loyalty.programme import Programme
from bot.storage import chats, link_codes, members

LASTS = timedelta(minutes=10)
PAUSE = timedelta(minutes=1)
"""Before the same address may ask for another code."""
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
    ends = await link_codes.end_of(tx, channel, address)
    if ends is not None and ends - LASTS + PAUSE > now:
        return None
    code = f"{secrets.randbelow(1_000_000):06}"
    target = _target(claimed, programme)
    member_id = None
    if target is not None:
        kind = "email" if target[0] == "email" else "phone"
        member_id = (await members.find(tx, kind, [target[1]])).get(target[1])
        if member_id is not None and await link_codes.waiting(tx, member_id, now) >= ASKERS:
            member_id = None
    code_hash = hashed(secret, "link", code)
    await link_codes.put(tx, link_codes.LinkCode(channel, address, member_id, code_hash, now + LASTS))
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
    pending = await link_codes.take_try(tx, channel, address, now, TRIES)
    if pending is None:
        raise NotAllowed("this code does not hold any more; ask for a new one")
    code_hash, member_id = pending
    if not hmac.compare_digest(code_hash, hashed(secret, "link", code.strip())) or member_id is None:
        raise NotAllowed("this code is not right")
    await link_codes.drop(tx, channel, address)
    chat = (await chats.load(tx, channel, [address])).get(address)
    if chat is not None and chat.member_id not in (None, member_id):
        raise Conflict("this address belongs to a member already")
    await members.put_address(tx, member_id, members.Address(channel, address))
    return member_id
