"""Claiming what is due: a message is leased to one process, which alone may send it until the lease ends."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Executable, RowMapping, bindparam, exists, literal, literal_column, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Outbound, Purpose
from bot.storage.message_parts import outbound
from bot.storage.tables import messages

LEASE = timedelta(seconds=60)
# A literal, because neither database uses a partial index for a state that comes as a parameter.
_QUEUED = messages.c.state == literal_column("'queued'")


@dataclass(frozen=True, slots=True)
class Leased:
    """A message that this process may send now, until the lease ends."""

    message: Outbound
    attempts: int
    lease_until: datetime
    created_at: datetime
    to_member: bool = False


# A CTE, because PostgreSQL may run a sub-select once per row it compares, and would then lease more than asked for.
_DUE = (
    select(messages.c.id)
    .where(
        _QUEUED,
        messages.c.channel == bindparam("on_channel"),
        messages.c.purpose == bindparam("for_purpose"),
        messages.c.due_at <= bindparam("now"),
    )
    .order_by(messages.c.due_at, messages.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_CLAIM = (
    update(messages)
    .where(_QUEUED, messages.c.id.in_(select(_DUE.c.id)))
    .values(state="sending", lease_until=bindparam("lease"), attempts=messages.c.attempts + 1)
    .returning(messages)
)


async def claim(
    tx: AsyncConnection, channel: str, purpose: Purpose, due: datetime, most: int, lease_until: datetime
) -> list[Leased]:
    """Lease what is due by ``due`` on a channel, the longest due first. Two workers never get the same message."""
    bound = {"on_channel": channel, "for_purpose": purpose.value, "now": due, "most": most, "lease": lease_until}
    rows = (await tx.execute(_CLAIM, bound)).mappings().all()
    return [_leased(row) for row in sorted(rows, key=lambda row: (row["due_at"], row["id"]))]


async def due_channels(tx: AsyncConnection, channels: Collection[str], due: datetime) -> list[str]:
    """The channels that have anything due: a look at the index for each, however much waits."""
    if not channels:
        return []
    found = await tx.execute(_due_channels(tuple(sorted(channels))), {"now": due})
    return list(dict.fromkeys(found.scalars()))


@cache
def _due_channels(channels: tuple[str, ...]) -> Executable:
    waiting = (
        select(literal(channel)).where(
            exists().where(
                _QUEUED,
                messages.c.channel == channel,
                messages.c.purpose == purpose.value,
                messages.c.due_at <= bindparam("now"),
            )
        )
        for channel in channels
        for purpose in Purpose
    )
    return union_all(*waiting)


def _leased(row: RowMapping) -> Leased:
    return Leased(outbound(row), row["attempts"], row["lease_until"], row["created_at"], bool(row["to_member"]))
