"""Connections: one writer on SQLite, a pool on PostgreSQL; transactions; the schema's version."""

import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import Overtaken, SetupError
from bot.storage import sqlite

DRIVERS = ("sqlite+aiosqlite", "postgresql+asyncpg")
T = TypeVar("T")
MIGRATIONS = Path(__file__).parent / "migrations"
_TRIES = 3
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000", "temp_store=MEMORY")


class Database:
    """Where everything is kept. ``write`` and ``read`` give a connection inside one transaction."""

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        self.url = _checked(url)
        self.is_sqlite = url.startswith("sqlite")
        self.lanes = 1 if self.is_sqlite else 3
        """How many transactions are worth having under way at a time: one works while others wait for the disk."""
        if self.is_sqlite:
            # One connection writes, so nobody waits inside the database for a lock that a sibling holds.
            self._writer = _sqlite_engine(url, "BEGIN IMMEDIATE", 1)
            self._reader = _sqlite_engine(url, "BEGIN", 4)
        else:
            self._writer = self._reader = create_async_engine(
                url, pool_size=pool_size, max_overflow=pool_size, hide_parameters=True
            )

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that commits when the block ends well, and leaves nothing behind when it does not."""
        async with self._writer.begin() as tx:
            yield tx

    async def transact(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Do ``work`` in a transaction; when another process won a race against it, once more from the start.

        The second time it finds what the other has committed, so that both are told the same.
        """
        for _ in range(_TRIES - 1):
            try:
                async with self.write() as tx:
                    return await work(tx)
            except Overtaken:
                continue
            except DBAPIError as error:
                if not _lost_a_race(error):
                    raise
        async with self.write() as tx:
            return await work(tx)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction to look around in."""
        async with self._reader.connect() as tx:
            yield tx

    async def close(self) -> None:
        await self._writer.dispose()
        await self._reader.dispose()


def _lost_a_race(error: DBAPIError) -> bool:
    """The same key written first by another, or a deadlock of which this one was the victim (SQLSTATE 40P01)."""
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", None) == "40P01"


def _checked(url: str) -> str:
    try:
        driver = make_url(url).drivername
    except ArgumentError:
        driver = "?"
    if driver not in DRIVERS:
        raise SetupError(
            f"REGULARS_DATABASE_URL: {driver} will not do; write sqlite+aiosqlite:///regulars.db or postgresql+asyncpg://…"
        )
    return url


def _sqlite_engine(url: str, begin: str, size: int) -> AsyncEngine:
    # What is written about people must not come out again in errors, which are logged.
    engine = create_async_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_timeout=60,
        hide_parameters=True,
        connect_args={"async_creator_fn": sqlite.connect},
    )

    @event.listens_for(engine.sync_engine, "do_connect")
    def _look_first(*_: object) -> None:
        # The driver's thread outlives a connect that failed, and complains when the event loop is gone before it.
        file = _sqlite_file(url)
        if file and not file.parent.is_dir():
            raise sqlite3.OperationalError("unable to open database file")

    @event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, _: object) -> None:
        # The driver's own transaction control starts too late and loses updates: BEGIN is ours.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


async def upgrade(url: str) -> None:
    """Create or upgrade the schema to the newest version.

    Raises:
        SetupError: when the database does not let us.
    """
    from alembic import command

    url = _checked(url)
    if file := _sqlite_file(url):
        _make_private(file)
    engine = _sqlite_engine(url, "BEGIN IMMEDIATE", 1) if file else create_async_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(lambda sync: command.upgrade(_config(sync), "head"))
    except (DBAPIError, OSError) as error:
        raise _no_answer(error) from error
    finally:
        await engine.dispose()


def _sqlite_file(url: str) -> Path | None:
    name = make_url(url).database
    return Path(name) if url.startswith("sqlite") and name else None


def _make_private(file: Path) -> None:
    """Make the file if it is missing, for its owner's eyes only: it holds personal data."""
    try:
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise SetupError(f"REGULARS_DATABASE_URL: {file} cannot be opened ({error.strerror})") from error


def newest_version() -> str:
    """The newest migration's number, from the names of the files: Alembic itself would cost the service 8 MB."""
    return max(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


async def check_schema(database: Database) -> None:
    """Raises SetupError, saying which command to run, when the schema is not the newest."""
    newest, file = newest_version(), _sqlite_file(database.url)
    if file and not file.exists():
        raise SetupError(f"REGULARS_DATABASE_URL: there is no database {file}; run: regulars init")
    try:
        async with database.read() as tx:
            present = (await tx.execute(text("SELECT version_num FROM alembic_version"))).scalar_one_or_none()
    except (DBAPIError, OSError) as error:
        if not _lacks_the_table(error):
            raise _no_answer(error) from error
        present = None
    if present != newest:
        state = "is empty" if present is None else f"has schema {present}, this version needs {newest}"
        raise SetupError(f"the database {state}; run: regulars init")


def _lacks_the_table(error: DBAPIError | OSError) -> bool:
    told = getattr(error, "orig", None)
    return getattr(told, "sqlstate", None) == "42P01" or "no such table" in str(told)


def _no_answer(error: DBAPIError | OSError) -> SetupError:
    why = getattr(error, "orig", None) or error
    return SetupError(f"REGULARS_DATABASE_URL: the database does not answer ({why})")


def _config(connection: Connection) -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
