"""Why something happened to a member: the last message that nobody asked for, and the last points that came or went."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.loyalty.member import POINTS
from bot.messages import Purpose
from bot.storage import sets
from bot.storage.tables import activities, consents, entries, messages

_LEFT = ("sent", "delivered", "read")
_MESSAGE = (
    select(messages.c.created_at.label("at"), messages.c.purpose, messages.c.campaign)
    .where(
        messages.c.channel == bindparam("on_channel"),
        messages.c.address == bindparam("to_address"),
        messages.c.purpose != Purpose.REPLY.value,
        messages.c.state.in_(_LEFT),
    )
    .order_by(messages.c.id.desc())
    .limit(1)
)
_CONSENT = (
    select(consents.c.at)
    .where(
        consents.c.channel == bindparam("on_channel"),
        consents.c.address == bindparam("to_address"),
        consents.c.purpose == Purpose.MARKETING.value,
        consents.c.granted,
    )
    .order_by(consents.c.id.desc())
    .limit(1)
)
_LINE = (
    select(entries.c.kind, entries.c.points, entries.c.wallet, entries.c.rule, entries.c.at)
    .add_columns(activities.c.type, activities.c.amount)
    .outerjoin(activities, (activities.c.id == entries.c.cause_id) & (activities.c.member_id == entries.c.member_id))
    .where(entries.c.member_id == bindparam("member"))
    .order_by(entries.c.id.desc())
    .limit(1)
)
_TYPES = select(activities.c.id, activities.c.type).where(sets.AnyOf(activities.c.id, "ids"))
_EARNED = select(func.coalesce(func.sum(entries.c.points), 0)).where(
    entries.c.member_id == bindparam("member"),
    entries.c.wallet == POINTS,
    entries.c.points > 0,
    entries.c.kind.in_(("earn", "bonus", "reward")),
    entries.c.at > bindparam("since"),
)


async def last_message(tx: AsyncConnection, channel: str, address: str) -> Mapping[str, Any] | None:
    """``at``, ``purpose``, ``campaign`` of the last message that was no answer, and ``agreed`` to when (or None)."""
    bound = {"on_channel": channel, "to_address": address}
    row = (await tx.execute(_MESSAGE, bound)).mappings().first()
    if row is None:
        return None
    return {**row, "agreed": (await tx.execute(_CONSENT, bound)).scalar_one_or_none()}


async def last_line(tx: AsyncConnection, member_id: int) -> Mapping[str, Any] | None:
    """The newest line of the ledger with the ``type`` and ``amount`` of the activity behind it, if there is one."""
    row = (await tx.execute(_LINE, {"member": member_id})).mappings().first()
    return dict(row) if row else None


async def types(tx: AsyncConnection, causes: Sequence[int]) -> Mapping[int, str]:
    """The types of the activities behind lines of the ledger, by their id."""
    return {row[0]: row[1] for row in await tx.execute(_TYPES, {"ids": list(causes)})} if causes else {}


async def earned(tx: AsyncConnection, member_id: int, now: datetime, within: timedelta) -> int:
    """Points that came lately."""
    return int((await tx.execute(_EARNED, {"member": member_id, "since": now - within})).scalar_one())
