"""``make bench``: every figure with its goal beside it.

``make bench ARGS="chat imports"`` runs only some of the parts: engine, chat (or one channel of it: telegram, sms,
whatsapp, mail, webchat), purchases, imports, growth, footprint, memory, soak, pictures, understanding.
"""

import asyncio
import sys

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
PARTS = ("engine", "chat", *_BOTH, *_ALONE)


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
    wanted = sys.argv[1:] or list(PARTS)
    if unknown := set(wanted) - {*PARTS, *DOORS}:
        raise SystemExit(f"no such part: {', '.join(unknown)}; there are {', '.join((*PARTS, *DOORS))}")
    # The measuring is to cost little beside what is measured: it shares two cores with both sides.
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(wanted))
