"""PostgreSQL databases that one test after the other uses: to empty one takes a small part of what a new one takes."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import asyncpg

from tests.databases import PostgresServer

_SHAPE = """
SELECT array_agg(xmin::text || tableoid ORDER BY tableoid, xmin::text) FROM (
    SELECT xmin, tableoid FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT xmin, tableoid FROM pg_attribute WHERE attrelid IN (
        SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace
    )
    UNION ALL SELECT xmin, tableoid FROM pg_constraint
    UNION ALL SELECT xmin, tableoid FROM pg_trigger
    UNION ALL SELECT xmin, tableoid FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT xmin, tableoid FROM pg_db_role_setting
    UNION ALL SELECT xmin, tableoid FROM public.alembic_version
)
"""
"""Which transactions made what there is: another after any change of tables, settings or the schema's version."""
_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
# Without triggers no foreign key asks for an order.
_EMPTY = """
CREATE FUNCTION pg_temp.emptied() RETURNS bigint LANGUAGE plpgsql SET session_replication_role = replica AS $$
DECLARE
    one name;
    deleted bigint;
    total bigint := 0;
BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', one);
        GET DIAGNOSTICS deleted = ROW_COUNT;
        total := total + deleted;
    END LOOP;
    RETURN total;
END $$
"""
_MANY_ROWS = 5_000
"""After as many deleted ones, which stay in its files, a new database is faster than the old."""


@dataclass
class _Spare:
    name: str
    connection: Any
    shape: Any
    life: ExitStack
    deleted: int = field(default=0)


class Spares:
    """``with spares.one() as url``: a database like the template, without rows."""

    def __init__(self, server: PostgresServer, template: str) -> None:
        self._server = server
        self._template = template
        self._loop = asyncio.new_event_loop()
        self._free: list[_Spare] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for spare in self._free:
            spare.life.close()
        self._loop.close()

    @contextmanager
    def one(self) -> Iterator[str]:
        spare = self._emptied() or self._new()
        try:
            yield self._server.url(spare.name)
        finally:
            self._free.append(spare)

    def _emptied(self) -> _Spare | None:
        """One that another test has left, if it can be used again."""
        while self._free:
            spare = self._free.pop()
            if self._loop.run_until_complete(_empty(spare)):
                return spare
            spare.life.close()
        return None

    def _new(self) -> _Spare:
        with ExitStack() as life:
            name = life.enter_context(self._server.database(self._template))
            connection = self._loop.run_until_complete(asyncpg.connect(self._server.dsn(name)))
            life.callback(lambda: self._loop.run_until_complete(connection.close()))
            self._loop.run_until_complete(connection.execute(_EMPTY))
            shape = self._loop.run_until_complete(connection.fetchval(_SHAPE))
            return _Spare(name, connection, shape, life.pop_all())


async def _empty(spare: _Spare) -> bool:
    """Without rows and without anybody else who is connected; False when it is no longer what it was made as."""
    while await spare.connection.fetch(_OTHERS):
        pass  # until nothing that a test has left under way can still be written
    if await spare.connection.fetchval(_SHAPE) != spare.shape:
        return False
    spare.deleted += await spare.connection.fetchval("SELECT pg_temp.emptied()")
    return spare.deleted < _MANY_ROWS
