"""Moving in: the members of a CSV file, checked wholly and then taken over with what they had."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import consent, refs
from bot.actions.core import Core, Progress
from bot.actions.moving.files import Faults
from bot.actions.moving.people import Newcomer, Read, read
from bot.errors import BadInput, bad_field
from bot.loyalty.member import CREDIT, POINTS, MemberState
from bot.loyalty.programme import Programme
from bot.storage import ledger, members, merging, standings
from bot.storage.ids import new_id
from bot.storage.ledger import Entry
from bot.storage.standings import MERGED

CHUNK = 500
OPENING = "opening"
"""The kind of the entry that brings what a member had elsewhere."""
_MOST_SHOWN = 20


@dataclass(slots=True)
class Moved:
    """How an import ended, or would end."""

    members: int = 0
    points: int = 0
    credit: int = 0
    duplicates: list[str] = field(default_factory=list)
    """Lines of people who are members already; nothing of them was changed."""
    known: int = 0

    def add(self, new: Sequence[Newcomer]) -> None:
        self.members += len(new)
        self.points += sum(one.points for one in new)
        self.credit += sum(one.credit for one in new)


async def check_people(core: Core, path: Path, names: Mapping[str, str], progress: Progress) -> Moved:
    """Read the whole file and see that every line can be taken over; answers what would come of it.

    Raises:
        BadInput: naming the lines that cannot, and why; nothing was written.
    """
    faults, done = Faults(), Moved()
    first: dict[int, int] = {}
    async with core.database.read() as tx:
        programme = await core.programmes.current(tx)
        for chunk in _chunks(read(path, programme, core.clock(), names)):
            found = await _known(tx, [one for _, _, one in chunk if isinstance(one, Newcomer)])
            for number, _, one in chunk:
                if isinstance(one, BadInput):
                    faults.add(number, one)
                else:
                    _sort(number, one, found, first, faults, done)
            progress(chunk[-1][1])
    faults.raise_any()
    return done


def _sort(
    number: int, one: Newcomer, found: dict[refs.Ref, int], first: dict[int, int], faults: Faults, done: Moved
) -> None:
    """See whether a line is new, known, told twice, or of several people at once."""
    # Only a number of each key is kept: a file may have millions.
    before = next((first[hash(key)] for key in one.keys if hash(key) in first), None)
    first |= {hash(key): number for key in one.keys}
    if before is not None:
        faults.add(number, bad_field("", f"names the same person as line {before}"))
        return
    owners = {found[key] for key in one.keys if key in found}
    if len(owners) > 1:
        faults.add(number, bad_field("", f"belongs to several members: {', '.join(map(str, sorted(owners)))}"))
    elif owners:
        done.known += 1
        if len(done.duplicates) < _MOST_SHOWN:
            done.duplicates.append(f"line {number}: is member {owners.pop()} already")
    else:
        done.add([one])


async def import_people(core: Core, path: Path, names: Mapping[str, str], progress: Progress) -> Moved:
    """Take over a file that ``check_people`` has passed. Interrupted, it can simply be run again."""
    done = Moved()
    async with core.database.read() as tx:
        programme = await core.programmes.current(tx)
    for chunk in _chunks(read(path, programme, core.clock(), names)):
        people = [one for _, _, one in chunk if isinstance(one, Newcomer)]

        async def work(tx: AsyncConnection, people: Sequence[Newcomer] = people) -> list[Newcomer]:
            found = await _known(tx, people)
            new = [one for one in people if not any(key in found for key in one.keys)]
            await _add(tx, programme, new, core.clock())
            return new

        new = await core.database.transact(work)
        done.add(new)
        done.known += len(people) - len(new)
        progress(chunk[-1][1])
    return done


async def _known(tx: AsyncConnection, people: Sequence[Newcomer]) -> dict[refs.Ref, int]:
    return await refs.find_many(tx, [key for one in people for key in one.keys])


async def _add(tx: AsyncConnection, programme: Programme, new: Sequence[Newcomer], now: datetime) -> None:
    await members.add(tx, [member for one in new for member in (one.member, *one.former)])
    was = {former.id: one.member.id for one in new for former in one.former}
    await merging.lead_on(tx, was, now)
    await standings.save(tx, {other: MemberState(progress={MERGED: str(kept)}) for other, kept in was.items()})
    await consent.given(tx, [one.member for one in new], "import", "", now)
    states: dict[int, MemberState] = {}
    lines: list[Entry] = []
    for one in new:
        state = MemberState()
        for wallet, amount in ((POINTS, one.points), (CREDIT, one.credit)):
            if amount:
                line = Entry(new_id(), one.member.id, OPENING, amount, "import", None, now, wallet)
                state, line = ledger.credit(programme, state, line)
                states[one.member.id] = state
                lines.append(line)
    await ledger.post(tx, lines)
    await standings.save(tx, states)


def _chunks(lines: Iterator[Read]) -> Iterator[list[Read]]:
    while chunk := list(islice(lines, CHUNK)):
        yield chunk
