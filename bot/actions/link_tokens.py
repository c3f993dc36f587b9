"""One-time links: made in a chat that is a member's, taken up in another.

A token has 128 bits from the operating system. With a million of them alive, and an attacker who sends a thousand
guesses a second without end, one is hit once in about 10¹⁹ years; besides, ``WRONG`` wrong ones in an hour from one
address end it there, and what is past that is not looked up at all.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.codes import hashed
from bot.errors import Conflict, NotAllowed
from bot.storage import link_tokens, tries

BYTES = 16
LASTS = timedelta(minutes=10)
ALIVE = 5
"""So many of one member's hold at a time."""
WRONG = 10
"""Wrong tokens in an hour from one address, after which none is looked up."""
_HOUR = timedelta(hours=1)


async def make(tx: AsyncConnection, secret: bytes, member_id: int, now: datetime) -> str:
    """A new token of a member's; only its hash is kept.

    Raises:
        Conflict: too many hold already.
    """
    if await link_tokens.alive(tx, member_id, now) >= ALIVE:
        raise Conflict("too many links hold already; wait ten minutes")
    token = secrets.token_urlsafe(BYTES)
    await link_tokens.put(tx, member_id, hashed(secret, "link-token", token), now + LASTS)
    return token


async def look_up(
    tx: AsyncConnection, secret: bytes, channel: str, address: str, token: str, now: datetime
) -> tuple[str, int]:
    """The hash of a token that holds, and whose it is; the token is not used up.

    Raises:
        NotAllowed: it does not hold (any more), or too many wrong ones came from there.
    """
    who = f"link-token:{hashed(secret, 'link-token-by', f'{channel}:{address}')}"
    if await tries.so_far(tx, who, now) >= WRONG:
        raise NotAllowed("too many wrong links; try again in an hour")
    token_hash = hashed(secret, "link-token", token)
    member_id = await link_tokens.whose(tx, token_hash, now)
    if member_id is None:
        await tries.count(tx, who, now, _HOUR)
        raise NotAllowed("this link does not hold any more")
    return token_hash, member_id


async def use(tx: AsyncConnection, token_hash: str, now: datetime) -> int:
    """Whose token it is; it is used up.

    Raises:
        NotAllowed: it does not hold any more.
    """
    member_id = await link_tokens.use(tx, token_hash, now)
    if member_id is None:
        raise NotAllowed("this link does not hold any more")
    return member_id
