"""Stamps that members gave themselves: each code once for each member, and how many there were lately."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import sets
from bot.storage.tables import self_stamps
from bot.storage.types import to_micros

_OF_MEMBER = select(func.count(), func.max(self_stamps.c.at)).where(
    self_stamps.c.member_id == bindparam("member"), self_stamps.c.at > bindparam("since")
)
_AT = select(func.count()).where(self_stamps.c.location == bindparam("place"), self_stamps.c.at > bindparam("since"))
_USED = select(self_stamps.c.at).where(
    self_stamps.c.member_id == bindparam("member"),
    self_stamps.c.location == bindparam("place"),
    self_stamps.c.step == bindparam("number"),
)


class Lately(NamedTuple):
    """What one member stamped since a moment."""

    stamps: int
    last: datetime | None


async def of_member(tx: AsyncConnection, member_id: int, since: datetime) -> Lately:
    """All locations together."""
    number, last = (await tx.execute(_OF_MEMBER, {"member": member_id, "since": since})).one()
    return Lately(int(number), last)


async def at_location(tx: AsyncConnection, location: str, since: datetime) -> int:
    """All members together."""
    return int((await tx.execute(_AT, {"place": location, "since": since})).scalar_one())


async def used(tx: AsyncConnection, member_id: int, location: str, step: int) -> bool:
    """Whether the member had a stamp for this code."""
    bound = {"member": member_id, "place": location, "number": step}
    return (await tx.execute(_USED, bound)).first() is not None


async def note(tx: AsyncConnection, member_id: int, location: str, step: int, now: datetime) -> None:
    """Write down that the code of this step was used."""
    await sets.insert(
        tx, self_stamps, ("member_id", "location", "step", "at"), [(member_id, location, step, to_micros(now))]
    )
