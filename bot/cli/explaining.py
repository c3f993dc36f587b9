"""``regulars program explain``: a programme in its customers' words."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import opened_core
from bot.cli.reading import MaybeFile, read

if TYPE_CHECKING:
    from bot.loyalty.programme import Programme


def explain(
    file: MaybeFile = None,
    language: Annotated[str, typer.Option(help="A language of the programme; else its first.")] = "",
) -> None:
    """Say in a customer's words what a document gives; without FILE, the programme in force."""
    from bot.wording import negotiate
    from bot.wording.explaining import explain
    from campaigns.document import check

    programme = check(read(file))[0] if file else asyncio.run(_in_force())
    for n, section in enumerate(explain(programme, negotiate(language, programme.languages))):
        print(f"{'' if n == 0 else chr(10)}{section.title}")
        for line in section.lines:
            print(f"  {line.text}")


async def _in_force() -> "Programme":
    from bot.actions import simulate

    async with opened_core() as core:
        return await simulate.in_force(core)
