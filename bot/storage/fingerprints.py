"""What tells that two members are one person, in keyed hashes: it outlives them without naming anybody."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import sets
from bot.storage.tables import fingerprints


class Print(NamedTuple):
    """``kind`` is what was hashed: ``phone``, ``email``, ``telegram``, ``external_id``, ``device``, ``payment`` …"""

    kind: str
    hash: str


_OWNERS = select(fingerprints.c.kind, fingerprints.c.hash, fingerprints.c.member_id).where(
    sets.AnyOf(fingerprints.c.hash, "hashes")
)


async def note(tx: AsyncConnection, left: Sequence[tuple[Print, int]]) -> None:
    """Keep that members (by id) have these; what is known already stays as it is."""
    rows = [(one.kind, one.hash, member_id) for one, member_id in left]
    await sets.insert(tx, fingerprints, ("kind", "hash", "member_id"), rows, or_skip=True)


async def owners(tx: AsyncConnection, prints: Collection[Print]) -> dict[Print, set[int]]:
    """The members, erased ones too, that each was ever noted for; those noted for nobody are left out."""
    found: dict[Print, set[int]] = {}
    if not prints:
        return found
    for kind, value, member_id in await tx.execute(_OWNERS, {"hashes": [one.hash for one in prints]}):
        one = Print(kind, value)
        if one in prints:
            found.setdefault(one, set()).add(member_id)
    return found
