"""What providers say of messages later, and what it means for the addresses they went to."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Receipt, ReceiptState
from bot.storage import chats, members, outbox
from bot.storage.tables import inbound, messages

# A callback may come late, twice or out of order: a state only ever moves on in this order.
_BEFORE: dict[ReceiptState, tuple[str, ...]] = {
    ReceiptState.SENT: ("sending", "unknown"),
    ReceiptState.DELIVERED: ("sending", "unknown", "sent"),
    ReceiptState.READ: ("sending", "unknown", "sent", "delivered"),
    ReceiptState.FAILED: ("sending", "unknown", "sent"),
}
_LEFT = ("sent", "delivered", "read", "failed")
_NAMED = (messages.c.channel == bindparam("on")) & (messages.c.provider_id == bindparam("name"))
_KNOWN = select(messages.c.id, messages.c.member_id, messages.c.address).where(_NAMED)
_BEFORE_IT = (
    select(messages.c.state, messages.c.reason, messages.c.settled_at, messages.c.created_at)
    .where(
        messages.c.channel == bindparam("on"),
        messages.c.address == bindparam("to"),
        messages.c.id <= bindparam("it"),
        messages.c.state.in_(_LEFT),
    )
    .order_by(messages.c.id.desc())
    .limit(bindparam("most"))
)
_HEARD = (
    select(inbound.c.at)
    .where(inbound.c.channel == bindparam("on"), inbound.c.address == bindparam("to"))
    .order_by(inbound.c.id.desc())
    .limit(1)
)
UNREACHABLE = "unreachable: "
"""How the reason of a message begins whose address could not be reached for now."""
TIMES, SPAN, WITHIN = 3, timedelta(days=3), timedelta(days=60)
"""So many messages in a row, the first and last at least this and at most that far apart: the address is gone."""


async def take(tx: AsyncConnection, told: Receipt, now: datetime) -> bool:
    """Take a provider's later word on a message; answers whether anything was known of it and changed."""
    named = {"on": told.channel, "name": told.provider_id}
    known = (await tx.execute(_KNOWN, named)).first()
    if known is None:
        return False
    reason = f"{UNREACHABLE}{told.reason}" if told.unreachable else told.reason
    moved = await tx.execute(
        update(messages)
        .where(messages.c.id == known.id, messages.c.state.in_(_BEFORE[told.state]))
        .values(state=told.state.value, reason=reason, settled_at=now)
    )
    if told.opted_out:
        # However far the message got by then: who complains of it has mostly read it.
        return bool(await _opt_out(tx, told, known, now) or moved.rowcount)
    if moved.rowcount and (told.address_gone or (told.unreachable and await _for_days(tx, told, known))):
        await outbox.mark_gone(tx, told.channel, known.address, now, opted_out=False)
    return bool(moved.rowcount)


async def _opt_out(tx: AsyncConnection, told: Receipt, known: Row[Any], now: datetime) -> bool:
    """No more messages to the address, and no offers when it comes back; written down once."""
    await outbox.mark_gone(tx, told.channel, known.address, now, opted_out=True)
    changed = await chats.end_marketing(tx, told.channel, known.address)
    if changed:
        said = members.Consent(told.channel, known.address, granted=False, source="provider", words=told.reason)
        await members.note_consents(tx, known.member_id, [said], now)
    return changed


async def _for_days(tx: AsyncConnection, told: Receipt, known: Row[Any]) -> bool:
    """Whether the last messages failed like this one, over days, and nothing was heard from there meanwhile."""
    where = {"on": told.channel, "to": known.address}
    last = (await tx.execute(_BEFORE_IT, {**where, "it": known.id, "most": TIMES})).all()
    if len(last) < TIMES or any(row.state != "failed" or not row.reason.startswith(UNREACHABLE) for row in last):
        return False
    apart = last[0].created_at - last[-1].created_at
    heard = (await tx.execute(_HEARD, where)).scalar()
    return SPAN <= apart <= WITHIN and (heard is None or heard < last[-1].created_at)
