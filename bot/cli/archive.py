"""``regulars export`` and ``regulars import``: everything, out of one installation and into another."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.common import opened_core
from bot.cli.progress import progress


def export(
    file: Annotated[Path, typer.Argument(dir_okay=False, writable=True, help="Where to, such as regulars.zip.")],
) -> None:
    """Write everything to one file: members, consents, ledger, vouchers, messages, programmes.

    API keys, logins and the secret key are not in it. The file holds personal data: keep it as you keep the database.
    """
    rows = asyncio.run(_export(file))
    print(f"{rows} rows written to {file}")


def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="Made by: regulars export")],
) -> None:
    """Take over everything from a file into an installation where nobody has joined yet.

    Stop the old one first, or both will send what is waiting. Either all of it is taken over or nothing.
    """
    rows = asyncio.run(_import(file))
    print(f"{rows} rows taken over; see: regulars doctor")


async def _export(file: Path) -> int:
    from bot.actions.moving import archive

    async with opened_core() as core:
        with progress("Writing", archive.steps()) as tell:
            return await archive.write(core, file, tell)


async def _import(file: Path) -> int:
    from bot.actions.moving import archive

    async with opened_core() as core:
        with progress("Reading", archive.steps()) as tell:
            return await archive.read(core, file, tell)
