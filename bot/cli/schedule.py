"""``regulars run-due``: what the schedules have due, once, and out."""

import asyncio
from datetime import datetime
from typing import Annotated

import typer

from bot.cli.common import settings
from bot.clock import system_clock

_YEARS = range(1970, 3000)


def moment(text: str) -> datetime:
    """A time as typed, with its offset.

    Raises:
        typer.BadParameter: saying how to write it.
    """
    try:
        told = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f'"{text}" is no time; write one such as 2026-03-01T09:00:00+01:00') from error
    if told.tzinfo is None:
        raise typer.BadParameter(f'"{text}" has no offset; write one such as 2026-03-01T09:00:00+01:00')
    if told.year not in _YEARS:
        raise typer.BadParameter(f'"{text}" is too far away; write a time from {_YEARS[0]} to {_YEARS[-1]}')
    return told


def run_due(
    now: Annotated[
        datetime | None, typer.Option(parser=moment, metavar="ISO8601", help="As if it were this moment.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
) -> None:
    """Do what all campaigns have due at a moment, deliver it, and print one line a campaign.

    Running it again for the same moment does nothing.
    """
    from bot.due import once

    for report in asyncio.run(once(settings(), now or system_clock(), dry_run=dry_run)):
        print(report)
