"""Another way to a person whose address is gone, or closed to the message: the same, once, by the next address."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.addressing import choose
from bot.messages import Purpose
from bot.storage import outbox
from bot.storage.ids import new_id
from bot.storage.message_parts import outbound
from bot.storage.tables import members, messages
from campaigns import store
from campaigns.checks import STALE

_OTHERS = messages.alias()
_STUCK = (
    select(messages, members.c.preferred_channel)
    .join(members, members.c.id == messages.c.member_id)
    .where(
        messages.c.to_member.is_(True),
        messages.c.instead_of.is_(None),
        messages.c.purpose != Purpose.REPLY.value,
        members.c.erased_at.is_(None),
        ~exists().where(_OTHERS.c.instead_of == messages.c.id),
    )
)


async def elsewhere(tx: AsyncConnection, message: int, channels: Collection[str], now: datetime) -> str:
    """Queue what could not reach its address for the next one, on another channel, that may get it.

    Answers how to say so after the reason; nothing when there is no such address, when it was tried once already,
    or when the message was meant for that address alone (a one-time code) or has waited too long.
    """
    row = (await tx.execute(_STUCK.where(messages.c.id == message))).mappings().first()
    if row is None or now - row["created_at"] > STALE:
        return ""
    first, member = outbound(row), row["member_id"]
    ways = [way for way in (await store.ways_to(tx, [member])).get(member, []) if way.channel != first.channel]
    way = choose(ways, row["preferred_channel"], channels, first.purpose)
    if isinstance(way, str):
        return ""
    again = replace(first, id=new_id(), channel=way.channel, address=way.address, thread="", replaces="")
    draft = outbox.Draft(again, member, row["campaign"], now, to_member=True, instead_of=message)
    await outbox.add(tx, [draft], now)
    return f"; said on {way.channel} instead"
