"""Redeeming rewards and using the vouchers they yield."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import refs
from bot.actions.codes import new_code, tidy
from bot.actions.core import Core
from bot.actions.intake import MemberRef
from bot.actions.record import VOUCHER_LENGTH
from bot.actions.settle import settled
from bot.errors import Conflict, NotFound
from bot.loyalty.programme import Programme
from bot.loyalty.reward import Reward
from bot.storage import ledger, standings, vouchers
from bot.storage.ids import new_id
from bot.storage.vouchers import Redemption, Voucher


@dataclass(frozen=True, slots=True)
class Redeemed:
    """A redemption; ``duplicate`` when this request had been carried out before."""

    voucher: str
    reward: str
    points_left: int
    duplicate: bool = False


async def redeem(core: Core, ref: MemberRef, reward: str, request: str) -> Redeemed:
    """Give points for a reward. ``request`` names the call: made again, it has the effect of once.

    Raises:
        NotFound: no such member or reward.
        Conflict: too few points (``facts["short"]``), or the request was used for something else.
    """

    async def work(tx: AsyncConnection) -> Redeemed:
        programme = await core.programmes.current(tx)
        member_id = await refs.find_one(tx, ref, programme)
        return await redeem_in(tx, programme, member_id, reward, request, core.clock())

    return await core.database.transact(work)


async def redeem_in(
    tx: AsyncConnection, programme: Programme, member_id: int, reward_key: str, request: str, now: datetime
) -> Redeemed:
    """The same inside a transaction that is already open."""
    reward = programme.rewards.get(reward_key)
    if reward is None:
        raise NotFound(f'there is no reward "{reward_key}"; there are: {", ".join(programme.rewards)}')
    states = await settled(tx, programme, await standings.lock(tx, [member_id]), now)
    before = await vouchers.redemption(tx, request)
    if before is not None:
        if (before.member_id, before.reward) != (member_id, reward_key):
            raise Conflict("this id was used for another redemption; choose a new one")
        return Redeemed(before.voucher, before.reward, before.points_left, duplicate=True)
    state = states[member_id]
    if state.points < reward.cost:
        short = reward.cost - state.points
        raise Conflict(f"{short} points short of {reward.cost}; nothing was changed", short=short)
    left = state._replace(points=state.points - reward.cost)
    await standings.save(tx, {member_id: left})
    return await _pay(tx, member_id, reward, request, left.points, now)


async def _pay(
    tx: AsyncConnection, member_id: int, reward: Reward, request: str, points_left: int, now: datetime
) -> Redeemed:
    done = Redemption(new_id(), request, member_id, reward.key, points_left, new_code(VOUCHER_LENGTH), now, reward.cost)
    await ledger.spend(tx, ledger.Entry(new_id(), member_id, "redeem", -reward.cost, reward.key, done.id, now))
    await vouchers.issue(tx, [Voucher(done.voucher, member_id, reward.key, "redemption", now)])
    await vouchers.note(tx, done)
    return Redeemed(done.voucher, reward.key, points_left)


async def look_up(core: Core, code: str) -> Voucher:
    """Raises NotFound when there is no such voucher."""
    async with core.database.read() as tx:
        return await _existing(tx, code)


async def use(core: Core, code: str, where: str) -> Voucher:
    """Use a voucher, once.

    Raises:
        NotFound: no such voucher.
        Conflict: used before; says when and where.
    """
    now = core.clock()
    async with core.database.write() as tx:
        voucher = await _existing(tx, code)
        if not await vouchers.use(tx, voucher.code, where, now):
            voucher = await _existing(tx, code)
            at = voucher.used_at.isoformat() if voucher.used_at else ""
            raise Conflict(
                f"this voucher was used at {at}" + (f" ({voucher.used_where})" if voucher.used_where else ""),
                used_at=at,
                used_where=voucher.used_where or "",
            )
        return replace(voucher, used_at=now, used_where=where)


async def _existing(tx: AsyncConnection, code: str) -> Voucher:
    tidied = tidy(code)
    voucher = await vouchers.get(tx, tidied) if tidied else None
    if voucher is None:
        raise NotFound("there is no voucher with this code; check for a typing error")
    return voucher
