"""Who is in a segment: counted, or handed out in chunks; nobody loads all members."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.loyalty.condition import Condition
from bot.storage.conditions import where
from bot.storage.tables import members, standings
from bot.storage.zones import inhabited

CHUNK = 500


class InIt(NamedTuple):
    """A member of a segment, as they are listed."""

    id: int
    code: str
    name: str


async def count(tx: AsyncConnection, when: Condition, now: datetime) -> int:
    """How many members there are for whom ``when`` holds at ``now``."""
    return int((await tx.execute(_among(await _which(tx, when, now), func.count()))).scalar_one())


async def page(tx: AsyncConnection, when: Condition, now: datetime, *, after: int = 0, most: int = CHUNK) -> list[InIt]:
    """The next of them in the order of their ids."""
    return await _page(tx, await _which(tx, when, now), after, most)


async def chunks(tx: AsyncConnection, when: Condition, now: datetime, most: int = CHUNK) -> AsyncIterator[list[InIt]]:
    """All of them, a chunk at a time."""
    which, after = await _which(tx, when, now), 0
    while chunk := await _page(tx, which, after, most):
        yield chunk
        after = chunk[-1].id


async def _page(tx: AsyncConnection, which: ColumnElement[bool], after: int, most: int) -> list[InIt]:
    wanted = _among(which, members.c.id, members.c.code, members.c.name)
    rows = await tx.execute(wanted.where(members.c.id > after).order_by(members.c.id).limit(most))
    return [InIt(*row) for row in rows]


async def _which(tx: AsyncConnection, when: Condition, now: datetime) -> ColumnElement[bool]:
    return where(when, now, await inhabited(tx))


def _among(which: ColumnElement[bool], *columns: Any) -> Select[Any]:
    joined = members.join(standings, standings.c.member_id == members.c.id)
    return select(*columns).select_from(joined).where(members.c.erased_at.is_(None), which)
