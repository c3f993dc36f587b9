"""What becomes of vouchers: shown, used once, or cancelled with what they cost given back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import refs, waiting
from bot.actions.codes import hashed
from bot.actions.core import Core
from bot.actions.intake import MemberRef
from bot.actions.settle import settled
from bot.errors import Conflict, NotFound, TooOften
from bot.loyalty import ledger as wallets
from bot.loyalty.codes import tidy
from bot.loyalty.expiry import returned_until
from bot.loyalty.member import MemberState
from bot.loyalty.parts import Names
from bot.loyalty.programme import Programme
from bot.storage import ledger, redemptions, standings, stocks, tries, vouchers
from bot.storage.ids import new_id
from bot.storage.redemptions import Redemption
from bot.storage.vouchers import Voucher

WRONG = 1000
"""Codes in an hour that are nobody's, of one API key."""
WRONG_BY_ONE = 30
"""Of one visitor of vouchers' pages."""
WRONG_BY_ALL = 20_000
"""Of all visitors together: it takes hundreds of addresses to close the pages for everybody."""
Limits = Mapping[str, int]
"""What wrong codes are counted by, and how many of them end it there."""
_NONE = "there is no voucher with this code; check for a typing error"


def of_key(name: str) -> Limits:
    """What limits the guesses of who has an API key."""
    return {f"voucher:key:{name}": WRONG}


def of_visitor(core: Core, address: str | None) -> Limits:
    """What limits the guesses on a voucher's page from an address; None is of whom nothing is known."""
    everybody = {"voucher:page": WRONG_BY_ALL}
    if address is None:
        return everybody
    # A keyed hash, which is dropped within the hour: nobody's address is kept.
    return {f"voucher:visitor:{hashed(core.secret, 'voucher-visitor', address)}": WRONG_BY_ONE, **everybody}


async def look_up(core: Core, code: str, limits: Limits = MappingProxyType({})) -> Voucher:
    """A voucher by its code, unless by its limits who asks may be guessing.

    Raises:
        NotFound: no such voucher.
        TooOften: so many codes of theirs within an hour were nobody's; nothing was looked up.
    """
    now = core.clock()
    async with core.database.read() as tx:
        wrong = await tries.all_so_far(tx, list(limits), now)
        if any(made >= most for made, most in zip(wrong, limits.values(), strict=True)):
            raise TooOften
        try:
            return await _existing(tx, code)
        except NotFound:
            # One that fails its check digit can be nobody's, so it is no guess.
            if tidy(code) is None:
                raise
    async with core.database.write() as tx:
        for what in limits:
            await tries.count(tx, what, now, timedelta(hours=1))
    raise NotFound(_NONE)


async def of_member(core: Core, ref: MemberRef, *, unused: bool = False) -> Sequence[Voucher]:
    """A member's vouchers, the newest first; ``unused`` leaves those that are good now.

    Raises:
        NotFound: no such member.
    """
    async with core.database.read() as tx:
        member_id = await refs.find_one(tx, ref, await core.programmes.current(tx))
        return await vouchers.of_member(tx, member_id, unused_at=core.clock() if unused else None)


async def use(core: Core, code: str, where: str, by: str | None = None) -> Voucher:
    """Use a voucher, once. ``where`` and ``by`` tell the place and the person.

    Raises:
        NotFound: no such voucher.
        Conflict: used before, cancelled or expired; says when and where.
    """
    now = core.clock()
    async with core.database.write() as tx:
        voucher = await _existing(tx, code)
        if not await vouchers.use(tx, voucher.code, where, by, now):
            raise _spent(await _existing(tx, code))
        return replace(voucher, used_at=now, used_where=where, used_by=by)


async def cancel(core: Core, code: str, why: str) -> Voucher:
    """Make an unused voucher void and give back what it cost, to the very lots that paid.

    Whoever waits first for a seat that comes free by it is given it, or told.

    Raises:
        NotFound: no such voucher.
        Conflict: used or cancelled before.
    """

    async def work(tx: AsyncConnection) -> Voucher:
        voucher, programme, now = await _existing(tx, code), await core.programmes.current(tx), core.clock()
        first = await stocks.first_in_line(tx, voucher.reward)
        held = [voucher.member_id] if first is None else [voucher.member_id, first]
        states = await settled(tx, programme, await standings.lock(tx, held), now)
        if not await vouchers.cancel(tx, voucher.code, why, now):
            raise _spent(await _existing(tx, code))
        done = await redemptions.of_voucher(tx, voucher.member_id, voucher.code)
        if done is not None:
            await redemptions.cancel(tx, done.id, now)
            if done.cost:
                await _give_back(tx, programme, done, states[voucher.member_id], now)
        if (voucher.terms or {}).get("of_stock"):
            await stocks.put_back(tx, voucher.reward)
            await waiting.seat_came_free(tx, core, programme, voucher.reward, now)
        return replace(voucher, cancelled_at=now, cancelled_why=why)

    return await core.database.transact(work)


async def _give_back(
    tx: AsyncConnection, programme: Programme, done: Redemption, state: MemberState, now: datetime
) -> None:
    [debit] = [e for e in await ledger.caused_by(tx, done.member_id, done.id) if e.kind == "redeem"]
    state = wallets.plus(state, done.cost, done.wallet)
    line = ledger.Entry(
        new_id(),
        done.member_id,
        "cancel",
        done.cost,
        done.reward,
        done.id,
        now,
        done.wallet,
        expires_at=returned_until(programme, now),
    )
    ends = await ledger.give_back(tx, debit.id, line, wallets.balance_of(state, done.wallet))
    state = wallets.due(state, ends)
    # Points that a refund could not take, because they had been spent on this, are there again.
    back = min(done.cost, await ledger.short_since(tx, debit), max(wallets.balance_of(state, done.wallet), 0))
    if back:
        taken = line._replace(id=new_id(), kind="refund", points=-back, short=-back, expires_at=None)
        await ledger.spend(tx, taken)
        state = wallets.plus(state, -back, done.wallet)
    await standings.save(tx, {done.member_id: state})


def _spent(voucher: Voucher) -> Conflict:
    """Why a voucher is good no more."""
    if voucher.cancelled_at:
        at = voucher.cancelled_at.isoformat()
        return Conflict(f"this voucher was cancelled at {at}", cancelled_at=at)
    if voucher.used_at is None and voucher.expires_at:
        at = voucher.expires_at.isoformat()
        return Conflict(f"this voucher was good until {at}", expired_at=at)
    at = voucher.used_at.isoformat() if voucher.used_at else ""
    place = f" ({voucher.used_where})" if voucher.used_where else ""
    return Conflict(f"this voucher was used at {at}{place}", used_at=at, used_where=voucher.used_where or "")


async def _existing(tx: AsyncConnection, code: str) -> Voucher:
    tidied = tidy(code)
    voucher = await vouchers.get(tx, tidied) if tidied else None
    if voucher is None:
        raise NotFound(_NONE)
    return voucher


def names_of(programme: Programme, voucher: Voucher) -> Names:
    """What it is for: in the words of the day of issue; of one from before there were terms, in today's."""
    today = programme.rewards.get(voucher.reward)
    names: Names | None = (voucher.terms or {}).get("names")
    return names or (today.names if today else {programme.languages[0]: voucher.reward})
