"""``regulars rewards``: what rewards need besides the programme."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import opened_core

if TYPE_CHECKING:
    from bot.actions.reward_codes import Imported

app = typer.Typer(help="Look after what rewards need.", no_args_is_help=True)


@app.callback()
def _rewards() -> None:
    """Look after what rewards need."""


@app.command()
def codes(
    reward: Annotated[str, typer.Argument(help="The key of a partner's offer.")],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A .csv file of codes.")],
) -> None:
    """Add a partner's codes, one a member: the column `code` of a CSV, or its only column.

    With a fault nothing is written; codes that are there already are skipped and told.
    """
    from bot.actions.reward_codes import add_codes, read_codes

    found = read_codes(file)

    async def work() -> "Imported":
        async with opened_core() as core:
            return await add_codes(core, reward, found)

    done = asyncio.run(work())
    print(f"{done.added} codes added, {done.free} are free now")
    for code in done.duplicates:
        print(f"was there already: {code}")
