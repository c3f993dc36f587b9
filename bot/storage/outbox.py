"""The outbox: every message is a row before it is sent, and is settled after.

States: ``queued`` → ``sending`` (leased) → ``sent`` → ``delivered`` / ``read``, or ``failed``, ``suppressed``, ``unknown``
(the lease ran out: nobody knows whether it left).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import RowMapping, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Button, Outbound, Purpose, Receipt, ReceiptState
from bot.storage import sets
from bot.storage.tables import addresses, messages
from bot.storage.types import to_micros

LEASE = timedelta(seconds=60)
_COLUMNS = (
    "id",
    "member_id",
    "channel",
    "address",
    "purpose",
    "campaign",
    "text",
    "subject",
    "buttons",
    "thread",
    "state",
    "reason",
    "attempts",
    "due_at",
    "lease_until",
    "created_at",
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be put in the outbox; due at once unless ``due_at`` says later."""

    message: Outbound
    member_id: int | None
    campaign: str | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Leased:
    """A message that this process may send now, with what decides whether it still should."""

    message: Outbound
    member_id: int | None
    campaign: str | None
    attempts: int


@dataclass(frozen=True, slots=True)
class Settled:
    """How an attempt ended. ``due_at`` is set when it goes back to the queue."""

    id: int
    state: str
    reason: str = ""
    provider_id: str | None = None
    due_at: datetime | None = None


async def add(tx: AsyncConnection, drafts: Sequence[Draft], now: datetime, *, leased: bool = False) -> None:
    """Write messages; ``leased`` ones are sent by this process right after the commit."""
    state, micros = ("sending" if leased else "queued"), to_micros(now)
    lease = to_micros(now + LEASE) if leased else None
    rows = [
        (
            (m := d.message).id,
            d.member_id,
            m.channel,
            m.address,
            m.purpose.value,
            d.campaign,
            m.text,
            m.subject,
            orjson.dumps([(b.label, b.says) for b in m.buttons]).decode() if m.buttons else None,
            m.thread,
            state,
            "",
            int(leased),
            to_micros(d.due_at) if d.due_at else micros,
            lease,
            micros,
        )
        for d in drafts
    ]
    await sets.insert(tx, messages, _COLUMNS, rows)


_CLAIM = (
    update(messages)
    .where(
        messages.c.state == "queued",
        messages.c.id.in_(
            select(messages.c.id)
            .where(
                messages.c.state == "queued",
                messages.c.due_at <= bindparam("now"),
                sets.AnyOf(messages.c.channel, "channels"),
            )
            .order_by(messages.c.due_at, messages.c.id)
            .limit(bindparam("most"))
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        ),
    )
    .values(state="sending", lease_until=bindparam("lease"), attempts=messages.c.attempts + 1)
    .returning(messages)
)


async def claim(tx: AsyncConnection, channels: Sequence[str], now: datetime, most: int) -> list[Leased]:
    """Lease what is due on these channels, the longest due first. Two workers never get the same message."""
    rows = await tx.execute(_CLAIM, {"now": now, "channels": list(channels), "most": most, "lease": now + LEASE})
    return sorted((_leased(row) for row in rows.mappings()), key=lambda lease: lease.message.id)


def _leased(row: RowMapping) -> Leased:
    return Leased(outbound(row), row["member_id"], row["campaign"], row["attempts"])


def outbound(row: RowMapping) -> Outbound:
    """A row as the message it stands for."""
    return Outbound(
        id=row["id"],
        channel=row["channel"],
        address=row["address"],
        purpose=Purpose(row["purpose"]),
        text=row["text"],
        subject=row["subject"],
        buttons=tuple(Button(label, says) for label, says in row["buttons"] or ()),
        thread=row["thread"],
    )


async def settle(tx: AsyncConnection, ended: Sequence[Settled], now: datetime) -> None:
    """Write how attempts ended."""
    micros = to_micros(now)
    done = [(e.id, e.state, e.reason, e.provider_id, micros) for e in ended if e.due_at is None]
    again = [(e.id, e.state, e.reason, to_micros(e.due_at)) for e in ended if e.due_at is not None]
    await sets.update(tx, messages, ("id",), ("state", "reason", "provider_id", "settled_at"), done)
    await sets.update(tx, messages, ("id",), ("state", "reason", "due_at"), again)


_EXPIRED = (
    update(messages)
    .where(messages.c.state == "sending", messages.c.lease_until < bindparam("now"))
    .values(state="unknown", reason="the service stopped while sending", settled_at=bindparam("now"))
    .returning(messages.c.id, messages.c.purpose)
)
_AGAIN = update(messages).where(sets.AnyOf(messages.c.id, "ids")).values(state="queued", due_at=bindparam("now"))


async def recover(tx: AsyncConnection, now: datetime) -> int:
    """Messages whose lease ran out: replies and notices go back to the queue, marketing stays ``unknown``.

    Answers how many were found.
    """
    rows = (await tx.execute(_EXPIRED, {"now": now})).all()
    again = [row.id for row in rows if row.purpose != Purpose.MARKETING]
    if again:
        await tx.execute(_AGAIN, {"ids": again, "now": now})
    return len(rows)


# A callback may come late, twice or out of order: a state only ever moves on in this order.
_BEFORE: dict[ReceiptState, tuple[str, ...]] = {
    ReceiptState.SENT: ("sending", "unknown"),
    ReceiptState.DELIVERED: ("sending", "unknown", "sent"),
    ReceiptState.READ: ("sending", "unknown", "sent", "delivered"),
    ReceiptState.FAILED: ("sending", "unknown", "sent"),
}


async def receipt(tx: AsyncConnection, told: Receipt, now: datetime) -> bool:
    """Take a provider's later word on a message; answers whether it changed anything."""
    changed: Any = await tx.execute(
        update(messages)
        .where(
            messages.c.channel == told.channel,
            messages.c.provider_id == told.provider_id,
            messages.c.state.in_(_BEFORE[told.state]),
        )
        .values(state=told.state.value, reason=told.reason, settled_at=now)
        .returning(messages.c.address)
    )
    row = changed.first()
    if row is not None and (told.address_gone or told.opted_out):
        column = "stopped_at" if told.opted_out else "gone_at"
        await tx.execute(
            update(addresses)
            .where(addresses.c.channel == told.channel, addresses.c.address == row.address)
            .values({column: now})
        )
    return row is not None
