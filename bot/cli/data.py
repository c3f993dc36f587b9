"""``regulars activities``: purchases and other activities from and to files."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from bot.cli.common import opened_core, save, settings
from bot.cli.progress import progress

if TYPE_CHECKING:
    from bot.actions.moving.files import Imported

app = typer.Typer(help="Import and export purchases and other activities.", no_args_is_help=True)


@app.callback()
def _activities() -> None:
    """Import and export purchases and other activities."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A .csv or .ndjson file.")],
    enroll: Annotated[bool, typer.Option("--enroll", help="Make members of unknown ones.")] = False,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes on PostgreSQL; else one for each core.")] = None,
) -> None:
    """Record the activities of a file.

    CSV needs a header: source,id,type,occurred_at,amount,currency,location,member.external_id (or member.phone,
    member.email, member.code, member.telegram), items as JSON. The file is checked wholly first; with a fault
    nothing is written. What is known already is skipped, so an interrupted import can be run again.
    """
    done = _import(file, file.stat().st_size, enroll, jobs)
    print(f"{done.recorded} activities recorded, {done.duplicates} were known already")
    if done.recorded == 0:
        print("nothing changed")


@app.command()
def export(
    file: Annotated[Path | None, typer.Argument(dir_okay=False, help="A .csv file; none: the screen.")] = None,
) -> None:
    """Write all activities as CSV, in the columns that import reads and in the order told."""
    save(file, _export, "activities")


async def _export(out: TextIO) -> int:
    from bot.actions.moving.telling import export_activities

    async with opened_core() as core:
        return await export_activities(core, out)


def _import(file: Path, size: int, enroll: bool, jobs: int | None) -> "Imported":
    from bot.actions.moving.files import check_file
    from bot.actions.moving.side_by_side import import_spool, processes
    from bot.actions.moving.spool import Spool, spooled
    from bot.collector import settle_down

    async def check(spool: Spool) -> None:
        async with opened_core() as core:
            with progress("Checking", size) as tell:
                await check_file(core, file, tell, enrol_unknown=enroll, spool=spool)

    settle_down()
    with spooled(processes(settings().database_url, jobs)) as spool:
        asyncio.run(check(spool))
        return import_spool(opened_core, spool, progress("Recording", size), enrol_unknown=enroll)
