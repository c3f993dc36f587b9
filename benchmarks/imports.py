"""(c) Batch import of a fashion shop's log, against the very same rows written set-based by raw drivers.

Ours is what the command does, in a process of its own that may start others. The floor is taken from an import: every
statement that wrote, with its rows, transaction by transaction.
"""

import asyncio
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg
from sqlalchemy import Engine, event

from benchmarks.installation import prepared
from benchmarks.log import PURCHASES, TOLD_AT, write_file
from benchmarks.report import Goal, show, side_by_side
from bot.actions.core import Core
from bot.actions.moving.files import check_file, import_file
from bot.actions.moving.side_by_side import import_spool, processes
from bot.actions.moving.spool import Spool, spooled
from bot.collector import settle_down
from bot.storage.database import Database
from tests.databases import PostgresServer

_WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")


@dataclass(frozen=True, slots=True)
class Step:
    """A statement and its parameters; ``many`` rows of them, or one set."""

    sql: str
    parameters: Any
    many: bool


Work = list[list[Step]]
"""The statements of each transaction."""


def shop(url: str) -> AbstractAsyncContextManager[Core]:
    """The fashion shop, on a fresh database."""
    return prepared(url, "fashion", lambda: TOLD_AT)


async def ours(url: str, file: Path) -> list[float]:
    """Lines a second through each pass of the command: seeing that all can be recorded, and recording what was kept."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.imports", url, str(file), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    return [PURCHASES / float(seconds) for seconds in out.split()]


def _as_the_command_does(url: str, file: Path) -> None:
    """Prints the seconds of each pass, those of the processes that it starts among them."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Core]:
        core = Core(Database(url), b"benchmark-" * 4, lambda: TOLD_AT)
        yield core
        await core.database.close()

    async def check(spool: Spool) -> None:
        async with opened() as core:
            await check_file(core, file, lambda _: None, enrol_unknown=True, spool=spool)

    settle_down()
    with spooled(processes(url, None)) as spool:
        began = time.perf_counter()
        asyncio.run(check(spool))
        checked = time.perf_counter()
        import_spool(opened, spool, nullcontext(lambda _: None), enrol_unknown=True)
        print(checked - began, time.perf_counter() - checked)


async def written(url: str, file: Path) -> Work:
    """What an import writes."""
    async with shop(url) as core:
        with _noted() as done:
            await import_file(core, file, lambda _: None, enrol_unknown=True)
    return [steps for steps in done if steps]


@contextmanager
def _noted() -> Iterator[Work]:
    """Filled with all that is written meanwhile."""
    done: Work = []
    under_way: dict[Any, list[Step]] = {}

    def note(connection: Any, _: Any, sql: str, parameters: Any, context: Any, many: bool) -> None:
        if sql.startswith(_WRITES):
            under_way.setdefault(connection.connection.dbapi_connection, []).append(Step(sql, parameters, many))

    def end(connection: Any) -> None:
        done.append(under_way.pop(connection.connection.dbapi_connection, []))

    listeners = (("before_cursor_execute", note), ("commit", end))
    for name, listener in listeners:
        event.listen(Engine, name, listener)
    try:
        yield done
    finally:
        for name, listener in listeners:
            event.remove(Engine, name, listener)


def raw_sqlite(path: Path, work: Work) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    began = time.perf_counter()
    for steps in work:
        connection.execute("BEGIN IMMEDIATE")
        for step in steps:
            (connection.executemany if step.many else connection.execute)(step.sql, step.parameters)
        connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    return PURCHASES / took


async def raw_asyncpg(url: str, work: Work) -> float:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    began = time.perf_counter()
    for steps in work:
        async with connection.transaction():
            for step in steps:
                await connection.execute(step.sql, *step.parameters)
    took = time.perf_counter() - began
    await connection.close()
    return PURCHASES / took


async def on_sqlite() -> None:
    with tempfile.TemporaryDirectory() as name:
        numbers = iter(range(1000))

        @asynccontextmanager
        async def fresh() -> AsyncIterator[str]:
            yield f"sqlite+aiosqlite:///{name}/{next(numbers)}.db"

        async def raw(url: str, work: Work) -> float:
            return await asyncio.to_thread(raw_sqlite, Path(url.removeprefix("sqlite+aiosqlite:///")), work)

        await _compare("SQLite", Path(name) / "log.csv", fresh, raw)


async def on_postgresql(server: PostgresServer) -> None:
    @asynccontextmanager
    async def fresh() -> AsyncIterator[str]:
        with server.database() as database:
            yield server.url(database)

    with tempfile.TemporaryDirectory() as name:
        await _compare("PostgreSQL", Path(name) / "log.csv", fresh, raw_asyncpg)


async def _compare(
    database: str,
    file: Path,
    fresh: Callable[[], AbstractAsyncContextManager[str]],
    raw: Callable[[str, Work], Awaitable[float]],
) -> None:
    write_file(file)
    async with fresh() as url:
        work = await written(url, file)
    settle_down()

    checking: list[float] = []

    async def regulars() -> float:
        async with fresh() as url:
            async with shop(url):
                pass
            checks, records = await ours(url, file)
        checking.append(checks)
        return records

    async def floor() -> float:
        async with fresh() as url:
            async with shop(url):
                pass
            return await raw(url, work)

    rate, least = await side_by_side(regulars, floor)
    show(f"(c) batch import, fashion preset, {database}", rate, least, "/s", Goal(0.5))
    show(
        f"(c) the same with the pass that checks the file, {database}",
        1 / (1 / rate + 1 / median(checking)),
        least,
        "/s",
        Goal(0.5),
    )


if __name__ == "__main__":
    _as_the_command_does(sys.argv[1], Path(sys.argv[2]))
