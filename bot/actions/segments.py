"""The segments of the programme in force, and who is in them now."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.actions.core import Core
from bot.errors import NotFound
from bot.loyalty.segments import Segment
from bot.storage import segments
from bot.storage.segments import InIt


@dataclass(frozen=True, slots=True)
class Counted:
    """A segment with its name in one language, and how many members are in it."""

    key: str
    name: str
    members: int


async def count_all(core: Core, language: str) -> list[Counted]:
    """Every segment, in the order of the programme."""
    async with core.database.read() as tx:
        programme = await core.programmes.current(tx)
        return [
            Counted(one.key, programme.text(one.names, language), await segments.count(tx, one.when, core.clock()))
            for one in programme.of(Segment).values()
        ]


async def members_of(core: Core, key: str, *, after: int, most: int) -> Sequence[InIt]:
    """The next members of a segment in the order of their ids.

    Raises:
        NotFound: when the programme has no such segment.
    """
    async with core.database.read() as tx:
        segment = (await core.programmes.current(tx)).of(Segment).get(key)
        if segment is None:
            raise NotFound(f'there is no segment "{key}"')
        return await segments.page(tx, segment.when, core.clock(), after=after, most=most)
