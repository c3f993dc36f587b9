"""``regulars program lint``: what the owner of a programme would regret."""

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import opened_core
from bot.cli.dear import dear_texts
from bot.cli.postal import without_address
from bot.cli.progress import progress
from bot.cli.reading import MaybeFile, read
from bot.errors import SetupError

if TYPE_CHECKING:
    from bot.actions.lint import Wanted
    from bot.loyalty.linting.findings import Finding, Reached
    from bot.loyalty.programme import Programme


def lint(
    file: MaybeFile = None,
    most_percent: Annotated[int, typer.Option(min=1, max=100, help="A reward may cost so much of its spend.")] = 15,
    days: Annotated[int, typer.Option(min=1, max=3660, help="A first reward is to come within so many.")] = 60,
    basket: Annotated[str, typer.Option(help="What a customer is assumed to spend at a time: 12.00.")] = "",
    visits_a_month: Annotated[int, typer.Option(min=0, max=60, help="How often they are assumed to come: 4.")] = 0,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 when there are warnings.")] = False,
) -> None:
    """Warn of rewards too dear or too far, of rules nobody can meet, and of too many words.

    Without FILE it looks at the programme in force. How soon customers reach a reward is what real ones would have,
    where there are any and nothing is assumed.
    """
    from bot.actions.lint import Wanted

    assumed = bool(basket or visits_a_month)
    wanted = Wanted(most_percent, days, basket or Wanted().basket, visits_a_month or Wanted().visits_a_month)
    findings, past = asyncio.run(_look(read(file) if file else None, wanted, assumed))
    for one in findings:
        print(f"{'warning' if one.warns else 'note'}: {one.at}: {one.message}" if one.at else f"warning: {one.message}")
    warnings = sum(one.warns for one in findings)
    basis = f"what {past.members} members did" if past else f"a customer who spends {wanted.basket} {_often(wanted)}"
    print(f"{warnings or 'no'} warning{'' if warnings == 1 else 's'}, judged by {basis}")
    if strict and warnings:
        sys.exit(1)


def _often(wanted: "Wanted") -> str:
    return f"{wanted.visits_a_month} times a month"


async def _look(text: str | None, wanted: "Wanted", assumed: bool) -> "tuple[list[Finding], Reached | None]":
    from bot.actions import lint
    from bot.clock import system_clock
    from campaigns.document import check
    from campaigns.reading import parse

    programme = check(text)[0] if text is not None else None
    past = None
    try:
        programme, past = await _with_database(programme, assumed=assumed)
    except SetupError:
        if programme is None:
            raise
    campaigns = parse(programme)
    more = (*dear_texts(campaigns), *without_address(programme, campaigns))
    found = [*lint.look(programme, wanted, system_clock(), past), *more]
    return sorted(found, key=lambda one: not one.warns), past


async def _with_database(programme: "Programme | None", *, assumed: bool) -> "tuple[Programme, Reached | None]":
    from bot.actions import lint, simulate

    async with opened_core() as core:
        programme = programme or await simulate.in_force(core)
        if assumed:
            return programme, None
        with progress("Looking back", await simulate.members_to_come(core)) as tell:
            return programme, await lint.real_past(core, programme, tell)
