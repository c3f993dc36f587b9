"""``regulars members``: members from and to CSV files, and what is kept about one."""

import asyncio
import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from bot.cli.common import opened_core, save
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
    consent.sms (yes or no; email, whatsapp, telegram likewise), points, credit; of what somebody has several,
    email.2 and so on. The file is checked wholly first; with a fault nothing is written. Who is a member already is
    left as they are, so it can be run again.
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
    save(file, _export, "members")


@app.command()
def data(
    ref: Annotated[str, typer.Argument(help="An id, or phone:+36…, email:…, code:…, telegram:…, external:….")],
    file: Annotated[
        Path | None, typer.Argument(dir_okay=False, help="A .json file; without one, to the screen.")
    ] = None,
) -> None:
    """Write all that is kept about a member as JSON (GDPR art. 15 and 20)."""
    text = asyncio.run(_data(ref))
    if file is None:
        print(text)
        return
    file.touch(0o600)
    file.write_text(text + "\n", encoding="utf-8")
    print(f"written to {file}")


@app.command()
def consents(
    ref: Annotated[str | None, typer.Argument(help="An id, or phone:+36…, email:…, code:… and so on.")] = None,
    all_: Annotated[
        Path | None, typer.Option("--all", dir_okay=False, metavar="FILE.csv", help="Write everybody's to a file.")
    ] = None,
) -> None:
    """Show what a member agreed to and took back, when, where and to which words; or write the whole ledger."""
    if (ref is None) == (all_ is None):
        raise typer.BadParameter("name a member, or write everybody's with --all FILE.csv")
    if all_ is None:
        asyncio.run(_consents(str(ref)))
        return
    save(all_, _all_consents, "lines")


async def _data(ref: str) -> str:
    import orjson

    from bot.actions.privacy import personal_data
    from bot.actions.profile import parse_ref

    async with opened_core() as core:
        return orjson.dumps(await personal_data(core, parse_ref(ref)), option=orjson.OPT_INDENT_2).decode()


async def _consents(ref: str) -> None:
    from bot.actions import consent
    from bot.actions.profile import parse_ref

    async with opened_core() as core:
        lines = await consent.history(core, parse_ref(ref))
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(consent.COLUMNS)
    out.writerows(map(consent.as_row, lines))


async def _all_consents(out: TextIO) -> int:
    from bot.actions import consent

    async with opened_core() as core:
        return await consent.export(core, out)


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
