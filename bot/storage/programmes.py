"""Published programmes, every version kept."""

from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import SetupError
from bot.loyalty.document import parse
from bot.loyalty.programme import Programme
from bot.storage.tables import programmes

_NEWEST = select(func.max(programmes.c.version))


class Programmes:
    """The programme in force; parsed once a version. A change made elsewhere holds from the next transaction."""

    def __init__(self) -> None:
        self._version = 0
        self._programme: Programme | None = None

    async def current(self, tx: AsyncConnection) -> Programme:
        """Raises SetupError when none is published yet."""
        version = (await tx.execute(_NEWEST)).scalar_one()
        if self._programme is None or version != self._version:
            self._programme, self._version = parse(await document(tx), version), version
        return self._programme


async def document(tx: AsyncConnection) -> str:
    """The newest document as it was published.

    Raises:
        SetupError: when there is none.
    """
    query = select(programmes.c.document).order_by(programmes.c.version.desc()).limit(1)
    text = (await tx.execute(query)).scalar_one_or_none()
    if text is None:
        raise SetupError("no programme is published; run: regulars init")
    return str(text)


async def publish(tx: AsyncConnection, text: str, now: datetime) -> int:
    """Add a version (already checked); answers its number."""
    version = ((await tx.execute(_NEWEST)).scalar_one() or 0) + 1
    await tx.execute(insert(programmes).values(version=version, document=text, published_at=now))
    return version


async def any_published(tx: AsyncConnection) -> bool:
    return (await tx.execute(_NEWEST)).scalar_one() is not None
