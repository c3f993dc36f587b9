"""Time at work: points that were waited for arrive, lots end. Done for whoever is locked, and for all by the tick."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.core import Core
from bot.loyalty import tiers
from bot.loyalty.activity import INTERNAL, Activity
from bot.loyalty.ledger import Lot, Passed, Waiting, time_passes
from bot.loyalty.member import MemberState
from bot.loyalty.programme import Programme
from bot.storage import activities, ledger, lots, pending, standings
from bot.storage.ids import new_id
from bot.storage.ledger import Entry
from bot.storage.lots import Payment

CHUNK = 500
"""Members settled in one transaction."""


async def settled(
    tx: AsyncConnection, programme: Programme, states: Mapping[int, MemberState], now: datetime
) -> dict[int, MemberState]:
    """The states of members who are locked as they are by ``now``; what time did to them is written.

    Where nobody is due it asks the database nothing.
    """
    due = {member_id: state for member_id, state in states.items() if state.due_at and state.due_at <= now}
    if not due:
        return dict(states)
    passed = await passing(tx, programme, due, now)
    await _write(tx, passed, now)
    await _tell_tiers(tx, programme, due, now)
    changed = {member_id: one.state for member_id, one in passed.items()}
    await standings.save(tx, changed)
    return {**states, **changed}


async def settle_due(core: Core, now: datetime) -> int:
    """Settle everyone who is due, in chunks; answers how many. Any number of processes may do it at once."""
    async with core.database.read() as tx:
        first = await standings.first_due(tx)
    if first is None or first > now:
        return 0
    total = 0
    while True:
        settled_now = await core.database.transact(partial(_settle_chunk, core, now))
        total += settled_now
        if settled_now < CHUNK:
            return total


async def _settle_chunk(core: Core, now: datetime, tx: AsyncConnection) -> int:
    states = await standings.lock_due(tx, now, CHUNK)
    if states:
        await settled(tx, await core.programmes.current(tx), states, now)
    return len(states)


async def passing(
    tx: AsyncConnection, programme: Programme, states: Mapping[int, MemberState], now: datetime
) -> dict[int, Passed]:
    """What time has done to members by ``now``, whether or not it is written yet."""
    waiting, held = await pending.of_members(tx, states), await lots.unspent(tx, states)
    return {
        member_id: time_passes(programme, state, waiting[member_id], held[member_id], now)
        for member_id, state in states.items()
    }


async def _tell_tiers(
    tx: AsyncConnection, programme: Programme, before: Mapping[int, MemberState], now: datetime
) -> None:
    """What time did to tiers is kept as something that happened, so that it is told and campaigns can answer."""
    told = []
    for member_id, state in before.items():
        for outcome in tiers.settle(programme, state, now)[1]:
            number = new_id()
            happened = Activity(outcome["type"], INTERNAL, f"{outcome['type']}:{number}", now)
            told.append(activities.Told(number, member_id, happened, [outcome], programme.version))
    if told:
        await activities.add(tx, told, now, news_since=now)


async def _write(tx: AsyncConnection, passed: Mapping[int, Passed], now: datetime) -> None:
    lines: list[Entry] = []
    paid: list[Payment] = []
    moved: list[Lot] = []
    for member_id, one in passed.items():
        arrivals = {w.id: _arrival(w, opened, now) for w, opened in one.arrived}
        lines += arrivals.values()
        number = {waited: line.id for waited, line in arrivals.items()}
        moved += (lot._replace(id=number.get(lot.id, lot.id)) for lot in one.moved)
        for (ends, wallet), ended in _together(one.expired).items():
            line = Entry(new_id(), member_id, "expire", -sum(lot.remaining for lot in ended), "", None, ends, wallet)
            lines.append(line)
            paid += (Payment(line.id, number.get(lot.id, lot.id), lot.remaining) for lot in ended)
    await pending.remove(tx, [w.id for one in passed.values() for w, _ in one.arrived])
    await ledger.post(tx, lines)
    await lots.keep(tx, [Lot(payment.lot_id, 0) for payment in paid])
    await lots.note(tx, paid)
    await lots.move(tx, moved)


def _arrival(waited: Waiting, opened: int, now: datetime) -> Entry:
    return Entry(
        new_id(),
        waited.member_id,
        "earn",
        waited.points,
        waited.rule,
        waited.cause_id,
        waited.due_at or now,
        waited.wallet,
        expires_at=waited.expires_at,
        opens=opened,
    )


def _together(expired: Iterable[Lot]) -> dict[tuple[datetime, str], list[Lot]]:
    """What ended at once in a wallet is one line of the ledger; the first to end comes first."""
    found: dict[tuple[datetime, str], list[Lot]] = {}
    for ends, lot in sorted((lot.expires_at, lot) for lot in expired if lot.expires_at is not None):
        found.setdefault((ends, lot.wallet), []).append(lot)
    return found
