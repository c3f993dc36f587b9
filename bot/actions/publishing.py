"""Publishing programmes: a version at a time, now or from a date, and back again. No old entry ever changes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.actions.core import Core
from bot.errors import Conflict, bad_field
from bot.loyalty.diff import differences
from bot.storage import programmes
from bot.storage.programmes import Version

Check = Callable[[str], object]
"""Raises BadInput when a document has faults."""


@dataclass(frozen=True, slots=True)
class Published:
    """A version and what it changes; without changes nothing was published, and ``version`` is the one in force."""

    version: int
    changes: list[str]
    effective_at: datetime


async def publish(core: Core, text: str, check: Check, *, since: datetime | None = None, note: str = "") -> Published:
    """Publish a document, to hold at once or ``since`` a later moment.

    Raises:
        BadInput: with every fault of the document, or for a moment that has passed.
    """
    check(text)
    now = core.clock()
    since = since.astimezone(UTC) if since else None
    if since is not None and since < now:
        raise bad_field("since", "lies in the past, and what was earned then never changes; leave it out to begin now")
    async with core.database.write() as tx:
        old = (await programmes.history(tx))[:1]
        before = await programmes.in_force(tx, now) if old else None
        changes = differences(before.document if before else "", text)
        if before is not None and not changes and since is None:
            return Published(before.version, [], before.effective_at)
        version = await programmes.publish(tx, text, now, effective_at=since, note=note)
        return Published(version, changes, since or now)


async def roll_back(core: Core, version: int, check: Check) -> Published:
    """Publish an older version again; it gets a new number, for history is not rewritten.

    Raises:
        NotFound: when there is no such version.
        BadInput: when it is not valid any more.
    """
    async with core.database.read() as tx:
        text = (await programmes.get(tx, version)).document
    return await publish(core, text, check, note=f"back to version {version}")


async def withdraw(core: Core, version: int) -> None:
    """Take back a version that waits for its date.

    Raises:
        NotFound: when there is no such version.
        Conflict: when it holds, or held, already.
    """
    async with core.database.write() as tx:
        if not await programmes.withdraw(tx, version, core.clock()):
            await programmes.get(tx, version)
            raise Conflict(f"version {version} has begun; to undo it: regulars program rollback VERSION")


async def history(core: Core) -> tuple[int, list[Version]]:
    """The number of the version in force, and all versions, newest first."""
    async with core.database.read() as tx:
        return (await programmes.in_force(tx, core.clock())).version, await programmes.history(tx)


async def compare(core: Core, before: int, after: int) -> list[str]:
    """What changed from one version to another, in words.

    Raises:
        NotFound: when there is no such version.
    """
    async with core.database.read() as tx:
        old, new = await programmes.get(tx, before), await programmes.get(tx, after)
    return differences(old.document, new.document)
