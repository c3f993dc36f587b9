"""The append-only ledger of both wallets: credits open lots, debits are paid by them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import Conflict
from bot.loyalty import ledger
from bot.loyalty.expiry import expires_at
from bot.loyalty.ledger import Lot
from bot.loyalty.member import POINTS, MemberState
from bot.loyalty.programme import Programme
from bot.storage import lots as purse
from bot.storage import sets
from bot.storage.lots import Payment
from bot.storage.tables import entries, lots
from bot.storage.types import to_micros

_ENTRY_COLUMNS = ("id", "member_id", "kind", "points", "rule", "cause_id", "at", "wallet", "short")
_LINES = select(*(entries.c[name] for name in _ENTRY_COLUMNS))


class Entry(NamedTuple):
    """A line of the ledger. ``cause_id`` names the activity, redemption or run behind it.

    ``short`` is what a claw-back could not take because it was not there; below 0, what of that is taken after all. A
    credit opens a lot of ``opens`` points (all of them unless told), which end at ``expires_at``; these two are kept
    with the lot.
    """

    id: int
    member_id: int
    kind: str
    points: int
    rule: str
    cause_id: int | None
    at: datetime
    wallet: str = POINTS
    short: int = 0
    expires_at: datetime | None = None
    opens: int | None = None


def credit(programme: Programme, state: MemberState, line: Entry, *, earned: bool = True) -> tuple[MemberState, Entry]:
    """The state after a credit, and its line, with the lot opening and ending as it must. Only points end by rule."""
    state = ledger.plus(state, line.points, line.wallet, earned=earned)
    ends = line.expires_at or (expires_at(programme, line.at) if line.wallet == POINTS else None)
    line = line._replace(opens=ledger.opens(line.points, ledger.balance_of(state, line.wallet)), expires_at=ends)
    return ledger.due(state, ends), line


async def post(tx: sets.Writer, lines: Sequence[Entry]) -> None:
    """Append lines; each credit opens a lot. Debits that lots pay for are appended by ``spend``."""
    rows = [
        (e.id, e.member_id, e.kind, e.points, e.rule, e.cause_id, to_micros(e.at), e.wallet, e.short) for e in lines
    ]
    await sets.insert(tx, entries, _ENTRY_COLUMNS, rows)
    fresh = [(line, _opened(line)) for line in lines if line.points > 0]
    opened = [
        (e.id, e.member_id, points, to_micros(e.expires_at) if e.expires_at else None, e.wallet) for e, points in fresh
    ]
    await sets.insert(tx, lots, ("entry_id", "member_id", "remaining", "expires_at", "wallet"), opened)
    await purse.note(tx, [Payment(e.id, e.id, e.points - points) for e, points in fresh if points != e.points])


def _opened(line: Entry) -> int:
    return line.points if line.opens is None else line.opens


async def spend(tx: AsyncConnection, line: Entry) -> None:
    """Append a debit of a member who is locked and settled, paid by the lots that expire first.

    The member's state is the caller's to lower.

    Raises:
        Conflict: when the wallet does not cover it (``facts["short"]``); nothing was written.
    """
    await spend_many(tx, [line])


async def spend_many(tx: AsyncConnection, lines: Sequence[Entry], *, as_far_as: bool = False) -> None:
    """The same for several debits, in order. With ``as_far_as`` lots pay what they can and the rest stays a debt."""
    held = {
        member_id: {lot.id: lot for lot in found}
        for member_id, found in (await purse.unspent(tx, {line.member_id for line in lines})).items()
    }
    changed: dict[int, Lot] = {}
    paid: list[Payment] = []
    for line in lines:
        mine = held[line.member_id]
        for lot in _take(mine.values(), line, as_far_as):
            paid.append(Payment(line.id, lot.id, mine[lot.id].remaining - lot.remaining))
            mine[lot.id] = changed[lot.id] = lot
    await purse.keep(tx, changed.values())
    await purse.note(tx, paid)
    await post(tx, lines)


def _take(held: Iterable[Lot], line: Entry, as_far_as: bool) -> list[Lot]:
    usable = ledger.in_order((lot for lot in held if lot.wallet == line.wallet), line.at)
    there, wanted = sum(lot.remaining for lot in usable), -line.points
    if wanted > there and not as_far_as:
        raise Conflict(f"{wanted - there} points short of {wanted}; nothing was changed", short=wanted - there)
    return ledger.take(usable, min(wanted, there), line.at)


async def give_back(tx: AsyncConnection, debit_id: int, line: Entry, balance: int) -> datetime | None:
    """Append a credit that undoes a debit, or part of it, once: the points go back to the very lots that paid.

    What lots paid that have ended since opens a lot of the new entry's own, good until ``line.expires_at`` (see
    ``expiry.returned_until``). ``balance`` is the wallet's after it; what fills a debt goes back to no lot.
    Answers when the first of what came back ends: the member is to be looked at then.
    """
    paid = {lot.id: (lot, points) for lot, points in await purse.paid_by(tx, debit_id)}
    rest = ledger.opens(line.points, balance)
    filled: list[Lot] = []
    back: list[Payment] = []
    # The last to expire first: had less been spent, these are the ones that would not have paid.
    for part in reversed(ledger.in_order([lot._replace(remaining=n) for lot, n in paid.values()], line.at)):
        points = min(part.remaining, rest)
        if points:
            rest -= points
            back.append(Payment(line.id, part.id, -points))
            filled.append(part._replace(remaining=paid[part.id][0].remaining + points))
    await purse.keep(tx, filled)
    await purse.note(tx, back)
    await post(tx, [line._replace(opens=rest)])
    ends = [lot.expires_at for lot in filled] + [line.expires_at if rest else None]
    return min((end for end in ends if end is not None), default=None)


async def short_since(tx: AsyncConnection, debit: Entry) -> int:
    """What refunds after a debit could not take from its wallet, less what was taken of that since."""
    query = select(func.coalesce(func.sum(entries.c.short), 0)).where(
        entries.c.member_id == debit.member_id, entries.c.wallet == debit.wallet, entries.c.id > debit.id
    )
    return int((await tx.execute(query)).scalar_one())


async def page(tx: AsyncConnection, member_id: int, limit: int, before: int | None) -> list[Entry]:
    """A member's lines, newest first; those older than the entry ``before``."""
    query = _LINES.where(entries.c.member_id == member_id).order_by(entries.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(entries.c.id < before)
    return [Entry(**row) for row in (await tx.execute(query)).mappings()]


async def caused_by(tx: AsyncConnection, member_id: int, cause_id: int) -> list[Entry]:
    """A member's lines that one activity, redemption or run brought, oldest first."""
    query = _LINES.where(entries.c.member_id == member_id, entries.c.cause_id == cause_id)
    return [Entry(**row) for row in (await tx.execute(query.order_by(entries.c.id))).mappings()]
