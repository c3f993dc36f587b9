"""``regulars conversations``: who waits for a person."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import opened_core

if TYPE_CHECKING:
    from bot.storage.staff_talks import StaffTalk

_MOST = 200


def conversations(
    every: Annotated[bool, typer.Option("--all", help="Also those where staff spoke last.")] = False,
) -> None:
    """Print the talks in which a customer waits for a person, who wrote last first."""
    talks = asyncio.run(_listed(waiting=not every))
    for talk in talks:
        who = f" member={talk.code}" if talk.code else ""
        since = f"waiting since {talk.waits:%Y-%m-%d %H:%M} UTC" if talk.waits else "answered"
        print(f"{talk.channel} {talk.address}{who} {since}")
    if not talks:
        print("nobody waits for a person")


async def _listed(*, waiting: bool) -> "list[StaffTalk]":
    from bot.actions.handing_over import listed

    async with opened_core() as core:
        return await listed(core, _MOST, waiting=waiting)
