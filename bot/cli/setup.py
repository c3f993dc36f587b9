"""``regulars init``, ``keys`` and ``doctor``: setting up and looking after an installation."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.cli.common import opened_core, settings

keys = typer.Typer(help="API keys for tills, shops and scripts.", no_args_is_help=True)
Preset = Literal["cafe", "fashion", "salon"]
Role = Literal["staff", "marketer", "owner"]
PRESETS = Path(__file__).parents[2] / "config" / "presets"
LOGIN = "owner"


def init(
    preset: Annotated[Preset, typer.Option(help="The programme to begin with.")] = "cafe",
    as_json: Annotated[bool, typer.Option("--json", help="Print login, password and api_key as JSON only.")] = False,
) -> None:
    """Create or upgrade the database, load a preset once, and print the first login and API key once."""
    made = asyncio.run(_init(preset))
    if as_json:
        print(json.dumps(made))
    elif made["api_key"] is None:
        print("The database is up to date. Login and API key were printed when it was made.")
    else:
        print("Ready. Keep these, they are shown only now:")
        print(f"  login     {made['login']}\n  password  {made['password']}\n  API key   {made['api_key']}")
        print("Next: regulars run")


async def _init(preset: str) -> dict[str, str | None]:
    from bot import secret
    from bot.storage.database import upgrade

    now = settings()
    await upgrade(now.database_url)
    secret.make(now)
    return await first_steps(preset)


async def first_steps(preset: str) -> dict[str, str | None]:
    """Publish the preset and make login and key, where there are none."""
    from bot.actions import keys as access
    from bot.storage import programmes
    from campaigns.document import check

    async with opened_core() as core:
        text = (PRESETS / f"{preset}.toml").read_text(encoding="utf-8")
        check(text)
        async with core.database.write() as tx:
            if not await programmes.any_published(tx):
                await programmes.publish(tx, text, core.clock())
        password = await access.create_owner(core, LOGIN)
        if password is None:
            return {"login": LOGIN, "password": None, "api_key": None}
        return {"login": LOGIN, "password": password, "api_key": await access.create_key(core, "first", "owner")}


@keys.callback()
def _keys() -> None:
    """API keys for tills, shops and scripts."""


@keys.command()
def create(
    name: Annotated[str, typer.Argument(help="What the key is for, such as till-1.")],
    role: Annotated[Role, typer.Option(help="What it may do.")] = "staff",
) -> None:
    """Make an API key and print it once."""
    from bot.actions import keys as access

    async def make() -> str:
        async with opened_core() as core:
            return await access.create_key(core, name, role)

    print(asyncio.run(make()))


def doctor() -> None:
    """Check settings, database, channels and every invariant of the ledger; exit 0 only when all hold."""
    from bot.doctor import examine

    findings = asyncio.run(examine(settings()))
    for finding in findings:
        print(f"{'ok  ' if finding.well else 'FAIL'}  {finding.what}")
    if not all(finding.well for finding in findings):
        raise SystemExit(1)
