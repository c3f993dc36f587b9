"""Two members who are one: all that is one's becomes the other's.

Ledger lines stay as they are, each now counted to the member who stays, with ``written_for`` keeping whose it was.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, and_, delete, func, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import sets
from bot.storage.tables import (
    activities,
    addresses,
    choices,
    consents,
    donations,
    entries,
    fingerprints,
    gifts,
    link_codes,
    link_tokens,
    lots,
    members,
    messages,
    news,
    opt_ins,
    payments,
    pending,
    redemptions,
    referrals,
    self_stamps,
    touches,
    vouchers,
    waiting,
)
from bot.storage.types import to_micros

_WHOLE = (
    activities,
    addresses,
    consents,
    donations,
    link_codes,
    link_tokens,
    lots,
    messages,
    news,
    opt_ins,
    pending,
    redemptions,
    vouchers,
)
"""Every row of these is the member's alone."""
_ONCE: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (choices, ("name",)),
    (fingerprints, ("kind", "hash")),
    (self_stamps, ("location", "step")),
    (waiting, ("reward",)),
)
"""Where both have a row by the same key, that of who stays holds."""
_UNPAID = ("waiting", "held", "review")


async def move(tx: AsyncConnection, kept: int, other: int, now: datetime) -> None:
    """Make all of the ``other``'s rows those of ``kept``; both are locked."""
    for table in _WHOLE:
        await tx.execute(update(table).where(table.c.member_id == other).values(member_id=kept))
    first = func.coalesce(entries.c.written_for, other)
    await tx.execute(update(entries).where(entries.c.member_id == other).values(member_id=kept, written_for=first))
    for column in (gifts.c.from_id, gifts.c.to_id):
        await tx.execute(update(gifts).where(column == other).values({column.name: kept}))
    await _first_in_line(tx, kept, other)
    for table, key in _ONCE:
        await _move_what_is_new(tx, table, key, kept, other)
        await tx.execute(delete(table).where(table.c.member_id == other))
    # What both were told of one campaign stays written down for each.
    await _move_what_is_new(tx, touches, ("campaign", "slot"), kept, other)
    await _move_referrals(tx, kept, other, now)


async def _move_what_is_new(tx: AsyncConnection, table: Table, key: tuple[str, ...], kept: int, other: int) -> None:
    theirs = table.alias()
    same = and_(theirs.c.member_id == kept, *(theirs.c[name] == table.c[name] for name in key))
    has = select(literal_column("1")).select_from(theirs).where(same).correlate(table).exists()
    await tx.execute(update(table).where(table.c.member_id == other, ~has).values(member_id=kept))


async def _first_in_line(tx: AsyncConnection, kept: int, other: int) -> None:
    """Who waits twice for a place has the better one of the two."""
    rows = await tx.execute(select(waiting.c.reward, waiting.c.at).where(waiting.c.member_id == other))
    for reward, at in list(rows):
        later = (waiting.c.member_id == kept) & (waiting.c.reward == reward) & (waiting.c.at > at)
        await tx.execute(update(waiting).where(later).values(at=at))


async def _move_referrals(tx: AsyncConnection, kept: int, other: int, now: datetime) -> None:
    """Nobody is brought twice, nor by themselves: what is not paid then never is, what is paid stays so for good."""
    mine = or_(referrals.c.friend_id == kept, referrals.c.friend_id == other)
    each_other = mine & referrals.c.referrer_id.in_((kept, other))
    brought = (await tx.execute(select(referrals.c.friend_id).where(referrals.c.friend_id == kept))).first()
    over = or_(each_other, referrals.c.friend_id == other) if brought else each_other
    refused = update(referrals).where(over, referrals.c.state.in_(_UNPAID))
    await tx.execute(refused.values(state="refused", reason="merged", at=now, due_at=None))
    await tx.execute(update(referrals).where(over).values(activity_id=None))
    if not brought:
        named = func.coalesce(referrals.c.told_as, other)
        moved = update(referrals).where(referrals.c.friend_id == other, referrals.c.referrer_id != kept)
        await tx.execute(moved.values(friend_id=kept, told_as=named))
    await tx.execute(update(referrals).where(referrals.c.referrer_id == other).values(referrer_id=kept))


async def fill_debt(tx: AsyncConnection, lot: int, points: int) -> None:
    """A lot pays a debt that met it: of the lot's own credit it is what was spent already."""
    own = (payments.c.entry_id == lot) & (payments.c.lot_id == lot)
    done = await tx.execute(update(payments).where(own).values(points=payments.c.points + points))
    if not done.rowcount:
        await sets.insert(tx, payments, ("entry_id", "lot_id", "points"), [(lot, lot, points)])


async def retire(tx: AsyncConnection, kept: int, other: int, now: datetime) -> None:
    """The other is no member any more, yet their code and external id lead to who stays."""
    rows = {
        row["id"]: row for row in (await tx.execute(select(members).where(members.c.id.in_((kept, other))))).mappings()
    }
    mine, theirs = rows[kept], rows[other]
    gone: dict[str, Any] = {"merged_into": kept, "erased_at": now, "name": "", "birthday": None, "birthday_md": None}
    better: dict[str, Any] = {
        "joined_at": min(mine["joined_at"], theirs["joined_at"]),
        "name": mine["name"] or theirs["name"],
        "locale": mine["locale"] or theirs["locale"],
    }
    for name in ("preferred_channel", "goal", "quiet_hours", "external_id"):
        better[name] = mine[name] if mine[name] is not None else theirs[name]
    if mine["birthday"] is None:
        better |= {"birthday": theirs["birthday"], "birthday_md": theirs["birthday_md"]}
    if mine["external_id"] is None:
        gone["external_id"] = None
    await tx.execute(update(members).where(members.c.id == other).values(gone))
    await tx.execute(update(members).where(members.c.id == kept).values(better))
    await tx.execute(update(members).where(members.c.merged_into == other).values(merged_into=kept))


async def lead_on(tx: AsyncConnection, was: Mapping[int, int], now: datetime) -> None:
    """Members who have nothing are another each, as after ``retire``: their code and external id lead there."""
    rows = [(other, kept, to_micros(now)) for other, kept in was.items()]
    await sets.update(tx, members, ("id",), ("merged_into", "erased_at"), rows)
