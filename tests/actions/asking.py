"""Looking into the database behind the use cases."""

from sqlalchemy import Table, func, select, text

from bot.actions.core import Core
from bot.doctor import INVARIANTS


async def count(core: Core, table: Table) -> int:
    async with core.database.read() as tx:
        return int((await tx.execute(select(func.count()).select_from(table))).scalar_one())


async def unbroken(core: Core) -> None:
    """Every invariant that the database can show holds."""
    async with core.database.read() as tx:
        for words, query in INVARIANTS.items():
            assert (await tx.execute(text(query))).scalar_one() == 0, words
