"""Published programmes, every version kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock, system_clock
from bot.errors import NotFound, SetupError
from bot.loyalty.document import parse
from bot.loyalty.programme import Programme
from bot.storage.tables import programmes
from bot.storage.types import Instant

_NEWEST = select(func.max(programmes.c.version))
_IN_FORCE = (
    select(programmes.c.version)
    .where(programmes.c.effective_at <= bindparam("now", type_=Instant))
    .order_by(programmes.c.effective_at.desc(), programmes.c.version.desc())
    .limit(1)
)
_FIRST = select(programmes.c.version).order_by(programmes.c.effective_at, programmes.c.version).limit(1)
_MOST_KEPT = 20


@dataclass(frozen=True, slots=True)
class Version:
    """A published programme; it holds from ``effective_at`` until the next one does."""

    version: int
    document: str
    published_at: datetime
    effective_at: datetime
    note: str


class Programmes:
    """The programmes; each version is parsed once. A change made elsewhere holds from the next transaction."""

    def __init__(self, clock: Clock = system_clock) -> None:
        self._clock = clock
        self._parsed: dict[int, Programme] = {}

    async def current(self, tx: AsyncConnection) -> Programme:
        """The one in force at this moment.

        Raises:
            SetupError: when none is published yet.
        """
        return await self.at(tx, await _version(tx, self._clock()))

    async def at(self, tx: AsyncConnection, version: int) -> Programme:
        """The programme as it was published under ``version``.

        Raises:
            NotFound: when there is none.
        """
        known = self._parsed.get(version)
        if known is None:
            if len(self._parsed) >= _MOST_KEPT:
                self._parsed.clear()
            known = self._parsed[version] = parse((await get(tx, version)).document, version)
        return known


async def in_force(tx: AsyncConnection, now: datetime) -> Version:
    """The version that holds at ``now``.

    Raises:
        SetupError: when there is none.
    """
    return await get(tx, await _version(tx, now))


async def _version(tx: AsyncConnection, now: datetime) -> int:
    version = (await tx.execute(_IN_FORCE, {"now": now})).scalar_one_or_none()
    if version is None:
        # A clock that was put back must not leave a business without its programme.
        version = (await tx.execute(_FIRST)).scalar_one_or_none()
    if version is None:
        raise SetupError("no programme is published; run: regulars init")
    return int(version)


async def get(tx: AsyncConnection, version: int) -> Version:
    """Raises NotFound when there is no such version."""
    row = (await tx.execute(select(programmes).where(programmes.c.version == version))).mappings().one_or_none()
    if row is None:
        raise NotFound(f"there is no version {version} of the programme; see: regulars program history")
    return Version(**row)


async def history(tx: AsyncConnection) -> list[Version]:
    """All versions, newest first."""
    rows = await tx.execute(select(programmes).order_by(programmes.c.version.desc()))
    return [Version(**row) for row in rows.mappings()]


async def publish(
    tx: AsyncConnection, text: str, now: datetime, *, effective_at: datetime | None = None, note: str = ""
) -> int:
    """Add a version (already checked); answers its number. It holds at once, or from ``effective_at`` on."""
    version = ((await tx.execute(_NEWEST)).scalar_one() or 0) + 1
    values = {"version": version, "document": text, "published_at": now, "note": note}
    await tx.execute(insert(programmes).values(**values, effective_at=effective_at or now))
    return version


async def withdraw(tx: AsyncConnection, version: int, now: datetime) -> bool:
    """Take back a version that does not hold yet; answers whether there was one."""
    waiting = (programmes.c.version == version) & (programmes.c.effective_at > now)
    return bool((await tx.execute(delete(programmes).where(waiting))).rowcount)


async def any_published(tx: AsyncConnection) -> bool:
    return (await tx.execute(_NEWEST)).scalar_one() is not None
