"""(b) Single purchases by 32 concurrent HTTP clients, each answered only when durable, against raw drivers."""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import asyncpg

from benchmarks import rows
from benchmarks.installation import Running, prepared, service
from benchmarks.report import Goal, show, side_by_side
from benchmarks.wire import Caller
from bot.actions.core import Core
from bot.actions.enrol import NewMember, built
from bot.storage import members
from tests.databases import PostgresServer

MEMBERS = 1000
CLIENTS = 32
PURCHASES = 4000
_numbers = count(1)


async def enrolled(core: Core) -> list[int]:
    """Ids of fresh members, known to the API as external ids 0, 1, …"""
    async with core.database.write() as tx:
        programme = await core.programmes.current(tx)
        new = [built(programme, NewMember(external_id=str(n)), core.clock()) for n in range(MEMBERS)]
        await members.add(tx, new)
    return [member.id for member in new]


def bodies() -> Iterator[bytes]:
    """Purchases of two coffees, each with an id of its own."""
    for number in _numbers:
        yield (
            b'{"type":"purchase","id":"%d","source":"till","member":{"external_id":"%d"},"amount":"7.80",'
            b'"currency":"EUR","items":[{"sku":"flat-white","category":"coffee","quantity":2,"price":"7.80"}]}'
            % (number, number % MEMBERS)
        )


async def load(running: Running) -> float:
    """Purchases a second."""
    head = f"Authorization: Bearer {running.api_key}\r\n"
    callers = [await Caller.open(running.port, "/api/v1/activities", headers=head) for _ in range(CLIENTS)]
    feed = bodies()

    async def one(caller: Caller) -> None:
        for _ in range(PURCHASES // CLIENTS):
            status = await caller.post(next(feed))
            if status != 201:
                raise RuntimeError(f"the purchase answered {status}")

    began = time.perf_counter()
    await asyncio.gather(*map(one, callers))
    took = time.perf_counter() - began
    for caller in callers:
        caller.close()
    return PURCHASES / took


def raw_sqlite(path: Path, ids: list[int]) -> float:
    """The same rows by sqlite3, one transaction each."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    statements = [rows.sqlite(table) for table in rows.TABLES]
    began = time.perf_counter()
    for number in range(PURCHASES):
        connection.execute("BEGIN IMMEDIATE")
        for statement, row in zip(statements, rows.purchase(ids[number % MEMBERS]), strict=True):
            connection.execute(statement, row)
        connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    return PURCHASES / took


async def raw_asyncpg(url: str, ids: list[int]) -> float:
    """The same rows by asyncpg, one transaction each, on 32 connections."""
    pool = await asyncpg.create_pool(url.replace("+asyncpg", ""), min_size=CLIENTS, max_size=CLIENTS)
    statements = [rows.postgresql(table) for table in rows.TABLES]

    async def one(client: int) -> None:
        async with pool.acquire() as connection:
            for number in range(client, PURCHASES, CLIENTS):
                async with connection.transaction():
                    for statement, row in zip(statements, rows.purchase(ids[number % MEMBERS]), strict=True):
                        await connection.execute(statement, *row)

    began = time.perf_counter()
    await asyncio.gather(*map(one, range(CLIENTS)))
    took = time.perf_counter() - began
    await pool.close()
    return PURCHASES / took


async def on_sqlite() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url, floor = f"sqlite+aiosqlite:///{folder}/regulars.db", folder / "floor.db"
        async with prepared(url) as core:
            await enrolled(core)
        async with prepared(f"sqlite+aiosqlite:///{floor}") as core:
            ids = await enrolled(core)
        async with service(folder, url, roles=["web"]) as running:
            await load(running)

            async def ours() -> float:
                return await load(running)

            async def raw() -> float:
                return await asyncio.to_thread(raw_sqlite, floor, ids)

            rate, floor_rate = await side_by_side(ours, raw)
    show("(b) single purchases by 32 HTTP clients, SQLite", rate, floor_rate, "/s", Goal(0.3))


async def on_postgresql(server: PostgresServer) -> None:
    with tempfile.TemporaryDirectory() as name, server.database() as first, server.database() as second:
        url, floor = server.url(first), server.url(second)
        async with prepared(url) as core:
            await enrolled(core)
        async with prepared(floor) as core:
            ids = await enrolled(core)
        async with service(Path(name), url, roles=["web"]) as running:
            await load(running)

            async def ours() -> float:
                return await load(running)

            async def raw() -> float:
                return await raw_asyncpg(floor, ids)

            rate, floor_rate = await side_by_side(ours, raw)
    show("(b) single purchases by 32 HTTP clients, PostgreSQL", rate, floor_rate, "/s", Goal(0.7))
