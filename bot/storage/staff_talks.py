"""Talks that staff have taken over from the bot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import addresses, members, messages, staff_messages

_OPEN = addresses.c.person_since.is_not(None)


@dataclass(frozen=True, slots=True)
class StaffTalk:
    """``since`` staff have it, or last said something; ``waits`` since when the customer waits for an answer."""

    channel: str
    address: str
    member_id: int | None
    code: str | None
    name: str | None
    locale: str | None
    since: datetime
    waits: datetime | None


_TALKS = select(
    addresses.c.channel,
    addresses.c.address,
    addresses.c.member_id,
    members.c.code,
    members.c.name,
    func.coalesce(func.nullif(members.c.locale, ""), addresses.c.locale),
    addresses.c.person_since,
    addresses.c.person_waits,
).select_from(addresses.outerjoin(members, members.c.id == addresses.c.member_id))


async def of_staff(tx: AsyncConnection, limit: int, *, waiting: bool = False) -> list[StaffTalk]:
    """Those that staff have, whoever wrote last first; with ``waiting`` only those where an answer is waited for."""
    query = _TALKS.where(addresses.c.person_waits.is_not(None)) if waiting else _TALKS
    newest = func.coalesce(addresses.c.person_waits, addresses.c.person_since).desc()
    rows = await tx.execute(query.where(_OPEN).order_by(newest, addresses.c.address).limit(limit))
    return [StaffTalk(*row) for row in rows]


async def silent_since(tx: AsyncConnection, before: datetime, limit: int) -> list[StaffTalk]:
    """Those in which staff have said nothing since ``before``, held until the transaction ends."""
    query = _TALKS.where(_OPEN, addresses.c.person_since <= before).order_by(addresses.c.person_since).limit(limit)
    return [StaffTalk(*row) for row in await tx.execute(query.with_for_update(of=addresses, skip_locked=True))]


async def waiting(tx: AsyncConnection) -> int:
    """How many customers wait for an answer of staff."""
    query = select(func.count()).where(_OPEN, addresses.c.person_waits.is_not(None))
    return int((await tx.execute(query)).scalar_one())


async def take(tx: AsyncConnection, channel: str, address: str, now: datetime, *, waits: bool) -> None:
    """The talk is staff's: because the customer asked (and ``waits``), or because staff said something."""
    await _set(tx, channel, address, since=now, waits=now if waits else None)


async def waits(tx: AsyncConnection, channel: str, address: str, now: datetime) -> None:
    """The customer said something that staff have not answered yet."""
    at = (addresses.c.channel == channel) & (addresses.c.address == address) & _OPEN
    await tx.execute(update(addresses).where(at, addresses.c.person_waits.is_(None)).values(person_waits=now))


async def give_back(tx: AsyncConnection, channel: str, address: str) -> None:
    """The talk is the bot's again."""
    await _set(tx, channel, address, since=None, waits=None)


async def _set(
    tx: AsyncConnection, channel: str, address: str, *, since: datetime | None, waits: datetime | None
) -> None:
    at = (addresses.c.channel == channel) & (addresses.c.address == address)
    await tx.execute(update(addresses).where(at).values(person_since=since, person_waits=waits))


@dataclass(frozen=True, slots=True)
class StaffMessage:
    """What somebody of staff said, by the id that the caller gave it."""

    channel: str
    address: str
    request: str
    message_id: int
    by: str
    at: datetime


async def note(tx: AsyncConnection, said: StaffMessage) -> None:
    row = (said.channel, said.address, said.request, said.message_id, said.by, said.at)
    columns = ("channel", "address", "request", "message_id", "by", "at")
    await tx.execute(insert(staff_messages).values(dict(zip(columns, row, strict=True))))


async def said_before(tx: AsyncConnection, channel: str, address: str, request: str) -> tuple[int, str] | None:
    """The message that was said under this id already, and its text."""
    at = (staff_messages.c.channel == channel) & (staff_messages.c.address == address)
    query = select(messages.c.id, messages.c.text).join(staff_messages, staff_messages.c.message_id == messages.c.id)
    row = (await tx.execute(query.where(at, staff_messages.c.request == request))).first()
    return (row[0], row[1]) if row else None


async def said_since(tx: AsyncConnection, channel: str, address: str, since: datetime) -> int:
    """How many things staff said in a talk since then."""
    at = (staff_messages.c.channel == channel) & (staff_messages.c.address == address)
    query = select(func.count()).where(at, staff_messages.c.at >= since)
    return int((await tx.execute(query)).scalar_one())


async def speakers(tx: AsyncConnection, channel: str, address: str, said: Sequence[int]) -> dict[int, str]:
    """Who of staff said these messages, those that were theirs."""
    at = (staff_messages.c.channel == channel) & (staff_messages.c.address == address)
    query = select(staff_messages.c.message_id, staff_messages.c.by).where(at, staff_messages.c.message_id.in_(said))
    return {row[0]: row[1] for row in await tx.execute(query)}
