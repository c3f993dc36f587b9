"""All activities that were told from outside, streamed in the order told."""

from collections.abc import AsyncIterator
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.loyalty.activity import Activity
from bot.storage.activities import KEPT, kept
from bot.storage.tables import activities, members

CHUNK = 1000


class Line(NamedTuple):
    """An activity with the code of the member; of a guest, the address that it can be claimed by, if there is one."""

    activity: Activity
    code: str
    guest: str


async def lines(tx: AsyncConnection, internal: str) -> AsyncIterator[list[Line]]:
    """In chunks; without what the programme told itself, under the source ``internal``."""
    query = (
        KEPT.add_columns(members.c.code, activities.c.guest)
        .outerjoin(members, members.c.id == activities.c.member_id)
        .where(activities.c.source != internal)
        .limit(CHUNK)
    )
    after = 0
    while True:
        rows = list(await tx.execute(query.where(activities.c.id > after)))
        if not rows:
            return
        after = rows[-1][0]
        yield [Line(kept(row[:-2]).activity, row[-2] or "", row[-1] or "") for row in rows]
