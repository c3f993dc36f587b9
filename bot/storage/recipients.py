"""What holds for the address that a message goes to, at the moment of sending."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import sets
from bot.storage.leases import Leased
from bot.storage.tables import addresses, inbound, members, messages


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a message's address at this moment; ``timezone``, ``locale``, ``quiet_hours`` are the member's.

    ``heard_at`` is when its owner last wrote, told of WhatsApp only: there it decides what may be sent.
    """

    marketing: bool | None
    stopped_at: datetime | None
    gone_at: datetime | None
    timezone: str | None
    locale: str | None = None
    heard_at: datetime | None = None
    notices: bool | None = None
    quiet_hours: str | None = None


_HEARD = (
    select(inbound.c.at)
    .where(inbound.c.channel == messages.c.channel, inbound.c.address == messages.c.address)
    .order_by(inbound.c.id.desc())
    .limit(1)
    .correlate(messages)
    .scalar_subquery()
)
_STANDING = (
    select(
        messages.c.id,
        addresses.c.marketing,
        addresses.c.stopped_at,
        addresses.c.gone_at,
        members.c.timezone,
        members.c.locale,
        case((messages.c.channel == "whatsapp", _HEARD)).label("heard_at"),
        addresses.c.notices,
        members.c.quiet_hours,
    )
    .outerjoin(addresses, and_(addresses.c.channel == messages.c.channel, addresses.c.address == messages.c.address))
    .outerjoin(members, members.c.id == messages.c.member_id)
    .where(sets.AnyOf(messages.c.id, "ids"))
)


async def standing(tx: AsyncConnection, leased: Sequence[Leased]) -> dict[int, Standing]:
    """What holds for the addresses of these messages now, by message id."""
    rows = await tx.execute(_STANDING, {"ids": [lease.message.id for lease in leased]})
    return {row[0]: Standing(*row[1:]) for row in rows}


async def mark_gone(tx: AsyncConnection, channel: str, address: str, now: datetime) -> None:
    """Nothing goes to this address until its owner comes back; the first time stays written down."""
    column = addresses.c.gone_at
    await tx.execute(
        update(addresses)
        .where(addresses.c.channel == channel, addresses.c.address == address)
        .values({column: func.coalesce(column, bindparam("at", now, type_=column.type))})
    )
