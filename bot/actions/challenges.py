"""Taking up a challenge that a member takes part in only by their own choice."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import refs
from bot.actions.core import Core
from bot.actions.intake import MemberRef
from bot.actions.recording.within import INTERNAL, record_in
from bot.errors import Conflict, NotFound
from bot.loyalty.activity import Activity
from bot.loyalty.challenges import JOINED, Challenge
from bot.loyalty.programme import Programme


async def take_up(core: Core, ref: MemberRef, key: str) -> None:
    """Have a member take part; done again, it has the effect of once.

    Raises:
        NotFound: there is no such member or challenge.
        Conflict: everybody takes part in it anyway.
    """

    async def work(tx: AsyncConnection) -> None:
        programme = await core.programmes.current(tx)
        await take_up_in(tx, programme, await refs.find_one(tx, ref, programme), key, core.clock())

    await core.database.transact(work)


async def take_up_in(tx: AsyncConnection, programme: Programme, member_id: int, key: str, now: datetime) -> None:
    """The same inside a transaction that is already open."""
    challenge = programme.of(Challenge).get(key)
    if challenge is None:
        raise NotFound(f'there is no challenge "{key}"')
    if not challenge.opt_in:
        raise Conflict("every member takes part in this challenge; nothing needs to be done")
    told = Activity(JOINED, INTERNAL, f"{JOINED}:{member_id}:{key}", now, attributes={"challenge": key})
    await record_in(tx, programme, [(member_id, told)], now)
