"""Giving points to a cause, and choosing one to round purchases up for."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import refs
from bot.actions.core import Core
from bot.actions.intake import MemberRef
from bot.actions.settle import settled
from bot.errors import Conflict, NotFound
from bot.loyalty.causes import Cause
from bot.loyalty.ledger import plus
from bot.loyalty.programme import Programme
from bot.storage import choices, donations, ledger, standings
from bot.storage.choices import ROUND_UP
from bot.storage.donations import Donation, Total
from bot.storage.ids import new_id


@dataclass(frozen=True, slots=True)
class Donated:
    """A donation; ``duplicate`` when this request had been carried out before."""

    donation: Donation
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Giving:
    """What the causes were given, by all and by one member, and for which one the member rounds up."""

    programme: Programme
    totals: Mapping[str, Total]
    mine: Mapping[str, Total]
    round_up: str | None = None


async def donate(core: Core, ref: MemberRef, cause: str, points: int, request: str) -> Donated:
    """Give points to a cause. ``request`` names the call: made again, it has the effect of once.

    Raises:
        NotFound: no such member or cause.
        Conflict: too few points (``facts["short"]``), or the request was used for something else.
    """

    async def work(tx: AsyncConnection) -> Donated:
        programme = await core.programmes.current(tx)
        return await donate_in(core, tx, programme, await refs.find_one(tx, ref, programme), cause, points, request)

    return await core.database.transact(work)


async def donate_in(
    core: Core, tx: AsyncConnection, programme: Programme, member_id: int, cause: str, points: int, request: str
) -> Donated:
    """The same inside a transaction that is already open."""
    now = core.clock()
    _existing(programme, cause)
    state = (await settled(tx, programme, await standings.lock(tx, [member_id]), now))[member_id]
    before = (await donations.made(tx, [request])).get(request)
    if before is not None:
        if (before.member_id, before.cause, before.points) != (member_id, cause, points):
            raise Conflict("this id was used for another donation; choose a new one")
        return Donated(before, duplicate=True)
    if points > state.points:
        raise Conflict(f"{points - state.points} points short; nothing was changed", short=points - state.points)
    made = Donation(new_id(), request, member_id, cause, points, 0, now)
    await ledger.spend(tx, ledger.Entry(new_id(), member_id, "donate", -points, cause, made.id, now))
    await standings.save(tx, {member_id: plus(state, -points)})
    await donations.note(tx, made)
    return Donated(made)


def _existing(programme: Programme, cause: str) -> None:
    there = programme.of(Cause)
    if cause not in there:
        known = f"there are: {', '.join(there)}" if there else "the programme has none"
        raise NotFound(f'there is no cause "{cause}"; {known}')


async def choose_round_up(core: Core, ref: MemberRef, cause: str | None) -> None:
    """Round up a member's purchases for a cause from now on, or with None no longer.

    Raises:
        NotFound: no such member or cause.
    """

    async def work(tx: AsyncConnection) -> None:
        programme = await core.programmes.current(tx)
        await choose_round_up_in(core, tx, programme, await refs.find_one(tx, ref, programme), cause)

    await core.database.transact(work)


async def choose_round_up_in(
    core: Core, tx: AsyncConnection, programme: Programme, member_id: int, cause: str | None
) -> None:
    """The same inside a transaction that is already open."""
    if cause is not None:
        _existing(programme, cause)
    await standings.lock(tx, [member_id])
    await choices.put(tx, member_id, ROUND_UP, cause, core.clock())


async def giving(core: Core, ref: MemberRef | None = None) -> Giving:
    """What the causes were given; with a member, also what by them.

    Raises:
        NotFound: no such member.
    """
    async with core.database.read() as tx:
        programme = await core.programmes.current(tx)
        return await giving_in(tx, programme, await refs.find_one(tx, ref, programme) if ref else None)


async def giving_in(tx: AsyncConnection, programme: Programme, member_id: int | None) -> Giving:
    """The same inside a transaction that is already open."""
    totals = await donations.totals(tx)
    if member_id is None:
        return Giving(programme, totals, {})
    chosen = (await choices.chosen(tx, ROUND_UP, [member_id])).get(member_id)
    known = chosen is not None and chosen.value in programme.of(Cause)
    return Giving(programme, totals, await donations.totals(tx, member_id), chosen.value if chosen and known else None)


async def statement(core: Core, ref: MemberRef, limit: int, before: int | None) -> tuple[Programme, list[Donation]]:
    """A member's donations, newest first.

    Raises:
        NotFound: no such member.
    """
    async with core.database.read() as tx:
        programme = await core.programmes.current(tx)
        return programme, await donations.page(tx, await refs.find_one(tx, ref, programme), limit, before)
