"""How many answers went where in this hour: two machines that answer each other would never end."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import blake2b

from sqlalchemy import bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import answered

HOUR = timedelta(hours=1)


async def count(tx: AsyncConnection, channel: str, answers: Mapping[str, int], now: datetime) -> dict[str, int]:
    """Add ``answers`` for each of these (an address, a domain); tells how many it makes for each in this hour."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    new = insert(answered)
    add = new.on_conflict_do_update(
        index_elements=["hour", "channel", "who"], set_={"answers": answered.c.answers + new.excluded.answers}
    )
    made: dict[str, int] = {}
    # In one order everywhere, so that two processes never wait for each other.
    for name, who in sorted((_who(whose), whose) for whose in answers):
        row = {"hour": hour, "channel": channel, "who": name, "answers": answers[who]}
        made[who] = (await tx.execute(add.values(row).returning(answered.c.answers))).scalar_one()
    if any(made[whose] == answers[whose] for whose in answers):
        await tx.execute(_OLD, {"before": hour - HOUR})
    return made


_OLD = delete(answered).where(answered.c.hour < bindparam("before"))


def _who(whose: str) -> str:
    """Counted without being written down: an address is a personal datum, and this no reason to keep one."""
    return blake2b(whose.encode("utf-8", "replace"), digest_size=12).hexdigest()
