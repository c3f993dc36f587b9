"""All members, streamed in the order in which they joined our books."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import sets
from bot.storage.members import Address, Member, as_address, as_member
from bot.storage.tables import addresses, members

CHUNK = 500
_ADDRESSES = select(addresses).where(sets.AnyOf(addresses.c.member_id, "ids")).order_by(addresses.c.channel)
_MEMBERS = select(members).where(members.c.erased_at.is_(None)).order_by(members.c.id)
_FORMER = (
    select(members.c.merged_into, members.c.code, members.c.external_id)
    .where(sets.AnyOf(members.c.merged_into, "ids"))
    .order_by(members.c.id)
)
# A phone number is one by SMS and on WhatsApp.
_PHONES_ARE_ONE = case((addresses.c.channel == "whatsapp", "sms"), else_=addresses.c.channel)
_SEVERAL = (
    select(addresses.c.member_id)
    .where(addresses.c.member_id.is_not(None))
    .group_by(addresses.c.member_id, _PHONES_ARE_ONE)
    .having(func.count(addresses.c.address.distinct()) > 1)
).union(select(members.c.merged_into).where(members.c.merged_into.is_not(None)))


@dataclass(frozen=True, slots=True)
class Former:
    """A membership that became one with a member: both lead to them still."""

    code: str
    external_id: str | None


Chunk = list[tuple[Member, Sequence[Former]]]
"""Members, and what each was before."""


async def everybody(tx: AsyncConnection) -> AsyncIterator[Chunk]:
    """In chunks; nobody who was erased."""
    after = 0
    while True:
        query = _MEMBERS.where(members.c.id > after).limit(CHUNK)
        rows = list((await tx.execute(query)).mappings())
        if not rows:
            return
        after = rows[-1]["id"]
        yield await _whole(tx, rows)


async def with_several(tx: AsyncConnection) -> AsyncIterator[Chunk]:
    """In chunks, those who have more than one of something that they are known by."""
    found = list((await tx.execute(_SEVERAL)).scalars())
    for start in range(0, len(found), CHUNK):
        query = _MEMBERS.where(sets.AnyOf(members.c.id, "ids"))
        rows = await tx.execute(query, {"ids": found[start : start + CHUNK]})
        yield await _whole(tx, list(rows.mappings()))


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


async def _whole(tx: AsyncConnection, rows: Sequence[RowMapping]) -> Chunk:
    ids = [row["id"] for row in rows]
    ways, former = await _ways(tx, ids), dict[int, list[Former]]()
    for kept, code, external_id in await tx.execute(_FORMER, {"ids": ids}):
        former.setdefault(kept, []).append(Former(code, external_id))
    return [(as_member(row, ways.get(row["id"], [])), former.get(row["id"], ())) for row in rows]


async def _ways(tx: AsyncConnection, ids: list[int]) -> Mapping[int, list[Address]]:
    found: dict[int, list[Address]] = {}
    for row in (await tx.execute(_ADDRESSES, {"ids": ids})).mappings():
        found.setdefault(row["member_id"], []).append(as_address(row))
    return found
