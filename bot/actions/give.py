"""Giving points from one member to another."""

from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import refs
from bot.actions.core import Core
from bot.actions.intake import MemberRef
from bot.actions.notices import notice
from bot.actions.settle import settled
from bot.conversation.receipts import gift_got, gift_made
from bot.errors import Conflict, NotFound, bad_field
from bot.loyalty.gifts import Gifts
from bot.loyalty.ledger import due, opens, plus
from bot.loyalty.member import MemberState
from bot.loyalty.programme import Programme
from bot.storage import gifts, ledger, lots, members, outbox, standings
from bot.storage.gifts import Gift
from bot.storage.ids import new_id


@dataclass(frozen=True, slots=True)
class Given:
    """A gift; ``duplicate`` when this request had been carried out before."""

    gift: Gift
    duplicate: bool = False


async def give(core: Core, giver: MemberRef, receiver: MemberRef, points: int, request: str) -> Given:
    """Give points away. ``request`` names the call: made again, it has the effect of once.

    Raises:
        NotFound: one of the two is no member.
        Conflict: too few points (``facts["short"]``), more than may be given in a day (``facts["left_today"]``), to
            oneself, or the request was used for something else.
    """

    async def work(tx: AsyncConnection) -> Given:
        programme = await core.programmes.current(tx)
        from_id = await _found(tx, giver, programme, "from")
        to_id = await _found(tx, receiver, programme, "to")
        done = await give_in(core, tx, programme, from_id, to_id, points, request)
        if not done.duplicate:
            await outbox.add(tx, await receipts(core, tx, programme, done.gift, to_giver=True), core.clock())
        return done

    return await core.database.transact(work)


async def _found(tx: AsyncConnection, ref: MemberRef, programme: Programme, at: str) -> int:
    try:
        return await refs.find_one(tx, ref, programme)
    except NotFound as error:
        raise NotFound(f"{at}: {error}") from error


async def give_in(
    core: Core, tx: AsyncConnection, programme: Programme, from_id: int, to_id: int, points: int, request: str
) -> Given:
    """The same inside a transaction that is already open; sends nothing."""
    now = core.clock()
    states = await settled(tx, programme, await standings.lock(tx, {from_id, to_id}), now)
    before = await gifts.made(tx, request)
    if before is not None:
        if (before.from_id, before.to_id, before.points) != (from_id, to_id, points):
            raise Conflict("this id was used for another gift; choose a new one")
        return Given(before, duplicate=True)
    if from_id == to_id:
        raise Conflict("points cannot be given to oneself", to_oneself=True)
    await _allow(tx, programme, from_id, states[from_id], points, now)
    gift = Gift(new_id(), request, from_id, to_id, points, states[from_id].points - points, now)
    after = await _move(tx, gift, states)
    await standings.save(tx, after)
    await gifts.note(tx, gift)
    return Given(gift)


async def _allow(
    tx: AsyncConnection, programme: Programme, from_id: int, state: MemberState, points: int, now: datetime
) -> None:
    terms = programme.one(Gifts)
    if terms is None or not terms.daily_limit:
        raise Conflict("points cannot be given away in this programme")
    if points < terms.least:
        raise bad_field("points", f"a gift is at least {terms.least}")
    if points > state.points:
        raise Conflict(f"{points - state.points} points short; nothing was changed", short=points - state.points)
    zone = state.profile.zone if state.profile else programme.zone
    midnight = datetime.combine(now.astimezone(zone).date(), time.min, zone)
    left = terms.daily_limit - await gifts.given_since(tx, from_id, midnight)
    if points > left:
        raise Conflict(
            f"only {left} of the {terms.daily_limit} points that may be given in a day are left", left_today=left
        )


async def _move(tx: AsyncConnection, gift: Gift, states: dict[int, MemberState]) -> dict[int, MemberState]:
    """Each lot that paid goes on as a lot of the receiver's: it ends when it would have, and tells whence it came."""
    out = ledger.Entry(new_id(), gift.from_id, "gift_out", -gift.points, "gift", gift.id, gift.at)
    await ledger.spend(tx, out)
    giver, receiver = plus(states[gift.from_id], -gift.points), states[gift.to_id]
    lines = []
    for lot, paid in await lots.paid_by(tx, out.id):
        receiver = due(plus(receiver, paid), lot.expires_at)
        line = ledger.Entry(new_id(), gift.to_id, "gift_in", paid, str(lot.id), gift.id, gift.at)
        lines.append(line._replace(opens=opens(paid, receiver.points), expires_at=lot.expires_at))
    await ledger.post(tx, lines)
    return {gift.from_id: giver, gift.to_id: receiver}


async def receipts(
    core: Core, tx: AsyncConnection, programme: Programme, gift: Gift, *, to_giver: bool
) -> list[outbox.Draft]:
    """What is told to the receiver, and to the giver where they were not answered already."""
    giver, receiver = await members.get(tx, gift.from_id), await members.get(tx, gift.to_id)
    have = (await standings.load(tx, [receiver.id]))[receiver.id].points
    got = gift_got(programme, receiver.locale, giver.name, gift.points, have)
    drafts = notice(receiver, got, core.channels)
    if to_giver:
        made = gift_made(programme, giver.locale, gift.points, gift.points_left)
        drafts += notice(giver, made, core.channels)
    return drafts
