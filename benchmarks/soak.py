"""(g) Memory of one service over 100,000 messages: four channels at once, dialogs, strangers, some pictures."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.chat import enrolled
from benchmarks.doors import DOORS, Door
from benchmarks.doors.door import CLIENTS, Say
from benchmarks.installation import Running, service
from benchmarks.report import Goal, show

MARKS = (10_000, 50_000, 100_000)
_JOINS = ("join", "Anna Kiss", "skip", "yes", "balance")
_TALK = ("balance", "rewards", "redeem 1", "no", "when is the parcel here?", "how many points do i have?")
_MEMBER = (*_TALK, "settings", "no", "balanec", "goal", "no", "history")
_TURNS = 40
"""What each client says in a lap."""
_PATIENCE = 600
"""Seconds for a lap."""


def members(door: Door, lap: int, client: int) -> Iterator[tuple[int, str]]:
    """What customers say who have joined, each one thing after the other."""
    each = door.customers // CLIENTS
    for turn in range(lap * _TURNS, (lap + 1) * _TURNS):
        yield (client + turn * CLIENTS) % door.customers, _MEMBER[turn // each % len(_MEMBER)]


def strangers(door: Door, lap: int, client: int) -> Iterator[tuple[int, str]]:
    """What new customers say, one after the other; those of one client look at their card."""
    joins = (*_JOINS[:-1], "card") if client == 1 else _JOINS
    for turn in range(lap * _TURNS, (lap + 1) * _TURNS):
        yield (1 + turn // len(joins)) * door.everyone + client, joins[turn % len(joins)]


def visitors(door: Door, lap: int, client: int) -> Iterator[tuple[int, str]]:
    """What is said in windows that stand open side by side: they join, and then some more."""
    each = door.customers // CLIENTS
    joins = (*_JOINS[:-1], "card", *_MEMBER) if client == 1 else (*_JOINS, *_MEMBER)
    for turn in range(_TURNS):
        yield (client + turn * CLIENTS) % door.customers, joins[turn // each]


_CROWDS = {
    "telegram": (members, strangers),
    "sms": (members, strangers),
    # Only so many of one customer's mails are answered in an hour.
    "mail": (strangers, strangers),
    "webchat": (visitors, visitors),
}


async def _lap(name: str, door: Door, port: int, lap: int) -> int:
    """How many messages one channel's customers have said."""

    async def talk(say: Say, client: int) -> None:
        for customer, text in _CROWDS[name][client % 2](door, lap, client):
            await say(customer, text)

    async with asyncio.timeout(_PATIENCE):
        await asyncio.gather(*map(talk, await door.enter(port), range(CLIENTS)))
    await door.leave()
    return CLIENTS * _TURNS


async def _held(running: Running, doors: dict[str, Door]) -> list[float]:
    """The megabytes after each mark."""
    held, said, lap = list[float](), 0, 0
    for mark in MARKS:
        while said < mark:
            laps = (_lap(name, door, door.port(running.port), lap) for name, door in doors.items())
            said, lap = said + sum(await asyncio.gather(*laps)), lap + 1
        held.append(running.memory)
    return held


async def run() -> None:
    """Print the figures of (g) for the service."""
    doors = {name: DOORS[name]() for name in _CROWDS}
    settings: dict[str, str] = {}
    for door in doors.values():
        await door.open()
        settings |= door.settings()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/regulars.db"
        await enrolled(url, [doors["telegram"], doors["sms"]])
        async with service(Path(folder), url, **settings) as running:
            first, *later = await _held(running, doors)
    for mark, held in zip(MARKS[1:], later, strict=True):
        what = f"(g) memory after {mark:,} messages, against {MARKS[0]:,}"
        show(what, held, first, "MB", Goal(1.1, at_least=False))
