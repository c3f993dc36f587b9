"""The outbox: every message is a row before it is sent, and is settled after.

States: ``queued`` → ``sending`` (leased) → ``sent`` → ``delivered`` / ``read``, or ``failed``, ``suppressed``,
``unknown`` (the lease ran out: nobody knows whether it left). ``leases`` takes messages out, ``attempts`` settles them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Outbound, Picture
from bot.storage import sets
from bot.storage.leases import LEASE
from bot.storage.message_parts import dump_buttons, dump_picture, dump_template, load_picture
from bot.storage.tables import messages
from bot.storage.types import to_micros

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
    "picture",
    "replaces",
    "template",
    "to_member",
    "instead_of",
    "language",
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be put in the outbox; due at once unless ``due_at`` says later."""

    message: Outbound
    member_id: int | None
    campaign: str | None = None
    due_at: datetime | None = None
    to_member: bool = False
    """Meant for the person, so another address of theirs will do; a one-time code is meant for its address alone."""
    instead_of: int | None = None
    """The message whose address was gone, which this one takes the place of; there is only one such."""


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
            dump_buttons(m.buttons),
            m.thread,
            state,
            "",
            int(leased),
            to_micros(d.due_at) if d.due_at else micros,
            lease,
            micros,
            dump_picture(m.picture),
            m.replaces,
            dump_template(m.template),
            d.to_member or None,
            d.instead_of,
            m.language,
        )
        for d in drafts
    ]
    await sets.insert(tx, messages, _COLUMNS, rows)


_OVERTAKE = (
    update(messages)
    .where(
        sets.AnyOf(messages.c.member_id, "members"),
        messages.c.campaign == bindparam("key"),
        messages.c.state == "queued",
    )
    .values(state="suppressed", reason="overtaken by news", settled_at=bindparam("at"))
)


async def overtake(tx: AsyncConnection, campaign: str, member_ids: Sequence[int], now: datetime) -> None:
    """Hold back what a campaign still had to say to these members."""
    await tx.execute(_OVERTAKE, {"members": list(member_ids), "key": campaign, "at": now})


async def picture_of(tx: AsyncConnection, message: int) -> Picture | None:
    """What the picture of a message shows; None when it has none, or its member was erased."""
    row = (await tx.execute(select(messages.c.picture).where(messages.c.id == message))).first()
    return load_picture(row.picture) if row else None
