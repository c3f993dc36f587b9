"""(f) One ``record`` and one ``balance`` among a thousand members and among a million.

A member who has bought twice is made as ever, and then copied set-based: every row of theirs in every table.
"""

import random
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from statistics import median

import asyncpg

from benchmarks.imports import shop
from benchmarks.log import TOLD_AT
from benchmarks.report import Goal, show
from bot.actions.balance import balance
from bot.actions.core import Core
from bot.actions.enrol import NewMember, enrol
from bot.actions.intake import ActivityIn, MemberRef
from bot.actions.recording.record import record, record_many
from bot.collector import settle_down
from bot.storage.members import Address
from bot.storage.tables import metadata
from tests.databases import PostgresServer

FEW, MANY = 1_000, 1_000_000
ASKED = 400
"""Members who are asked for; each once before, so that what is compared is not the disk."""
_APART = 1 << 40
"""Between the ids of one copy and the next: nine minutes of new ones."""
_MOVED: Mapping[str, tuple[str, ...]] = {
    "members": ("id",),
    "addresses": ("member_id",),
    "standings": ("member_id",),
    "activities": ("id", "member_id"),
    "news": ("id", "member_id", "activity_id"),
    "entries": ("id", "member_id", "cause_id"),
    "lots": ("entry_id", "member_id"),
    "pending": ("id", "member_id", "cause_id"),
}
_RENAMED = {"members": ("external_id", "code"), "addresses": ("address",), "activities": ("external_id",)}


def copies(table: str, most: int) -> str:
    """The statement that makes ``most`` copies of all rows of a table; ids rise, as those of new rows do."""
    columns = metadata.tables[table].c.keys()
    moved, renamed = _MOVED[table], _RENAMED.get(table, ())
    values = [
        f"{name} - n * {_APART}" if name in moved else f"{name} || n" if name in renamed else name for name in columns
    ]
    return (
        f"WITH RECURSIVE numbers(n) AS (SELECT {most} UNION ALL SELECT n - 1 FROM numbers WHERE n > 1) "
        f"INSERT INTO {table} ({', '.join(columns)}) "
        f"SELECT {', '.join(values)} FROM numbers CROSS JOIN (SELECT * FROM {table}) AS pattern"
    )


async def _pattern(core: Core) -> None:
    await enrol(core, NewMember(name="Anna", external_id="m", addresses=(Address("email", "anna@example.com"),)))
    before = [_purchase("m", f"first-{n}", 60 - 25 * n) for n in range(2)]
    await record_many(core, before)


def _purchase(member: str, name: str, days: int = 0) -> ActivityIn:
    return ActivityIn(
        type="purchase",
        source="shop",
        id=name,
        member=MemberRef(external_id=member),
        amount="42.50",
        occurred_at=TOLD_AT - timedelta(days=days),
    )


def _fill_sqlite(url: str, most: int) -> None:
    connection = sqlite3.connect(url.removeprefix("sqlite+aiosqlite:///"), isolation_level=None)
    # What is quick here is not what is measured.
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA cache_size=-400000")
    for table in _MOVED:
        connection.execute(copies(table, most))
    connection.execute("ANALYZE")
    connection.close()


async def _fill_postgresql(url: str, most: int) -> None:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    for table in _MOVED:
        await connection.execute(copies(table, most))
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


async def _timed(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return (time.perf_counter() - began) * 1000


class _Shop:
    """A shop of so many members, and how long each call took there, in ms."""

    def __init__(self, core: Core, members: int) -> None:
        self.core = core
        chance = random.Random(members)
        self.asked = [f"m{chance.randint(1, members)}" for _ in range(ASKED)]
        self.times: dict[str, list[float]] = {"record": [], "balance": []}

    async def ask(self, n: int, turn: str) -> None:
        """Both calls for one member."""
        told = _purchase(self.asked[n], f"{turn}-{n}")
        self.times["record"].append(await _timed(partial(record, self.core, told)))
        self.times["balance"].append(await _timed(partial(balance, self.core, MemberRef(external_id=self.asked[n]))))


async def _compare(database: str, small: Core, large: Core) -> None:
    settle_down()
    shops = (_Shop(small, FEW), _Shop(large, MANY))
    for turn in ("warm", "asked"):
        for one in shops:
            one.times = {name: [] for name in one.times}
        for n in range(ASKED):
            for one in shops:
                await one.ask(n, turn)
    for name in ("record", "balance"):
        few, many = (median(one.times[name]) for one in shops)
        show(f"(f) one {name} among a million members, {database}", many, few, "ms", Goal(1.2, at_least=False))


async def on_sqlite() -> None:
    with tempfile.TemporaryDirectory() as name:
        async with AsyncExitStack() as stack:
            cores = []
            for most in (FEW, MANY):
                url = f"sqlite+aiosqlite:///{name}/{most}.db"
                cores.append(await stack.enter_async_context(shop(url)))
                await _pattern(cores[-1])
                _fill_sqlite(url, most)
            await _compare("SQLite", *cores)


async def on_postgresql(server: PostgresServer) -> None:
    async with AsyncExitStack() as stack:
        cores = []
        for most in (FEW, MANY):
            url = server.url(stack.enter_context(server.database()))
            cores.append(await stack.enter_async_context(shop(url)))
            await _pattern(cores[-1])
            await _fill_postgresql(url, most)
        await _compare("PostgreSQL", *cores)
