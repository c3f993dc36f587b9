"""(g) The most memory that an import and a simulation ever hold, with ten times the members and activities.

Run as ``python -m benchmarks.memory import|simulate FOLDER``, it is one of the processes that are measured.
"""

import asyncio
import resource
import sys
import tempfile
from pathlib import Path

from benchmarks.imports import shop
from benchmarks.log import PURCHASES, TOLD_AT, write_file
from benchmarks.report import Goal, show
from bot.actions.core import Core
from bot.actions.moving.files import check_file, import_file
from bot.actions.moving.spool import spooled
from bot.actions.simulate import in_force, simulate
from bot.collector import settle_down
from bot.storage.database import Database

LITTLE, MUCH = PURCHASES, 10 * PURCHASES


async def _import(folder: Path) -> None:
    file = folder / "log.csv"
    async with shop(_url(folder)) as core:
        with spooled() as spool:
            await check_file(core, file, lambda _: None, enrol_unknown=True, spool=spool)
            await import_file(core, file, lambda _: None, enrol_unknown=True, spool=spool)


async def _simulate(folder: Path) -> None:
    core = Core(Database(_url(folder)), b"benchmark-" * 4, lambda: TOLD_AT)
    programme = await in_force(core)
    await simulate(core, [programme, programme], lambda _: None, None, None)
    await core.database.close()


def _url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder}/regulars.db"


async def _most(work: str, folder: Path) -> float:
    """The megabytes that a process held at its height."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.memory", work, str(folder), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    return float(out)


async def run() -> None:
    with tempfile.TemporaryDirectory() as name:
        held: dict[str, list[float]] = {"import": [], "simulate": []}
        for purchases in (LITTLE, MUCH):
            folder = Path(name) / str(purchases)
            folder.mkdir()
            write_file(folder / "log.csv", purchases)
            for work, figures in held.items():
                figures.append(await _most(work, folder))
    for work, (little, much) in held.items():
        what = f"(g) memory to {work} {MUCH:,} activities, against {LITTLE:,}"
        show(what, much, little, "MB", Goal(1.2, at_least=False))


if __name__ == "__main__":
    _, asked, where = sys.argv
    settle_down()
    asyncio.run({"import": _import, "simulate": _simulate}[asked](Path(where)))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
