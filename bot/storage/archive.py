"""Everything an installation holds, row by row, as plain values; and back into an empty one."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, Table, Text, delete, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import sets
from bot.storage.tables import activities, members, metadata, programmes
from bot.storage.types import Instant, Json

CHUNK = 1000
_LEFT_OUT = frozenset({"api_keys", "users", "link_codes", "link_tokens", "opt_ins", "senders"})
"""Keys, logins and one-time codes stay with the installation that gave them; budgets are of the moment."""


def tables() -> list[Table]:
    """What goes along, each table after those it refers to."""
    return [table for table in metadata.sorted_tables if table.name not in _LEFT_OUT]


async def snapshot(tx: AsyncConnection) -> None:
    """Have everything read from here on be of one moment; nothing may have been read before."""
    if tx.dialect.name == "postgresql":
        await tx.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


async def rows(tx: AsyncConnection, table: Table) -> AsyncIterator[list[Sequence[Any]]]:
    """The rows in the order of the key, in chunks; instants as microseconds, JSON as the text that is kept."""
    query = select(*map(_plain, table.c)).order_by(*(_ordered(c, tx.dialect.name) for c in table.primary_key))
    result = await tx.stream(query.execution_options(yield_per=CHUNK))
    async for chunk in result.partitions(CHUNK):
        yield [tuple(row) for row in chunk]


def _plain(column: Column[Any]) -> Any:
    if isinstance(column.type, Instant):
        return type_coerce(column, BigInteger)
    return type_coerce(column, Text) if isinstance(column.type, Json) else column


def _ordered(column: Column[Any], dialect: str) -> Any:
    # By bytes, as SQLite does: the order must not depend on the language of a database.
    return column.collate("C") if dialect == "postgresql" and isinstance(column.type, Text) else column


async def is_empty(tx: AsyncConnection) -> bool:
    """Whether nobody joined and nothing was told yet."""
    for table in (members, activities):
        if (await tx.execute(select(table.c.id).limit(1))).first() is not None:
            return False
    return True


async def clear(tx: AsyncConnection) -> None:
    """Make room for what comes: the programme that an installation began with goes."""
    await tx.execute(delete(programmes))


async def fill(tx: AsyncConnection, table: Table, columns: Sequence[str], values: Sequence[Sequence[Any]]) -> None:
    """Write rows as they were read."""
    await sets.insert(tx, table, columns, [tuple(row) for row in values])
