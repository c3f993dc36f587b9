"""The ledger of consents: who agreed to what, or took it back, when, where and to which words (GDPR art. 7(1))."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import sets
from bot.storage.ids import new_id
from bot.storage.tables import addresses, consents
from bot.storage.types import to_micros

MARKETING, NOTICES, ALL = "marketing", "notices", "all"
"""What consent is about: offers; reminders; any message at all, which is what STOP ends."""
CHUNK = 1000
_COLUMNS = ("id", "member_id", "channel", "address", "purpose", "granted", "source", "words", "at")


@dataclass(frozen=True, slots=True)
class Consent:
    """One change: ``source`` is what told us, ``words`` what was shown to the person, or said by them."""

    channel: str
    address: str
    granted: bool
    source: str
    words: str = ""
    purpose: str = MARKETING


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger."""

    id: int
    member_id: int | None
    at: datetime
    consent: Consent


async def note(tx: AsyncConnection, told: Sequence[tuple[int | None, Consent]], now: datetime) -> None:
    """Append lines, each with its member."""
    rows = [
        (new_id(), member_id, c.channel, c.address, c.purpose, c.granted, c.source, c.words, to_micros(now))
        for member_id, c in told
    ]
    await sets.insert(tx, consents, _COLUMNS, rows)


async def owner(tx: AsyncConnection, channel: str, address: str) -> tuple[int | None] | None:
    """Whose an address is, ``(None,)`` a stranger's; None when it is not known at all."""
    row = (await tx.execute(select(addresses.c.member_id).where(_at(channel, address)))).first()
    return (row.member_id,) if row else None


async def granted(tx: AsyncConnection, channel: str, address: str) -> bool:
    """Whether offers may go to an address."""
    row = (await tx.execute(select(addresses.c.marketing).where(_at(channel, address)))).first()
    return bool(row and row.marketing)


async def put(tx: AsyncConnection, one: Consent, now: datetime) -> bool:
    """Write on the address what it may get from now on; answers whether that is any different."""
    at = _at(one.channel, one.address)
    if one.purpose != ALL:
        column = addresses.c[one.purpose]
        return await _set(tx, at & column.is_distinct_from(one.granted), {one.purpose: one.granted})
    if not one.granted:
        await _set(tx, at, {"marketing": False})
        return await _set(tx, at & addresses.c.stopped_at.is_(None), {"stopped_at": now})
    return await _set(tx, at & addresses.c.stopped_at.is_not(None), {"stopped_at": None})


def _at(channel: str, address: str) -> ColumnElement[bool]:
    return (addresses.c.channel == channel) & (addresses.c.address == address)


async def _set(tx: AsyncConnection, which: ColumnElement[bool], values: dict[str, Any]) -> bool:
    return bool((await tx.execute(update(addresses).where(which).values(values))).rowcount)


async def of_member(tx: AsyncConnection, member_id: int) -> list[Line]:
    """A member's lines, the oldest first."""
    query = select(consents).where(consents.c.member_id == member_id).order_by(consents.c.id)
    return [_line(row) for row in await tx.execute(query)]


async def last_stop(tx: AsyncConnection, member_id: int | None, channel: str, address: str) -> Consent | None:
    """The latest word that nothing may be sent to an address, said since it is this member's or before."""
    said = (consents.c.channel == channel) & (consents.c.address == address) & (consents.c.purpose == ALL)
    whose = consents.c.member_id.is_(None) | (consents.c.member_id == member_id)
    query = select(consents).where(whose, said, ~consents.c.granted).order_by(consents.c.id.desc()).limit(1)
    row = (await tx.execute(query)).first()
    return _line(row).consent if row else None


async def everything(tx: AsyncConnection) -> AsyncIterator[list[Line]]:
    """All lines in chunks, the oldest first."""
    after = 0
    while True:
        query = select(consents).where(consents.c.id > after).order_by(consents.c.id).limit(CHUNK)
        lines = [_line(row) for row in await tx.execute(query)]
        if not lines:
            return
        after = lines[-1].id
        yield lines


def _line(row: Any) -> Line:
    consent = Consent(row.channel, row.address, row.granted, row.source, row.words, row.purpose)
    return Line(row.id, row.member_id, row.at, consent)
