"""SQLite by aiosqlite, with one visit to its thread for each statement.

As aiosqlite has it, to make a cursor, to execute, to fetch and to close each wait for the thread: for short statements
that is most of what they cost.
"""

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import aiosqlite

CHUNK = 200
"""Rows that come along with the visit that executes; of a longer result the rest is fetched when it is asked for."""


class Connection(aiosqlite.Connection):
    """Makes cursors that cost nothing before they execute; ends no transaction where there is none."""

    def cursor(self) -> Any:
        return Cursor(self)

    async def rollback(self) -> None:
        if self.in_transaction:
            await super().rollback()

    async def visit(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        """Do something in the connection's thread."""
        its: Any = self
        return await its._execute(work, its._conn)


class Cursor:
    """What SQLAlchemy asks of an asynchronous cursor."""

    description: Sequence[Any] | None = None
    rowcount = -1
    lastrowid: int | None = None
    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._open: sqlite3.Cursor | None = None
        self._rows: list[Any] = []

    async def __aenter__(self) -> "Cursor":
        return self

    async def execute(self, sql: str, parameters: Any = ()) -> None:
        await self._connection.visit(partial(self._begin, "execute", sql, parameters))

    async def executemany(self, sql: str, parameters: Any) -> None:
        await self._connection.visit(partial(self._begin, "executemany", sql, parameters))

    def _begin(self, how: str, sql: str, parameters: Any, connection: sqlite3.Connection) -> None:
        cursor = getattr(connection, how)(sql, parameters)
        self._rows = cursor.fetchmany(CHUNK)
        # After the rows: what an INSERT … RETURNING counts is known only then.
        self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
        if len(self._rows) == CHUNK:
            self._open = cursor
        else:
            cursor.close()

    async def fetchmany(self, size: int) -> list[Any]:
        if self._open and len(self._rows) < size:
            more = partial(self._open.fetchmany, size - len(self._rows))
            self._rows += await self._connection.visit(lambda _: more())
        rows, self._rows = self._rows[:size], self._rows[size:]
        return rows

    async def fetchall(self) -> list[Any]:
        if self._open:
            rest = self._open.fetchall
            self._rows += await self._connection.visit(lambda _: rest())
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        if self._open:
            ended, self._open = self._open, None
            await self._connection.visit(lambda _: ended.close())


def connect(file: str, **options: Any) -> Connection:
    """A connection to be awaited; as SQLAlchemy makes them, its thread does not keep the process alive."""
    connection = Connection(partial(sqlite3.connect, file, **options), CHUNK)
    connection._thread.daemon = True
    return connection
