"""Redeeming rewards, and granting them without a price."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import catalogue, issuing, refs
from bot.actions.core import Core
from bot.actions.intake import MemberRef
from bot.actions.settle import settled
from bot.errors import Conflict, NotFound
from bot.loyalty.catalogue import NOTHING, Offer, offer, tiers_for
from bot.loyalty.ledger import plus
from bot.loyalty.member import CREDIT, POINTS, MemberState
from bot.loyalty.money import from_minor
from bot.loyalty.programme import Programme
from bot.loyalty.reward import MONEY, Reward
from bot.storage import donations, ledger, redemptions, standings, stocks, vouchers
from bot.storage.donations import Donation
from bot.storage.ids import new_id
from bot.storage.redemptions import GRANTED, Redemption
from bot.storage.vouchers import Voucher

REDEMPTION = "redemption"
_REASONS = {
    "grant_only": "this reward cannot be bought: it is given",
    "not_yet": "this reward is not offered yet; from {opens} it is",
    "no_longer": "this reward was offered until {closes}",
    "other_tier": "this reward is for members of another tier: {tiers}",
    "not_for_you": "this reward is not for this member: its condition does not hold",
    "limit_reached": "this member has had this reward as often as one may",
    "sold_out": "this reward is sold out",
    "too_little_credit": "{short} short of {cost} in credit",
    "too_few_points": "{short} points short of {cost}",
}


@dataclass(frozen=True, slots=True)
class Redeemed:
    """A redemption; ``duplicate`` when this request had been carried out before."""

    voucher: str
    reward: str
    points_left: int
    duplicate: bool = False
    partners_code: str | None = None
    """What is shown at a partner's; told only the first time, as is ``until``, when the voucher ends."""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Taking:
    """Who takes what, by which request; ``wallet`` pays ``cost``."""

    programme: Programme
    member_id: int
    reward: Reward
    request: str
    now: datetime
    because: str = REDEMPTION
    wallet: str = POINTS
    cost: int = 0


async def redeem(core: Core, ref: MemberRef, reward: str, request: str) -> Redeemed:
    """Give points for a reward. ``request`` names the call: made again, it has the effect of once.

    Raises:
        NotFound: no such member or reward.
        Conflict: the member cannot have it now (``facts["why"]``), or the request was used for something else.
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
    reward = existing(programme, reward_key)
    states = await settled(tx, programme, await standings.lock(tx, [member_id]), now)
    if before := await _done_before(tx, member_id, reward_key, request):
        return before
    taken = await catalogue.taken_in(tx, [reward], member_id)
    asked = offer(programme, reward, states[member_id], taken.get(reward_key, NOTHING), now)
    if asked.why_not:
        raise refused(programme, states[member_id], asked, now)
    wallet, cost = (CREDIT, reward.credit) if reward.credit else (POINTS, reward.cost)
    taking = _Taking(programme, member_id, reward, request, now, wallet=wallet, cost=cost)
    return await _take(tx, taking, states[member_id])


async def grant(core: Core, ref: MemberRef, reward: str, reason: str, request: str) -> Redeemed:
    """Give a reward away, once for each request: no price and no limit stands in the way, but an empty stock does.

    Raises:
        NotFound: no such member or reward.
        Conflict: sold out, or the request was used for something else.
    """

    async def work(tx: AsyncConnection) -> Redeemed:
        programme, now = await core.programmes.current(tx), core.clock()
        member_id = await refs.find_one(tx, ref, programme)
        what = existing(programme, reward)
        states = await settled(tx, programme, await standings.lock(tx, [member_id]), now)
        if before := await _done_before(tx, member_id, reward, request):
            return before
        taking = _Taking(programme, member_id, what, request, now, f"grant:{reason}", GRANTED)
        return await _take(tx, taking, states[member_id])

    return await core.database.transact(work)


def existing(programme: Programme, key: str) -> Reward:
    """Raises NotFound, naming those that there are."""
    reward = programme.rewards.get(key)
    if reward is None:
        raise NotFound(f'there is no reward "{key}"; there are: {", ".join(programme.rewards)}')
    return reward


async def _done_before(tx: AsyncConnection, member_id: int, reward: str, request: str) -> Redeemed | None:
    before = await redemptions.by_request(tx, request)
    if before is None:
        return None
    if (before.member_id, before.reward) != (member_id, reward):
        raise Conflict("this id was used for another redemption; choose a new one")
    return Redeemed(before.voucher, before.reward, before.points_left, duplicate=True)


async def _take(tx: AsyncConnection, taking: _Taking, state: MemberState) -> Redeemed:
    """Of a member who is locked: stock first, which refuses; then what is paid, and what is had for it."""
    voucher = await _voucher(tx, taking)
    cause = new_id()
    if taking.cost:
        price = ledger.Entry(
            new_id(), taking.member_id, "redeem", -taking.cost, taking.reward.key, cause, taking.now, taking.wallet
        )
        await ledger.spend(tx, price)
        state = plus(state, -taking.cost, taking.wallet)
    if taking.reward.kind in MONEY:
        state = await _credit(tx, taking, state, cause)
    if taking.reward.kind == "donation":
        await donations.note(tx, _donation(taking, cause))
    await standings.save(tx, {taking.member_id: state})
    await vouchers.issue(tx, [voucher])
    done = Redemption(
        cause,
        taking.request,
        taking.member_id,
        taking.reward.key,
        state.points,
        voucher.code,
        taking.now,
        taking.cost,
        taking.wallet,
    )
    await redemptions.note(tx, done)
    partners_code = (voucher.terms or {}).get("code")
    return Redeemed(
        voucher.code, taking.reward.key, state.points, partners_code=partners_code, until=voucher.expires_at
    )


async def _voucher(tx: AsyncConnection, taking: _Taking) -> Voucher:
    reward = taking.reward
    made = issuing.voucher(taking.programme, taking.member_id, reward.key, taking.because, taking.now)
    if reward.stock is not None:
        if not await stocks.take(tx, reward.key, reward.stock):
            raise Conflict(f"{_REASONS['sold_out']}; nothing was changed", why="sold_out")
        await stocks.leave_line(tx, reward.key, taking.member_id)
        made = replace(made, terms={**(made.terms or {}), "of_stock": True})
    if reward.kind == issuing.PARTNERS:
        [made] = await issuing.with_partners_codes(tx, [made])
        if "code" not in (made.terms or {}):
            raise Conflict(f"{_REASONS['sold_out']}; nothing was changed", why="sold_out")
    return made


def _donation(taking: _Taking, cause: int) -> Donation:
    """What the cause gets: the reward's value, or, when it has none, what was paid."""
    paid = 0 if taking.reward.value else taking.cost
    points, money = (paid, taking.reward.value) if taking.wallet == POINTS else (0, taking.reward.value or paid)
    return Donation(cause, f"reward:{cause}", taking.member_id, taking.reward.cause, points, money, taking.now)


async def _credit(tx: AsyncConnection, taking: _Taking, state: MemberState, cause: int) -> MemberState:
    reward = taking.reward
    line = ledger.Entry(new_id(), taking.member_id, "reward", reward.value, reward.key, cause, taking.now, CREDIT)
    state, line = ledger.credit(taking.programme, state, line, earned=False)
    await ledger.post(tx, [line])
    return state


def refused(programme: Programme, state: MemberState, asked: Offer, now: datetime) -> Conflict:
    """Says what is missing, in ``facts`` too."""
    reward, why = asked.reward, asked.why_not or "sold_out"
    facts: dict[str, object] = {"why": why}
    if why in ("too_few_points", "too_little_credit"):
        facts["short"] = asked.short if why == "too_few_points" else from_minor(asked.short, programme.exponent)
    words = _REASONS[why].format(
        opens=reward.opens and reward.opens.isoformat(" ", "minutes"),
        closes=reward.closes and reward.closes.isoformat(" ", "minutes"),
        tiers=", ".join(tiers_for(programme, reward, state, now)) if why == "other_tier" else "",
        short=facts.get("short"),
        cost=reward.cost if why == "too_few_points" else from_minor(reward.credit, programme.exponent),
    )
    return Conflict(f"{words}; nothing was changed", **facts)
