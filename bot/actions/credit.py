"""Store credit paid with at the till, and what staff give or take by hand. Each is kept as an activity of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import refs
from bot.actions.core import Core
from bot.actions.intake import MemberRef
from bot.actions.settle import settled
from bot.errors import Conflict, bad_field
from bot.loyalty.activity import INTERNAL, Activity
from bot.loyalty.ledger import balance_of, plus
from bot.loyalty.member import CREDIT, POINTS, MemberState
from bot.loyalty.money import from_minor, to_minor
from bot.loyalty.programme import Programme
from bot.storage import activities, ledger, standings
from bot.storage.activities import Told
from bot.storage.ids import new_id
from bot.storage.ledger import Entry

CREDIT_SPENT, ADJUST = "credit_spent", "adjust"
_MOST = 10**12


@dataclass(frozen=True, slots=True)
class Moved:
    """What is in both wallets after it; ``credit`` as a decimal. ``duplicate`` when it had been done before."""

    points: int
    credit: str
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class _Moving:
    """So much into a wallet, or out of it."""

    kind: str
    wallet: str
    amount: int
    request: str
    location: str = ""
    reason: str = ""
    by: str = ""


async def spend_credit(core: Core, ref: MemberRef, amount: str, request: str, location: str = "") -> Moved:
    """Pay with store credit. ``request`` names the call: made again, it has the effect of once.

    Raises:
        NotFound: no such member.
        BadInput: no amount in the programme's currency.
        Conflict: too little credit (``facts["short"]``), or the request was used for something else.
    """

    def told(programme: Programme) -> _Moving:
        minor = _minor(amount, "amount", programme)
        if minor < 0:
            raise bad_field("amount", "must be more than 0")
        return _Moving(CREDIT_SPENT, CREDIT, -minor, request, location)

    return await _move(core, ref, told)


async def adjust(
    core: Core, ref: MemberRef, points: int | None, credit: str | None, reason: str, request: str, by: str = ""
) -> Moved:
    """Thank or correct: give points or credit, or with a minus take what is there. ``by`` is who did it.

    Raises:
        NotFound, BadInput: no such member; nothing, or both, to give.
        Conflict: less is there than is to be taken, or the request was used for something else.
    """

    def told(programme: Programme) -> _Moving:
        if (points is None) == (credit is None) or points == 0:
            raise bad_field("points", "name either points or credit, other than 0")
        wallet = POINTS if credit is None else CREDIT
        amount = points if credit is None else _minor(credit, "credit", programme)
        return _Moving(ADJUST, wallet, amount or 0, request, reason=reason, by=by)

    return await _move(core, ref, told)


def _minor(text: str, at: str, programme: Programme) -> int:
    try:
        minor = to_minor(text, programme.exponent)
    except ValueError as error:
        raise bad_field(at, str(error)) from error
    if not minor or abs(minor) > _MOST:
        raise bad_field(at, f"must be other than 0, and not more than {from_minor(_MOST, programme.exponent)}")
    return minor


async def _move(core: Core, ref: MemberRef, told: Callable[[Programme], _Moving]) -> Moved:
    now = core.clock()

    async def work(tx: AsyncConnection) -> Moved:
        programme = await core.programmes.current(tx)
        member_id, moving = await refs.find_one(tx, ref, programme), told(programme)
        state = (await settled(tx, programme, await standings.lock(tx, [member_id]), now))[member_id]
        name = (INTERNAL, f"{moving.kind}:{moving.request}")
        before = (await activities.already_told(tx, [name])).get(name)
        if before is not None:
            return _again(before[0], member_id, moving)
        return await _carry_out(tx, programme, member_id, state, moving, now)

    return await core.database.transact(work)


def _again(before: dict[str, object], member_id: int, moving: _Moving) -> Moved:
    if (before["member"], before["wallet"], before["amount"]) != (str(member_id), moving.wallet, moving.amount):
        raise Conflict("this id was used for something else; choose a new one")
    return Moved(int(str(before["points"])), str(before["credit"]), duplicate=True)


async def _carry_out(
    tx: AsyncConnection, programme: Programme, member_id: int, state: MemberState, moving: _Moving, now: datetime
) -> Moved:
    cause = new_id()
    line = Entry(new_id(), member_id, moving.kind, moving.amount, moving.kind, cause, now, moving.wallet)
    if moving.amount > 0:
        state, line = ledger.credit(programme, state, line)
        await ledger.post(tx, [line])
    else:
        _covered(programme, state, moving)
        await ledger.spend(tx, line)
        state = plus(state, moving.amount, moving.wallet)
    await standings.save(tx, {member_id: state})
    moved = Moved(state.points, from_minor(state.credit, programme.exponent))
    await activities.add(tx, [_as_told(cause, member_id, programme, moving, moved, now)], now, news_since=now)
    return moved


def _covered(programme: Programme, state: MemberState, moving: _Moving) -> None:
    short = -moving.amount - balance_of(state, moving.wallet)
    if short > 0 and moving.wallet == CREDIT:
        left = from_minor(state.credit, programme.exponent)
        raise Conflict(f"only {left} of store credit is there; nothing was changed", credit=left)
    if short > 0:
        raise Conflict(f"{short} points short; nothing was changed", short=short)


def _as_told(cause: int, member_id: int, programme: Programme, moving: _Moving, moved: Moved, now: datetime) -> Told:
    """What staff wrote is personal, so it is kept where erasing finds it and not in the ledger."""
    notes = {name: value for name, value in (("reason", moving.reason), ("by", moving.by)) if value}
    activity = Activity(
        moving.kind,
        INTERNAL,
        f"{moving.kind}:{moving.request}",
        now,
        location=moving.location,
        attributes=notes or None,
    )
    outcome = {
        "type": moving.kind,
        "member": str(member_id),
        "wallet": moving.wallet,
        "amount": moving.amount,
        "points": moved.points,
        "credit": moved.credit,
    }
    return Told(cause, member_id, activity, [outcome], programme.version)
