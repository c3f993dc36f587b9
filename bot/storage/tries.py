"""How often something was tried wrongly lately: what may be guessed is closed for a while after too many."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import sets
from bot.storage.tables import tries
from bot.storage.types import to_micros

_OPEN = (tries.c.what == bindparam("named")) & (tries.c.until > bindparam("now"))
_COUNT = update(tries).where(_OPEN).values(count=tries.c.count + 1).returning(tries.c.count)
_LAPSED = delete(tries).where(tries.c.what == bindparam("named"), tries.c.until <= bindparam("now"))
_SO_FAR = select(tries.c.count).where(_OPEN)
_ALL_SO_FAR = select(tries.c.what, tries.c.count.label("made")).where(
    sets.AnyOf(tries.c.what, "those"), tries.c.until > bindparam("now")
)


async def so_far(tx: AsyncConnection, what: str, now: datetime) -> int:
    """Wrong tries since the first one that still counts."""
    return int((await tx.execute(_SO_FAR, {"named": what, "now": now})).scalar_one_or_none() or 0)


async def all_so_far(tx: AsyncConnection, those: Sequence[str], now: datetime) -> list[int]:
    """The same for several, in their order."""
    found = {row.what: row.made for row in await tx.execute(_ALL_SO_FAR, {"those": list(those), "now": now})}
    return [found.get(what, 0) for what in those]


async def forget(tx: AsyncConnection, now: datetime) -> None:
    """Drop what counts no more."""
    await tx.execute(delete(tries).where(tries.c.until <= now))


async def count(tx: AsyncConnection, what: str, now: datetime, lasting: timedelta) -> int:
    """Count one more, the first of which is forgotten after ``lasting`` with all that follow; answers how many now."""
    bound = {"named": what, "now": now}
    if (already := (await tx.execute(_COUNT, bound)).scalar_one_or_none()) is not None:
        return int(already)
    await tx.execute(_LAPSED, bound)
    await sets.insert(tx, tries, ("what", "count", "until"), [(what, 1, to_micros(now + lasting))], or_skip=True)
    return 1
