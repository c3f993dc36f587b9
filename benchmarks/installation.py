"""A real installation in a temporary folder, and its service as a process of its own."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession

from bot.actions.core import Core
from bot.cli.setup import PRESETS
from bot.clock import Clock, system_clock
from bot.storage import programmes
from bot.storage.database import Database, upgrade

SECRET = "benchmark-" * 4


@dataclass(frozen=True, slots=True)
class Running:
    """A service that answers."""

    port: int
    pid: int
    api_key: str

    @property
    def memory(self) -> float:
        """Resident megabytes."""
        return resident(self.pid)


def resident(pid: int) -> float:
    """What a process holds in memory, in MB (Linux)."""
    [line] = [text for text in Path(f"/proc/{pid}/status").read_text().splitlines() if text.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def environment(url: str, **settings: str) -> dict[str, str]:
    """The environment of a process on this database."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("REGULARS_")}
    named = {f"REGULARS_{name.upper()}": value for name, value in settings.items()}
    return own | {"REGULARS_DATABASE_URL": url, "REGULARS_SECRET_KEY": SECRET, "REGULARS_LOG_LEVEL": "error"} | named


@asynccontextmanager
async def prepared(url: str, preset: str = "cafe", clock: Clock = system_clock) -> AsyncIterator[Core]:
    """A core on a fresh database with the programme of a preset."""
    await upgrade(url)
    core = Core(Database(url), SECRET.encode(), clock)
    try:
        async with core.database.write() as tx:
            await programmes.publish(tx, (PRESETS / f"{preset}.toml").read_text(encoding="utf-8"), core.clock())
        yield core
    finally:
        await core.database.close()


@asynccontextmanager
async def service(folder: Path, url: str, roles: Iterable[str] = (), **settings: str) -> AsyncIterator[Running]:
    """``regulars init`` and ``regulars run`` as a user would, on a free port."""
    port = free_port()
    env = environment(url, http_port=str(port), public_url=f"http://127.0.0.1:{port}", **settings)
    made = await _output(folder, env, "init", "--json")
    options = [option for role in roles for option in ("--role", role)]
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "run", *options, cwd=folder, env=env)
    try:
        await answers(port, "/health/ready")
        yield Running(port, process.pid, json.loads(made)["api_key"])
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


async def _output(folder: Path, env: Mapping[str, str], *arguments: str) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, cwd=folder, env=env, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"regulars {arguments[0]} failed")
    return out


async def listening(port: int) -> None:
    """Return when the port takes connections."""
    for _ in range(600):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise RuntimeError(f"nothing listens on port {port}")


async def answers(port: int, path: str) -> None:
    """Return when the server there answers."""
    async with ClientSession() as session:
        for _ in range(600):
            try:
                async with session.get(f"http://127.0.0.1:{port}{path}") as response:
                    if response.status == 200:
                        return
            except OSError:
                pass
            await asyncio.sleep(0.05)
    raise RuntimeError(f"nothing answers on port {port}")
