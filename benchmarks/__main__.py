"""``make bench``: every figure with its goal beside it.

``make bench ARGS="chat imports"`` runs only some of the parts engine, chat, purchases, imports, footprint.
"""

import asyncio
import sys

import uvloop

from benchmarks import chat, engine, footprint, imports, purchases
from tests.databases import postgres_server

PARTS = ("engine", "chat", "purchases", "imports", "footprint")


async def main(parts: list[str]) -> None:
    if "engine" in parts:
        await engine.run()
    if "chat" in parts:
        await chat.run()
    if "purchases" in parts or "imports" in parts:
        with postgres_server(durable=True) as server:
            if "purchases" in parts:
                await purchases.on_sqlite()
                await purchases.on_postgresql(server)
            if "imports" in parts:
                await imports.on_sqlite()
                await imports.on_postgresql(server)
    if "footprint" in parts:
        await footprint.run()


if __name__ == "__main__":
    wanted = sys.argv[1:] or list(PARTS)
    if unknown := set(wanted) - set(PARTS):
        raise SystemExit(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    # The measuring is to cost little beside what is measured: it shares two cores with both sides.
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(wanted))
