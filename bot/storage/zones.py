"""Where members live."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import members

log = structlog.get_logger()

# A step of the index per zone, and not a look at every member.
_STEPS = select(func.min(members.c.timezone).label("zone")).cte("steps", recursive=True)
_NEXT = select(func.min(members.c.timezone)).where(members.c.timezone > _STEPS.c.zone).scalar_subquery()
_STEPS = _STEPS.union_all(select(_NEXT).where(_STEPS.c.zone.is_not(None)))
_ZONES = select(_STEPS.c.zone).where(_STEPS.c.zone.is_not(None))


async def inhabited(tx: AsyncConnection) -> list[ZoneInfo]:
    """The zones that members live in; a name that this machine does not know stops nobody else's campaigns."""
    found = []
    for name in (await tx.execute(_ZONES)).scalars():
        try:
            found.append(ZoneInfo(name))
        except (ZoneInfoNotFoundError, ValueError):
            log.warning("timezone_unknown", timezone=name)
    return found
