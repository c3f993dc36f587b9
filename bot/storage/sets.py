"""Whole batches in one statement, on both databases.

SQLite runs a prepared statement over rows without leaving the process; PostgreSQL wants the columns as arrays,
one round trip a batch. The SQL is made once per table and column list.
"""

import re
from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import orjson
from sqlalchemy import ARRAY, BigInteger, Boolean, ColumnElement, Dialect, Integer, SmallInteger, Table, Text, bindparam
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.storage.types import Instant, Json

Row = tuple[Any, ...]
_NUMBER = re.compile(r"\$(\d+)")
_ARRAYS: dict[type, str] = {
    BigInteger: "bigint",
    Instant: "bigint",
    Integer: "integer",
    SmallInteger: "smallint",
    Boolean: "boolean",
    Text: "text",
    Json: "text",
}


class Together:
    """Writes to different tables, gathered here and sent as one statement where the database can take that.

    Handed to ``insert`` and ``update`` in place of a connection. PostgreSQL runs all parts of a ``WITH`` on the same
    snapshot, so no part may build on another's rows.
    """

    def __init__(self, tx: AsyncConnection) -> None:
        self.dialect = tx.dialect
        self._tx = tx
        self._steps: list[tuple[str, Sequence[Row]]] = []

    def put(self, sql: str, rows: Sequence[Row]) -> None:
        self._steps.append((sql, rows))

    async def send(self) -> None:
        """Write what was gathered."""
        if self.dialect.name == "sqlite":
            for sql, rows in self._steps:
                await _run(self._tx, sql, rows)
        elif self._steps:
            columns = [list(column) for _, rows in self._steps for column in zip(*rows, strict=True)]
            await self._tx.exec_driver_sql(_as_one(tuple(sql for sql, _ in self._steps)), tuple(columns))
        self._steps = []


Writer = AsyncConnection | Together


async def insert(tx: Writer, table: Table, columns: Sequence[str], rows: Sequence[Row], or_skip: bool = False) -> None:
    """Write rows given as raw tuples in the order of ``columns``; with ``or_skip`` leave those that conflict."""
    if rows:
        await _run(tx, insert_sql(tx.dialect.name, table, tuple(columns), or_skip), rows)


async def update(tx: Writer, table: Table, key: Sequence[str], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Set ``columns`` where ``key`` matches; each row holds the key's values first, then the new ones."""
    if rows:
        await _run(tx, update_sql(tx.dialect.name, table, tuple(key), tuple(columns)), rows)


async def _run(tx: Writer, sql: str, rows: Sequence[Row]) -> None:
    if isinstance(tx, Together):
        tx.put(sql, rows)
    elif tx.dialect.name == "sqlite":
        await tx.exec_driver_sql(sql, list(rows))
    else:
        await tx.exec_driver_sql(sql, tuple(map(list, zip(*rows, strict=True))))


def _moved(by: int, match: re.Match[str]) -> str:
    return f"${int(match[1]) + by}"


@cache
def _as_one(statements: tuple[str, ...]) -> str:
    """One statement that runs all; the numbers of the parameters go on from part to part."""
    parts, used = [], 0
    for sql in statements:
        numbers = [int(number) for number in _NUMBER.findall(sql)]
        parts.append(_NUMBER.sub(partial(_moved, used), sql))
        used += max(numbers)
    named = ", ".join(f"part{i} AS ({part})" for i, part in enumerate(parts[:-1]))
    return f"WITH {named} {parts[-1]}" if named else parts[-1]


@cache
def insert_sql(dialect: str, table: Table, columns: tuple[str, ...], or_skip: bool) -> str:
    names = ", ".join(columns)
    skip = " ON CONFLICT DO NOTHING" if or_skip else ""
    if dialect == "sqlite":
        return f"INSERT INTO {table.name} ({names}) VALUES ({', '.join('?' * len(columns))}){skip}"
    return f"INSERT INTO {table.name} ({names}) SELECT * FROM UNNEST({_arrays(table, columns)}){skip}"


@cache
def update_sql(dialect: str, table: Table, key: tuple[str, ...], columns: tuple[str, ...]) -> str:
    if dialect == "sqlite":
        sets = ", ".join(f"{name} = ?{i}" for i, name in enumerate(columns, len(key) + 1))
        where = " AND ".join(f"{name} = ?{i}" for i, name in enumerate(key, 1))
        return f"UPDATE {table.name} SET {sets} WHERE {where}"
    sets = ", ".join(f"{name} = new.{name}" for name in columns)
    where = " AND ".join(f"{table.name}.{name} = new.{name}" for name in key)
    names = ", ".join((*key, *columns))
    return (
        f"UPDATE {table.name} SET {sets} FROM UNNEST({_arrays(table, (*key, *columns))}) AS new({names}) WHERE {where}"
    )


def _arrays(table: Table, columns: Sequence[str]) -> str:
    kinds = (_ARRAYS[type(table.c[name].type)] for name in columns)
    return ", ".join(f"${i}::{kind}[]" for i, kind in enumerate(kinds, 1))


class _Many(TypeDecorator[list[Any]]):
    """A list as one parameter: an array on PostgreSQL, a JSON text on SQLite."""

    impl = Text
    cache_ok = True

    def __init__(self, item: type[TypeEngine[Any]] = BigInteger) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(self.item))

    def process_bind_param(self, value: list[Any] | None, dialect: Dialect) -> Any:
        return orjson.dumps(value).decode() if dialect.name == "sqlite" else value


class AnyOf(FunctionElement[bool]):
    """``AnyOf(table.c.id, "ids")``: the column is one of the list bound as ``ids``; one statement for any length."""

    inherit_cache = True
    name = "any_of"

    def __init__(self, subject: ColumnElement[Any], name: str) -> None:
        item = Text if isinstance(subject.type, Text) else BigInteger
        super().__init__(subject, bindparam(name, type_=_Many(item)))


@compiles(AnyOf, "sqlite")
def _any_of_sqlite(element: AnyOf, compiler: SQLCompiler, **options: Any) -> str:
    subject, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{subject} IN (SELECT value FROM json_each({values}))"


@compiles(AnyOf, "postgresql")
def _any_of_postgresql(element: AnyOf, compiler: SQLCompiler, **options: Any) -> str:
    subject, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{subject} = ANY({values})"
