"""All members, streamed in the order in which they joined our books."""

from collections.abc import AsyncIterator, Mapping

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import sets
from bot.storage.members import Address, Member, as_address, as_member
from bot.storage.tables import addresses, members

CHUNK = 500
_ADDRESSES = select(addresses).where(sets.AnyOf(addresses.c.member_id, "ids")).order_by(addresses.c.channel)
_MEMBERS = select(members).where(members.c.erased_at.is_(None)).order_by(members.c.id)


async def everybody(tx: AsyncConnection) -> AsyncIterator[list[Member]]:
    """In chunks; nobody who was erased."""
    after = 0
    while True:
        query = _MEMBERS.where(members.c.id > after).limit(CHUNK)
        rows = list((await tx.execute(query)).mappings())
        if not rows:
            return
        after = rows[-1]["id"]
        ways = await _ways(tx, [row["id"] for row in rows])
        yield [as_member(row, ways.get(row["id"], [])) for row in rows]


async def ids(tx: AsyncConnection) -> AsyncIterator[list[int]]:
    """The ids of all members that there ever were, in chunks."""
    after = 0
    while True:
        query = select(members.c.id).where(members.c.id > after).order_by(members.c.id).limit(CHUNK)
        found = list((await tx.execute(query)).scalars())
        if not found:
            return
        after = found[-1]
        yield found


async def count(tx: AsyncConnection) -> int:
    """How many members there ever were."""
    return int((await tx.execute(select(func.count()).select_from(members))).scalar_one())


async def _ways(tx: AsyncConnection, ids: list[int]) -> Mapping[int, list[Address]]:
    found: dict[int, list[Address]] = {}
    for row in (await tx.execute(_ADDRESSES, {"ids": ids})).mappings():
        found.setdefault(row["member_id"], []).append(as_address(row))
    return found
