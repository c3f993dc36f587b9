"""``regulars members``: members from and to CSV files."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from bot.cli.common import opened_core
from bot.cli.progress import progress

if TYPE_CHECKING:
    from bot.actions.moving.arrivals import Moved

app = typer.Typer(help="Move members in from another system, and take them along.", no_args_is_help=True)


@app.callback()
def _members() -> None:
    """Move members in from another system, and take them along."""


def _pair(text: str) -> tuple[str, str]:
    theirs, equals, ours = text.rpartition("=")
    if not equals:
        raise typer.BadParameter(f'"{text}" says nothing; write THEIRS=ours, such as "Bonus points=points"')
    return theirs, ours


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A .csv file.")],
    renamed: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="THEIRS=ours", help='A column by another name; "THEIRS=" leaves it out.'),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
) -> None:
    """Make members of the people in a file, with the points they bring.

    Columns: external_id, code, name, phone, email, telegram, birthday, locale, timezone, preferred_channel, joined_at,
    consent.sms (yes or no; email, whatsapp, telegram likewise), points, credit. The file is checked wholly first; with
    a fault nothing is written. Who is a member already is left as they are, so it can be run again.
    """
    done = asyncio.run(_import(file, file.stat().st_size, dict(map(_pair, renamed or ())), dry_run))
    for line in done.duplicates:
        print(line, file=sys.stderr)
    if done.known > len(done.duplicates) > 0:
        print(f"and {done.known - len(done.duplicates)} more", file=sys.stderr)
    said = "would be made" if dry_run else "made"
    print(f"{done.members} members {said}, with {done.points} points; {done.known} were known already")


@app.command()
def export(
    file: Annotated[
        Path | None, typer.Argument(dir_okay=False, help="A .csv file; without one, to the screen.")
    ] = None,
) -> None:
    """Write all members as CSV, in the columns that import reads."""
    if file is None:
        asyncio.run(_export(sys.stdout))
        return
    with file.open("w", encoding="utf-8", newline="") as out:
        count = asyncio.run(_export(out))
    print(f"{count} members written to {file}")


async def _import(file: Path, size: int, names: dict[str, str], dry_run: bool) -> "Moved":
    from bot.actions.moving import arrivals as moving

    async with opened_core() as core:
        with progress("Checking", size) as tell:
            checked = await moving.check_people(core, file, names, tell)
        if dry_run:
            return checked
        with progress("Recording", size) as tell:
            done = await moving.import_people(core, file, names, tell)
        done.duplicates = checked.duplicates
        return done


async def _export(out: TextIO) -> int:
    from bot.actions.moving.roster import export_people

    async with opened_core() as core:
        return await export_people(core, out, lambda done: None)
