"""(a) "balance" on each channel, from a customer's message until the answer reaches the provider.

The floor is that channel's client or server alone, echoing (``benchmarks.floors``): it keeps nothing and asks nothing.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from statistics import median, quantiles

from benchmarks.doors import DOORS, Door
from benchmarks.doors.door import CLIENTS, Say
from benchmarks.installation import free_port, listening, prepared, service
from benchmarks.report import ROUNDS, Goal, show
from bot.actions.enrol import NewMember, enrol_in
from bot.storage.members import Address
from tests.databases import PostgresServer

_ANSWERS = {"telegram": 1.0, "sms": 0.35, "whatsapp": 0.35, "email": 0.5, "web": 0.02}
"""Goals: answers a second, of the floor's. An answer that is kept before it leaves and is never doubled costs a commit
and some statements; the faster the channel's own client is, the more of the whole that is."""
_SLOWEST = {"telegram": 0.5, "sms": 4.0, "whatsapp": 4.0, "email": 2.0, "web": 50.0}
"""Goals: the 99th percentile, of the floor's."""

_ON_POSTGRESQL = 0.75
"""Goals there, of those above: its server shares the machine's two cores with both sides."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Answers a second; median and 99th percentile of the time to an answer, in ms."""

    rate: float
    p50: float
    p99: float


async def load(door: Door, port: int) -> Figures:
    """One round of "balance"."""
    clients, times = await door.enter(port), list[float]()

    async def one(say: Say, first: int) -> None:
        for turn in range(door.messages // CLIENTS):
            began = time.perf_counter()
            await say((first + turn * CLIENTS) % door.customers, "balance")
            times.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*map(one, clients, range(CLIENTS)))
    took = time.perf_counter() - began
    await door.leave()
    hundredths = quantiles(times, n=100)
    return Figures(len(times) / took, hundredths[49] * 1000, hundredths[98] * 1000)


@asynccontextmanager
async def _floor(door: Door, provider: str) -> AsyncIterator[int]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.floors", door.floor, str(port), provider
    )
    try:
        await listening(port)
        yield port
    finally:
        process.terminate()
        await process.wait()


async def enrolled(url: str, doors: Sequence[Door]) -> None:
    """A fresh database with a member for each customer."""
    async with prepared(url) as core, core.database.write() as tx:
        programme = await core.programmes.current(tx)
        for door in doors:
            for customer in range(door.everyone):
                at = Address(door.channel, door.address(customer), True)
                await enrol_in(tx, programme, NewMember(name="Anna", addresses=(at,)), core.clock(), core.secret)


async def _measured(door: Door, url: str) -> list[tuple[Figures, Figures]]:
    """Each round's figures, ours and the floor's, on a fresh database."""
    provider = await door.open()
    await enrolled(url, [door])
    with tempfile.TemporaryDirectory() as name:
        async with _floor(door, provider) as floor, service(Path(name), url, **door.settings()) as running:
            ports = door.port(running.port), floor
            for port in ports:
                await load(door, port)
            return [(await load(door, ports[0]), await load(door, ports[1])) for _ in range(ROUNDS)]


async def on_sqlite(names: Sequence[str] = tuple(DOORS)) -> None:
    """Print the figures of (a) for these channels."""
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            await _shown(DOORS[name](), "SQLite", f"sqlite+aiosqlite:///{folder}/regulars.db", 1.0)


async def on_postgresql(server: PostgresServer, names: Sequence[str] = tuple(DOORS)) -> None:
    """The same on PostgreSQL."""
    for name in names:
        with server.database() as database:
            await _shown(DOORS[name](), "PostgreSQL", server.url(database), _ON_POSTGRESQL)


async def _shown(door: Door, database: str, url: str, part: float) -> None:
    ours, floors = zip(*await _measured(door, url), strict=True)
    mine, floor, what = _middle(ours), _middle(floors), f'(a) {door.name} "balance" answered, {database}'
    goal, slowest = part * _ANSWERS[door.channel], _SLOWEST[door.channel] / part
    show(what, mine.rate, floor.rate, "/s", Goal(round(goal, 3)))
    # A floor whose slowest are slow has a median below its mean.
    show(f"{what}, p50", mine.p50, floor.p50, "ms", Goal(round(1.25 / goal, 2), at_least=False))
    show(f"{what}, p99", mine.p99, floor.p99, "ms", Goal(round(slowest, 2), at_least=False))


def _middle(rounds: Sequence[Figures]) -> Figures:
    """The median of each figure by itself."""
    return Figures(*(median(figures) for figures in zip(*map(astuple, rounds), strict=True)))
