"""Waiting lists: who stands in line for a seat of something that is full, and who gets one that comes free.

A seat that costs nothing is given to the first in line. One that has a price is not taken from anybody unasked: the
first in line is told that it is there, leaves the line, and whoever redeems first has it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import catalogue, refs
from bot.actions.core import Core
from bot.actions.intake import MemberRef
from bot.actions.notices import notice
from bot.actions.redeem import existing, redeem_in
from bot.actions.settle import settled
from bot.conversation import seats
from bot.errors import Conflict
from bot.loyalty.catalogue import NOTHING, refusal
from bot.loyalty.programme import Programme
from bot.loyalty.reward import Reward
from bot.storage import members, outbox, standings, stocks
from bot.storage.ids import new_id


@dataclass(frozen=True, slots=True)
class InLine:
    """The ``place`` of a member who waits for a reward; 1 is the first."""

    reward: str
    place: int


async def join(core: Core, ref: MemberRef, reward: str) -> InLine:
    """Stand in line for an experience that is full; whoever does already keeps the place.

    Raises:
        NotFound: no such member or reward.
        Conflict: there is no line for it, there are seats, or the member could not have one.
    """

    async def work(tx: AsyncConnection) -> InLine:
        programme = await core.programmes.current(tx)
        member_id = await refs.find_one(tx, ref, programme)
        return await join_in(tx, programme, member_id, reward, core.clock())

    return await core.database.transact(work)


async def join_in(tx: AsyncConnection, programme: Programme, member_id: int, key: str, now: datetime) -> InLine:
    """The same inside a transaction that is already open."""
    reward = existing(programme, key)
    if reward.kind != "experience":
        raise Conflict("only experiences have a waiting list")
    states = await settled(tx, programme, await standings.lock(tx, [member_id]), now)
    taken = (await catalogue.taken_in(tx, [reward], member_id)).get(key, NOTHING)
    why = refusal(programme, reward, states[member_id], taken, now)
    if why is None:
        raise Conflict("there are seats: redeem the reward", why="not_full")
    if why != "sold_out":
        raise Conflict(f"this member cannot have the reward ({why})", why=why)
    return InLine(key, await stocks.join_line(tx, key, member_id, now))


async def leave(core: Core, ref: MemberRef, reward: str) -> None:
    """Wait no longer; who does not wait is told nothing.

    Raises:
        NotFound: no such member or reward.
    """

    async def work(tx: AsyncConnection) -> None:
        programme = await core.programmes.current(tx)
        existing(programme, reward)
        await stocks.leave_line(tx, reward, await refs.find_one(tx, ref, programme))

    await core.database.transact(work)


async def seat_came_free(tx: AsyncConnection, core: Core, programme: Programme, key: str, now: datetime) -> bool:
    """Give the seat to the first in line who may have it, or tell them; those who may not leave the line."""
    reward = programme.rewards.get(key)
    while reward and (member_id := await stocks.first_in_line(tx, key)) is not None:
        await stocks.leave_line(tx, key, member_id)
        if await _offered(tx, core, programme, reward, member_id, now):
            return True
    return False


async def fill(core: Core, now: datetime) -> int:
    """Give seats that cost nothing to those who wait, as far as there are any: the programme may have got more."""

    async def work(tx: AsyncConnection) -> int:
        programme, given = await core.programmes.current(tx), 0
        for key in await stocks.lines(tx):
            reward = programme.rewards.get(key)
            if reward is None or reward.cost or reward.credit or reward.stock is None:
                continue
            free = reward.stock - (await stocks.taken(tx, [key])).get(key, 0)
            while free > 0 and await seat_came_free(tx, core, programme, key, now):
                free, given = free - 1, given + 1
        return given

    return await core.database.transact(work)


async def _offered(
    tx: AsyncConnection, core: Core, programme: Programme, reward: Reward, member_id: int, now: datetime
) -> bool:
    states = await settled(tx, programme, await standings.lock(tx, [member_id]), now)
    taken = (await catalogue.taken_in(tx, [reward], member_id)).get(reward.key, NOTHING)
    member = await members.get(tx, member_id)
    if refusal(programme, reward, states[member_id], taken, now) not in (None, "too_little_credit"):
        return False
    if reward.cost or reward.credit:
        said = seats.there_is_one(programme, member.locale, reward)
        if not notice(member, said, core.channels):
            # Who cannot be told would let the seat lie: the next in line hears of it.
            return False
    else:
        done = await redeem_in(tx, programme, member_id, reward.key, f"seat:{new_id()}", now)
        said = seats.yours(programme, member.locale, reward, done.voucher)
    await outbox.add(tx, notice(member, said, core.channels), now)
    return True
