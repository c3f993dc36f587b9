"""(d) Memory of the service after an import, against a process that only imports the same libraries; start-up time."""

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import aiohttp
import orjson

from benchmarks.installation import environment, resident, service
from benchmarks.log import CUSTOMERS, PURCHASES, write_file
from benchmarks.report import ROUNDS, Goal, show

# Everything from site-packages that the service has loaded is imported, and then nothing more is done.
_ONLY_IMPORTS = """
import importlib, sys
for name in sys.argv[1].split(","):
    try:
        importlib.import_module(name)
    except ImportError:
        pass
print("ready", flush=True)
sys.stdin.read()
"""
_LIBRARIES = """
import sys, bot.app, bot.cli.service, campaigns.run, aiosqlite, sqlalchemy.dialects.sqlite.aiosqlite, uvloop
{more}
own = ("bot", "campaigns", "channels", "config", "__main__")
print(",".join(name for name in list(sys.modules) if name.split(".")[0] not in own))
"""


async def run() -> None:
    """Print the figures of (d)."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_file(folder / "log.csv")
        lean = await _after_import(folder, "lean")
        full = await _after_import(
            folder,
            "telegram",
            telegram_token="123456:" + "a" * 35,
            telegram_mode="webhook",
            telegram_api_url="http://127.0.0.1:9",
        )
        env = environment(f"sqlite+aiosqlite:///{folder}/none.db")
        floor = await _only_imports(env, "")
        floor_full = await _only_imports(env, "import channels.telegram.channel")
        show("(d) memory after an import, no channel but the web's", lean, None, "MB", Goal(130, at_least=False))
        show("(d) the same against its libraries alone", lean, floor, "MB", Goal(1.3, at_least=False))
        show("(d) memory after an import, with Telegram", full, floor_full, "MB", Goal(1.3, at_least=False))
        show("(d) regulars --help", await _help(env), None, "s", Goal(0.6, at_least=False))


async def _after_import(folder: Path, name: str, **settings: str) -> float:
    url = f"sqlite+aiosqlite:///{folder}/{name}.db"
    async with service(folder, url, **settings) as running, aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {running.api_key}", "Content-Type": "application/x-ndjson"}
        members = f"http://127.0.0.1:{running.port}/api/v1/members"
        for customer in range(0, CUSTOMERS, 10):
            async with session.post(
                members, json={"external_id": str(customer)}, headers={"Authorization": headers["Authorization"]}
            ) as answer:
                answer.raise_for_status()
        batch = f"http://127.0.0.1:{running.port}/api/v1/activities/batch"
        async with session.post(batch, data=_lines(), headers=headers) as answer:
            answer.raise_for_status()
            async for _ in answer.content:
                pass
        return running.memory


def _lines() -> bytes:
    """As many purchases as the import, of those members."""
    return b"".join(
        orjson.dumps(
            {
                "type": "purchase",
                "id": str(number),
                "source": "till",
                "member": {"external_id": str(number % (CUSTOMERS // 10) * 10)},
                "amount": "12.99",
            }
        )
        + b"\n"
        for number in range(PURCHASES)
    )


async def _only_imports(env: dict[str, str], more: str) -> float:
    listing = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _LIBRARIES.format(more=more), env=env, stdout=asyncio.subprocess.PIPE
    )
    names = (await listing.communicate())[0].decode().strip()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _ONLY_IMPORTS,
        names,
        env=env,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    await process.stdout.readline()
    held = resident(process.pid)
    await process.communicate(b"")
    return held


async def _help(env: dict[str, str]) -> float:
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "--help", env=env, stdout=asyncio.subprocess.DEVNULL
        )
        await process.wait()
        taken.append(time.perf_counter() - began)
    return median(taken)
