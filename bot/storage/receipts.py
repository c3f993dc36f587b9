"""What providers say of messages later, and what it means for the addresses they went to."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Receipt, ReceiptState
from bot.storage import recipients
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


class Taken(NamedTuple):
    """The message that a provider's word was about."""

    id: int
    address: str
    moved: bool
    """Whether it got any further by this."""
    gone: bool
    """Whether its address is gone by this."""


async def take(tx: AsyncConnection, told: Receipt, now: datetime) -> Taken | None:
    """Take a provider's later word on a message; None when no message of that name is known."""
    named = {"on": told.channel, "name": told.provider_id}
    known = (await tx.execute(_KNOWN, named)).first()
    if known is None:
        return None
    reason = f"{UNREACHABLE}{told.reason}" if told.unreachable else told.reason
    moved = await tx.execute(
        update(messages)
        .where(messages.c.id == known.id, messages.c.state.in_(_BEFORE[told.state]))
        .values(state=told.state.value, reason=reason, settled_at=now)
    )
    gone = False
    if moved.rowcount and not told.opted_out:
        gone = told.address_gone or (told.unreachable and await _for_days(tx, told.channel, known.address, known.id))
    if gone:
        await recipients.mark_gone(tx, told.channel, known.address, now)
    return Taken(known.id, known.address, bool(moved.rowcount), gone)


async def add_reason(tx: AsyncConnection, message: int, more: str) -> None:
    """Write down what was done about it."""
    await tx.execute(update(messages).where(messages.c.id == message).values(reason=messages.c.reason + more))


async def _for_days(tx: AsyncConnection, channel: str, address: str, message: int) -> bool:
    """Whether the last messages failed like this one, over days, and nothing was heard from there meanwhile."""
    where = {"on": channel, "to": address}
    last = (await tx.execute(_BEFORE_IT, {**where, "it": message, "most": TIMES})).all()
    if len(last) < TIMES or any(row.state != "failed" or not row.reason.startswith(UNREACHABLE) for row in last):
        return False
    apart = last[0].created_at - last[-1].created_at
    heard = (await tx.execute(_HEARD, where)).scalar()
    return SPAN <= apart <= WITHIN and (heard is None or heard < last[-1].created_at)
