"""(c) Batch import of a file, against the same rows written set-based by raw drivers, 1000 activities a transaction."""

import asyncio
import random
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import text

from benchmarks.installation import prepared
from benchmarks.report import Goal, show, side_by_side
from bot.actions.core import Core
from bot.actions.files import check_file, import_file
from bot.collector import settle_down
from bot.storage import sets
from bot.storage.tables import metadata
from tests.databases import PostgresServer

PURCHASES = 30_000
CUSTOMERS = 10_000
CHUNK = 1000

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Step:
    """One statement of a transaction: insert rows, or set columns where the first one matches."""

    table: str
    columns: tuple[str, ...]
    rows: Rows
    updates: bool = False

    def sql(self, dialect: str) -> str:
        table = metadata.tables[self.table]
        if self.updates:
            return sets.update_sql(dialect, table, self.columns[:1], self.columns[1:])
        return sets.insert_sql(dialect, table, self.columns, False)


def write_file(path: Path) -> None:
    """A purchase log as a shop would export it, the same every time."""
    chance = random.Random(7)
    with path.open("w") as file:
        file.write("source,id,type,occurred_at,amount,currency,member.external_id\n")
        for number in range(PURCHASES):
            day, customer = number * 540 // PURCHASES, min(int(chance.expovariate(1 / 3000)), CUSTOMERS - 1)
            when = f"2025-{day // 45 + 1:02}-{day % 28 + 1:02}T{8 + number % 12:02}:30:00+01:00"
            file.write(f"log,{number},purchase,{when},{chance.randint(100, 9999) / 100:.2f},EUR,{customer}\n")


async def checked(url: str, file: Path) -> float:
    """Lines a second through the first pass, which sees that the whole file can be recorded."""
    async with prepared(url) as core:
        began = time.perf_counter()
        await check_file(core, file, lambda _: None, enrol_unknown=True)
        return PURCHASES / (time.perf_counter() - began)


async def ours(url: str, file: Path) -> float:
    """Activities a second through the second pass: read, decided, committed."""
    async with prepared(url) as core:
        began = time.perf_counter()
        await import_file(core, file, lambda _: None, enrol_unknown=True)
        return PURCHASES / (time.perf_counter() - began)


async def transactions(core: Core) -> list[list[Step]]:
    """What the import wrote, cut into the same transactions."""
    tables = {name: await _all(core, name) for name in ("activities", "entries", "lots", "members", "standings")}
    lines = {row["cause_id"]: row for row in tables["entries"]}
    lot_of = {row["entry_id"]: row for row in tables["lots"]}
    member_of = {row["id"]: row for row in tables["members"]}
    standing_of = {row["member_id"]: row for row in tables["standings"]}
    seen: set[int] = set()
    made = []
    for first in range(0, PURCHASES, CHUNK):
        told = tables["activities"][first : first + CHUNK]
        ids = sorted({row["member_id"] for row in told})
        fresh = [m for m in ids if m not in seen]
        seen.update(fresh)
        posted = [lines[row["id"]] for row in told if row["id"] in lines]
        made.append(
            [
                _step("members", [member_of[m] for m in fresh]),
                _step("standings", [standing_of[m] for m in fresh]),
                _step("activities", told),
                _step("entries", posted),
                _step("lots", [lot_of[row["id"]] for row in posted]),
                _step("standings", [standing_of[m] for m in ids], updates=True),
            ]
        )
    return made


async def _all(core: Core, name: str) -> list[dict[str, Any]]:
    order = {"lots": "entry_id", "standings": "member_id"}.get(name, "id")
    async with core.database.read() as tx:
        rows = await tx.execute(text(f"SELECT * FROM {name} ORDER BY {order}"))
        return [dict(row) for row in rows.mappings()]


def _step(table: str, rows: Sequence[dict[str, Any]], *, updates: bool = False) -> Step:
    columns = tuple(metadata.tables[table].c.keys())
    return Step(table, columns, [tuple(row[name] for name in columns) for row in rows], updates)


def raw_sqlite(path: Path, work: list[list[Step]]) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    began = time.perf_counter()
    for steps in work:
        connection.execute("BEGIN IMMEDIATE")
        for step in steps:
            connection.executemany(step.sql("sqlite"), step.rows)
        connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    return PURCHASES / took


async def raw_asyncpg(url: str, work: list[list[Step]]) -> float:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    began = time.perf_counter()
    for steps in work:
        async with connection.transaction():
            for step in steps:
                if step.rows:
                    await connection.execute(step.sql("postgresql"), *map(list, zip(*step.rows, strict=True)))
    took = time.perf_counter() - began
    await connection.close()
    return PURCHASES / took


async def on_sqlite() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file, numbers = folder / "log.csv", iter(range(1000))
        write_file(file)

        def fresh() -> str:
            return f"sqlite+aiosqlite:///{folder}/{next(numbers)}.db"

        sample = fresh()
        await ours(sample, file)
        work = await _work(sample)
        settle_down()

        async def raw() -> float:
            url = fresh()
            async with prepared(url):
                pass
            return await asyncio.to_thread(raw_sqlite, Path(url.removeprefix("sqlite+aiosqlite:///")), work)

        async def regulars() -> float:
            return await ours(fresh(), file)

        async def check() -> float:
            return await checked(fresh(), file)

        _show("SQLite", *await side_by_side(regulars, check, raw))


async def _work(url: str) -> list[list[Step]]:
    from bot.storage.database import Database

    core = Core(Database(url), b"")
    try:
        return await transactions(core)
    finally:
        await core.database.close()


async def on_postgresql(server: PostgresServer) -> None:
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "log.csv"
        write_file(file)
        with server.database() as sample:
            await ours(server.url(sample), file)
            work = await _work(server.url(sample))
        settle_down()

        async def raw() -> float:
            with server.database() as database:
                async with prepared(server.url(database)):
                    pass
                return await raw_asyncpg(server.url(database), work)

        async def regulars() -> float:
            with server.database() as database:
                return await ours(server.url(database), file)

        async def check() -> float:
            with server.database() as database:
                return await checked(server.url(database), file)

        _show("PostgreSQL", *await side_by_side(regulars, check, raw))


def _show(database: str, rate: float, check: float, floor: float) -> None:
    show(f"(c) batch import, {database}", rate, floor, "/s", Goal(0.5))
    show(
        f"(c) the same with the pass that checks the file, {database}",
        1 / (1 / rate + 1 / check),
        floor,
        "/s",
        Goal(0.5),
    )
