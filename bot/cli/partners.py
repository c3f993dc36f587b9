"""``regulars settlement``: what partners owe each other."""

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import opened_core
from bot.cli.schedule import moment

if TYPE_CHECKING:
    from bot.actions.settlement import Settlement


def settlement(
    since: Annotated[datetime, typer.Option("--from", parser=moment, metavar="ISO8601", help="Where it begins.")],
    until: Annotated[datetime, typer.Option("--to", parser=moment, metavar="ISO8601", help="Where it ends.")],
) -> None:
    """Print what was earned at one partner and spent at another, and what each is due: below 0 it pays.

    The period begins with --from and ends before --to. Whoever runs the programme is called "house".
    """
    from bot.loyalty.money import from_minor

    done = asyncio.run(_settle(since, until))
    exponent, currency = done.programme.exponent, done.programme.currency
    for line in done.lines:
        where = f"{line.earned_at or 'house'} -> {line.spent_at or 'house'}"
        credit = f" credit={from_minor(line.credit, exponent)}" if line.credit else ""
        print(f"{where} points={line.points}{credit} value={from_minor(line.value, exponent)} {currency}")
    for partner, net in done.nets.items():
        print(f"{partner or 'house'} net={from_minor(net, exponent)} {currency}")
    if not done.lines:
        print("nothing was spent in this period")


async def _settle(since: datetime, until: datetime) -> "Settlement":
    from bot.actions.settlement import settle_partners

    async with opened_core() as core:
        return await settle_partners(core, since, until)
