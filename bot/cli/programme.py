"""``regulars program``: the document that says how the business rewards."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.common import opened_core
from bot.errors import bad_field

app = typer.Typer(help="Check, publish and print the programme document.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A programme in TOML.")]


@app.command()
def check(file: File) -> None:
    """Say everything that is wrong with a document, each with its path."""
    from bot.loyalty.challenges import Challenge
    from bot.loyalty.earning import EarningRule
    from bot.loyalty.stamps import StampCard
    from campaigns.document import check as check_document

    programme, campaigns = check_document(_read(file))
    print(
        f"{programme.name}: {len(programme.of(EarningRule))} earning rules, "
        f"{len(programme.of(StampCard))} stamp cards, {len(programme.rewards)} rewards, "
        f"{len(programme.of(Challenge))} challenges, {len(campaigns)} campaigns. Valid."
    )


@app.command()
def load(file: File) -> None:
    """Publish a document; it holds from the next activity on. Past entries never change."""
    from bot.storage import programmes
    from campaigns.document import check as check_document

    text = _read(file)
    check_document(text)

    async def publish() -> int:
        async with opened_core() as core, core.database.write() as tx:
            return await programmes.publish(tx, text, core.clock())

    print(f"published as version {asyncio.run(publish())}")


@app.command()
def dump() -> None:
    """Print the document in force."""
    from bot.storage import programmes

    async def current() -> str:
        async with opened_core() as core, core.database.read() as tx:
            return await programmes.document(tx)

    print(asyncio.run(current()), end="")


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise bad_field(file.name, "is not text in UTF-8; save it as UTF-8 and try again") from error
