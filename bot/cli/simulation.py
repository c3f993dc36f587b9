"""``regulars program simulate``: another programme over the real past, side by side with today's."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import opened_core
from bot.cli.progress import progress
from bot.cli.reading import File, read
from bot.cli.schedule import moment

if TYPE_CHECKING:
    from bot.loyalty.simulation import Tally


def simulate(
    file: File,
    since: Annotated[
        datetime | None, typer.Option("--from", parser=moment, metavar="ISO8601", help="Only what occurred since.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--to", parser=moment, metavar="ISO8601", help="Only what occurred before.")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Also draw it, as an .svg that any browser opens.")
    ] = None,
) -> None:
    """Say what a programme would have given for all that members really did, beside the programme of today.

    The database is only read. Redemptions are not simulated: what is owed is what nobody would have redeemed yet.
    """
    from rich.console import Console

    from bot.cli.drawing import drawn
    from bot.cli.simulation_table import table

    tallies = asyncio.run(_simulate(read(file), since, until))
    Console().print(table(*tallies))
    if picture is not None:
        picture.write_text(drawn(*tallies), encoding="utf-8")
        print(f"drawn in {picture}")


async def _simulate(text: str, since: datetime | None, until: datetime | None) -> "list[Tally]":
    from bot.actions import simulate
    from bot.collector import settle_down
    from campaigns.document import check

    other, _ = check(text)
    settle_down()
    async with opened_core() as core:
        with progress("Simulating", await simulate.members_to_come(core)) as tell:
            today = await simulate.in_force(core)
            return await simulate.simulate(core, [today, other], tell, since, until)
