"""How many answers went where in this hour: two machines that answer each other would never end."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b

import orjson
from sqlalchemy import bindparam, delete, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import answered
from bot.storage.types import to_micros

HOUR = timedelta(hours=1)


async def count(tx: AsyncConnection, channel: str, answers: Mapping[str, int], now: datetime) -> dict[str, int]:
    """Add ``answers`` for each of these (an address, a domain); tells how many it makes for each in this hour."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    names = {_who(whose): whose for whose in answers}
    added = orjson.dumps({name: answers[whose] for name, whose in names.items()}).decode()
    bound = {"hour": to_micros(hour), "channel": channel, "added": added}
    made = {names[row.who]: int(row.answers) for row in await tx.execute(_ADD[tx.dialect.name], bound)}
    if any(made[whose] == answers[whose] for whose in answers):
        await tx.execute(_OLD, {"before": hour - HOUR})
    return made


# In one order everywhere, so that two processes never wait for each other.
_UPSERT = """
INSERT INTO answered (hour, channel, who, answers)
SELECT :hour, :channel, key, CAST(value AS integer) FROM json_each{}(CAST(:added AS {})) WHERE true ORDER BY key
ON CONFLICT (hour, channel, who) DO UPDATE SET answers = answered.answers + excluded.answers
RETURNING who, answers
"""
_ADD = {"sqlite": text(_UPSERT.format("", "text")), "postgresql": text(_UPSERT.format("_text", "json"))}


_OLD = delete(answered).where(answered.c.hour < bindparam("before"))


async def forget(tx: AsyncConnection, places: Sequence[tuple[str, str]]) -> None:
    """Count no more what these ``(channel, address)`` were answered."""
    counted = [(channel, _who(address)) for channel, address in places]
    await tx.execute(delete(answered).where(tuple_(answered.c.channel, answered.c.who).in_(counted)))


def _who(whose: str) -> str:
    """Counted without being written down: an address is a personal datum, and this no reason to keep one."""
    return blake2b(whose.encode("utf-8", "replace"), digest_size=12).hexdigest()
