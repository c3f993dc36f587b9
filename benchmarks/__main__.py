"""``make bench``: every figure with its goal beside it. ``make bench ARGS="chat imports"`` runs only some parts."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from types import ModuleType

import uvloop

from benchmarks import (
    chat,
    engine,
    footprint,
    growth,
    imports,
    memory,
    pictures,
    purchases,
    soak,
    understanding,
)
from benchmarks.doors import DOORS
from tests.databases import postgres_server

_BOTH = {"purchases": purchases, "imports": imports, "growth": growth}
"""Those that are measured on both databases."""
_ALONE = {
    "footprint": footprint,
    "memory": memory,
    "soak": soak,
    "pictures": pictures,
    "understanding": understanding,
}
PARTS: dict[str, ModuleType] = {"engine": engine, "chat": chat, **_BOTH, **_ALONE}


def wanted(arguments: Sequence[str]) -> list[str]:
    """The parts that are asked for, else all; with ``--help`` says what there is."""
    width = max(map(len, PARTS))
    told = [f"  {name:{width}}  {_what(part)}" for name, part in PARTS.items()]
    channels = f"Of chat, a channel alone is a part too: {', '.join(DOORS)}."
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure, and show every figure with its floor, their ratio and its goal; without PART, all.",
        epilog="\n".join(["parts:", *told, "", channels]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help="only this; see below")
    parts = parser.parse_args(arguments).parts or list(PARTS)
    if unknown := set(parts) - {*PARTS, *DOORS}:
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join((*PARTS, *DOORS))}")
    return list(parts)


def _what(part: ModuleType) -> str:
    """The first line of what a part says of itself, without its letter."""
    line = (part.__doc__ or "").splitlines()[0]
    return line.partition(") ")[2].replace("``", "")


async def main(parts: list[str]) -> None:
    if "engine" in parts:
        await engine.run()
    channels = [name for name in DOORS if name in parts or "chat" in parts]
    both = [part for name, part in _BOTH.items() if name in parts]
    if channels or both:
        with postgres_server(durable=True) as server:
            if channels:
                await chat.on_sqlite(channels)
                await chat.on_postgresql(server, channels)
            for part in both:
                await part.on_sqlite()
                await part.on_postgresql(server)
    for name, alone in _ALONE.items():
        if name in parts:
            await alone.run()


if __name__ == "__main__":
    chosen = wanted(sys.argv[1:])
    # The measuring is to cost little beside what is measured: it shares two cores with both sides.
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(chosen))
