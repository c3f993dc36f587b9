"""What members chose for themselves, by name."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import sets
from bot.storage.tables import choices

ROUND_UP = "round_up"
"""The key of the cause that purchases are rounded up for."""
BIRTHDAY = "birthday"
"""A birthday that was corrected in a chat, and when."""
_CHOSEN = select(choices.c.member_id, choices.c.value, choices.c.at).where(
    choices.c.name == bindparam("called"), sets.AnyOf(choices.c.member_id, "ids")
)


class Choice(NamedTuple):
    """A choice, and since when it holds."""

    value: str
    at: datetime


async def put(tx: AsyncConnection, member_id: int, name: str, value: str | None, now: datetime) -> None:
    """Choose, or with None choose no longer; the member must be locked."""
    await tx.execute(delete(choices).where(choices.c.member_id == member_id, choices.c.name == name))
    if value is not None:
        await tx.execute(insert(choices).values(member_id=member_id, name=name, value=value, at=now))


async def chosen(tx: AsyncConnection, name: str, member_ids: Collection[int]) -> dict[int, Choice]:
    """What those of the members chose who did."""
    rows = await tx.execute(_CHOSEN, {"called": name, "ids": list(member_ids)})
    return {row[0]: Choice(row[1], row[2]) for row in rows}
