"""Proving that an address belongs to a member: a one-time code sent to one they are known by.

What guessing can do, with the limits below: a code is one of 1,000,000 and is compared with ``TRIES`` guesses at most.
Whatever addresses an attacker writes from, guesses at one member's codes are compared ``TRIES_A_DAY`` times a day: 10
in 1,000,000, so that after a whole year of it 99.6 % of such attacks have got nowhere, while the member got codes they
had not asked for every day. Over all members together ``WRONG_A_DAY`` wrong codes end it for that day: 300 in 1,000,000
a day that anybody's is hit. What is past a limit is not compared at all. ``tests/actions/test_guessing.py`` computes
this from the constants, and tries it.
"""

import hmac
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.codes import hashed, new_digits
from bot.actions.core import Core
from bot.actions.recording.guests import claim_in
from bot.actions.refs import email_address, phone_number
from bot.errors import NotAllowed
from bot.loyalty.programme import Programme
from bot.storage import chats, link_codes, link_tokens, members, tries

LASTS = timedelta(minutes=10)
PAUSE = timedelta(minutes=1)
"""Before the same address may ask for another code."""
TRIES = 5
"""Five tries of six digits: a guess succeeds once in 200,000 codes."""
ASKERS = 3
"""As many may wait for codes to one member: a stranger with many addresses floods nobody's phone."""
ASKS_A_DAY = 10
"""Codes that one address may ask for in a day."""
ASKED_A_DAY = 10
"""Codes that one member is sent in a day, whoever asks."""
TRIES_A_DAY = 10
"""Codes typed for one member that are compared in a day, from all addresses together."""
WRONG_A_DAY = 300
"""Wrong codes in a day, of all members together, after which none is compared until the day is over."""
_DAY = timedelta(days=1)
log = structlog.get_logger()


async def ask(
    tx: AsyncConnection, programme: Programme, secret: bytes, channel: str, address: str, claimed: str, now: datetime
) -> tuple[int, str, str, str] | None:
    """Make a code for whoever claims to own ``claimed`` (a phone or e-mail address).

    Answers ``(member id, channel, address, code)`` to send it to, or None when there is nothing to send: nobody
    is known there, a code is still under way, or it was asked too often today. The asker must not be able to tell
    these apart.
    """
    ends = await link_codes.end_of(tx, channel, address)
    if ends is not None and ends - LASTS + PAUSE > now:
        return None
    if await tries.count(tx, _by(secret, channel, address), now, _DAY) > ASKS_A_DAY:
        return None
    code = new_digits()
    target = _target(claimed, programme)
    member_id = await _claimed(tx, target, now) if target else None
    code_hash = hashed(secret, "link", code)
    await link_codes.put(tx, link_codes.LinkCode(channel, address, member_id, code_hash, now + LASTS))
    return (member_id, *target, code) if target and member_id else None


def _by(secret: bytes, channel: str, address: str) -> str:
    # Tries outlive whoever is erased, so no address is kept with them.
    return f"link-ask:{hashed(secret, 'link-ask', f'{channel}:{address}')}"


def _target(claimed: str, programme: Programme) -> tuple[str, str] | None:
    try:
        if "@" in claimed:
            return "email", email_address(claimed)
        return "sms", phone_number(claimed, programme.country)
    except ValueError:
        return None


async def _claimed(tx: AsyncConnection, target: tuple[str, str], now: datetime) -> int | None:
    kind, value = ("email" if target[0] == "email" else "phone"), target[1]
    member_id = (await members.find(tx, kind, [value])).get(value)
    if member_id is None or await link_codes.waiting(tx, member_id, now) >= ASKERS:
        return None
    return member_id if await tries.count(tx, f"link-to:{member_id}", now, _DAY) <= ASKED_A_DAY else None


async def prove(tx: AsyncConnection, secret: bytes, channel: str, address: str, code: str, now: datetime) -> int:
    """The id of the member whose code was typed, which is used up then.

    Raises:
        NotAllowed: wrong, too old or too often tried.
    """
    pending = await link_codes.take_try(tx, channel, address, now, TRIES)
    if pending is None:
        raise NotAllowed("this code does not hold any more; ask for a new one")
    code_hash, member_id = pending
    if member_id is None or not await _may_compare(tx, member_id, now):
        raise NotAllowed("this code is not right")
    if not hmac.compare_digest(code_hash, hashed(secret, "link", code.strip())):
        if await tries.count(tx, "link-wrong", now, _DAY) == WRONG_A_DAY:
            log.warning("link_codes_guessed", wrong=WRONG_A_DAY, closed="until the day is over")
        raise NotAllowed("this code is not right")
    await link_codes.drop(tx, channel, address)
    return member_id


async def _may_compare(tx: AsyncConnection, member_id: int, now: datetime) -> bool:
    if await tries.so_far(tx, "link-wrong", now) >= WRONG_A_DAY:
        return False
    # Counted before it is compared: guesses made at the same time must not share a try.
    return await tries.count(tx, f"link-try:{member_id}", now, _DAY) <= TRIES_A_DAY


async def make_theirs(
    tx: AsyncConnection, programme: Programme, way: members.Address, member_id: int, now: datetime
) -> int | None:
    """Make a proven address the member's, and with it what was bought by it before.

    Answers the other member whose it is already, when it is: then nothing was done, and the two may be made one.
    """
    chat = (await chats.load(tx, way.channel, [way.address])).get(way.address)
    if chat is not None and chat.member_id not in (None, member_id):
        return chat.member_id
    await members.put_address(tx, member_id, way)
    await claim_in(tx, programme, member_id, [way], now)
    return None


async def forget_due(core: Core, now: datetime) -> None:
    """Drop codes, tokens and counts of tries that are over."""
    async with core.database.write() as tx:
        await link_codes.forget(tx, now)
        await link_tokens.forget(tx, now)
        await tries.forget(tx, now)
