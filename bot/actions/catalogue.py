"""The rewards as members see them, read from the database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import refs
from bot.actions.core import Core
from bot.actions.intake import MemberRef
from bot.actions.issuing import PARTNERS
from bot.actions.settle import passing
from bot.loyalty.catalogue import Offer, Taken, is_plain, offers, refused_in
from bot.loyalty.member import MemberState
from bot.loyalty.programme import Programme
from bot.loyalty.reward import Reward
from bot.storage import redemptions, reward_codes, standings, stocks


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All rewards; ``offers`` in a member's own order where one was named."""

    programme: Programme
    taken: Mapping[str, Taken]
    offers: list[Offer] | None = None


async def catalogue(core: Core, ref: MemberRef | None) -> Catalogue:
    """What can be had, by anyone or by a member.

    Raises:
        NotFound: no such member.
    """
    async with core.database.read() as tx:
        programme = await core.programmes.current(tx)
        if ref is None:
            return Catalogue(programme, await taken_in(tx, programme.rewards.values(), 0))
        member_id = await refs.find_one(tx, ref, programme)
        now = core.clock()
        state = (await passing(tx, programme, await standings.load(tx, [member_id]), now))[member_id].state
        taken = await taken_in(tx, programme.rewards.values(), member_id)
        return Catalogue(programme, taken, offers(programme, state, taken, now))


async def taken_in(tx: AsyncConnection, rewards: Iterable[Reward], member_id: int) -> dict[str, Taken]:
    """What is taken of rewards, as far as it decides who may have them. Asks nothing where it decides nothing."""
    limited = [one for one in rewards if not is_plain(one)]
    stock = await stocks.taken(tx, [one.key for one in limited if one.stock is not None])
    bounded = [one.key for one in limited if one.per_member or one.per_period]
    mine = await redemptions.times(tx, member_id, bounded)
    codes = await reward_codes.free(tx, [one.key for one in limited if one.kind == PARTNERS])
    return {
        one.key: Taken(stock.get(one.key, 0), tuple(mine.get(one.key, ())), codes.get(one.key, 0)) for one in limited
    }


async def refused_to(tx: AsyncConnection, programme: Programme, member_id: int, now: datetime) -> dict[str, str]:
    """Why a member cannot have rewards, except for want of points; asks nothing where points alone decide."""
    if all(map(is_plain, programme.rewards.values())):
        return {}
    passed = await passing(tx, programme, await standings.load(tx, [member_id]), now)
    return await refused(tx, programme, member_id, passed[member_id].state, now)


async def refused(
    tx: AsyncConnection, programme: Programme, member_id: int, state: MemberState, now: datetime
) -> dict[str, str]:
    """The same for a member whose state is known."""
    if all(map(is_plain, programme.rewards.values())):
        return {}
    taken = await taken_in(tx, programme.rewards.values(), member_id)
    return {**refused_in(offers(programme, state, taken, now))}
