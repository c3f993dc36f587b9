"""``make bench``: every figure with its goal beside it.

``make bench ARGS="chat imports"`` runs only some of the parts: engine, chat, purchases, imports, growth, footprint,
memory, pictures.
"""

import asyncio
import sys

import uvloop

from benchmarks import chat, engine, footprint, growth, imports, memory, pictures, purchases
from tests.databases import postgres_server

PARTS = ("engine", "chat", "purchases", "imports", "growth", "footprint", "memory", "pictures")
_BOTH = {"purchases": purchases, "imports": imports, "growth": growth}
"""Those that are measured on both databases."""


async def main(parts: list[str]) -> None:
    if "engine" in parts:
        await engine.run()
    if "chat" in parts:
        await chat.run()
    both = [part for name, part in _BOTH.items() if name in parts]
    if both:
        with postgres_server(durable=True) as server:
            for part in both:
                await part.on_sqlite()
                await part.on_postgresql(server)
    if "footprint" in parts:
        await footprint.run()
    if "memory" in parts:
        await memory.run()
    if "pictures" in parts:
        await pictures.run()


if __name__ == "__main__":
    wanted = sys.argv[1:] or list(PARTS)
    if unknown := set(wanted) - set(PARTS):
        raise SystemExit(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    # The measuring is to cost little beside what is measured: it shares two cores with both sides.
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(wanted))
