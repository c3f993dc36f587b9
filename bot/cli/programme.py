"""``regulars program``: the document that says how the business rewards."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import opened_core
from bot.cli.dear import dear_texts
from bot.cli.explaining import explain
from bot.cli.linting import lint
from bot.cli.reading import File, read
from bot.cli.schedule import moment
from bot.cli.simulation import simulate

if TYPE_CHECKING:
    from bot.actions.publishing import Published
    from bot.loyalty.programme import Programme

app = typer.Typer(help="Check, publish and print the programme document.", no_args_is_help=True)
app.command()(simulate)
app.command()(explain)
app.command()(lint)
Number = Annotated[int, typer.Argument(min=1, help="As told by: regulars program history")]


@app.command()
def check(file: File) -> None:
    """Say everything that is wrong with a document, each with its path."""
    from campaigns.document import check as check_document

    programme, campaigns = check_document(read(file))
    print(f"{programme.name}: {', '.join([*_rules(programme), _many(len(campaigns), 'campaigns')])}. Valid.")
    if unused := list(_unused(programme)):
        print(f"Left out, as it may be: {', '.join(unused)}.")
    for one in dear_texts(campaigns):
        print(f"warning: {one.at}: {one.message}")


@app.command()
def load(
    file: File,
    since: Annotated[
        datetime | None,
        typer.Option("--from", parser=moment, metavar="ISO8601", help="Hold from then on, not at once."),
    ] = None,
    note: Annotated[str, typer.Option(help="Why, for the history.")] = "",
) -> None:
    """Publish a document; it holds from the next activity on, or --from a moment. Past entries never change."""
    from bot.actions import publishing
    from campaigns.document import check as check_document

    text = read(file)

    async def work() -> "Published":
        async with opened_core() as core:
            return await publishing.publish(core, text, check_document, since=since, note=note)

    _tell(asyncio.run(work()))


@app.command()
def rollback(version: Number) -> None:
    """Publish an older version again, under a new number."""
    from bot.actions import publishing
    from campaigns.document import check as check_document

    async def work() -> "Published":
        async with opened_core() as core:
            return await publishing.roll_back(core, version, check_document)

    _tell(asyncio.run(work()))


@app.command()
def withdraw(version: Number) -> None:
    """Take back a version that waits for its date."""
    from bot.actions import publishing

    async def work() -> None:
        async with opened_core() as core:
            await publishing.withdraw(core, version)

    asyncio.run(work())
    print(f"version {version} is withdrawn")


@app.command()
def history() -> None:
    """List all versions, newest first; the one in force is marked with a star."""
    from bot.actions import publishing

    async def work() -> None:
        async with opened_core() as core:
            now, versions = await publishing.history(core)
        for one in versions:
            mark = "*" if one.version == now else " "
            print(f"{mark} {one.version:>3}  from {one.effective_at:%Y-%m-%d %H:%M} UTC  {one.note}".rstrip())

    asyncio.run(work())


@app.command()
def diff(before: Number, after: Number) -> None:
    """Say in words what changed between two versions."""
    from bot.actions import publishing

    async def work() -> list[str]:
        async with opened_core() as core:
            return await publishing.compare(core, before, after)

    print("\n".join(asyncio.run(work())) or "no difference")


@app.command()
def dump(
    version: Annotated[int | None, typer.Option(min=1, help="An older one, not the one in force.")] = None,
) -> None:
    """Print the document in force."""
    from bot.storage import programmes

    async def work() -> str:
        async with opened_core() as core, core.database.read() as tx:
            if version is not None:
                return (await programmes.get(tx, version)).document
            return (await programmes.in_force(tx, core.clock())).document

    print(asyncio.run(work()), end="")


def _rules(programme: "Programme") -> Iterator[str]:
    """What a document has, by its own words: tables of many rules with their number, the others by name."""
    from bot.loyalty.document import SECTIONS

    for section in SECTIONS:
        rules = programme.parts[section.kind]
        if section.many and rules:
            yield _many(len(rules), "earning rules" if section.name == "earning" else section.name)
        elif rules and not section.always:
            yield section.name.replace("_", " ")


def _unused(programme: "Programme") -> Iterator[str]:
    """What a document could have and has not; tables that hold by themselves are not missed."""
    from bot.loyalty.document import SECTIONS

    for section in SECTIONS:
        if not programme.parts[section.kind] and not section.always:
            yield section.name.replace("_", " ")


def _many(n: int, things: str) -> str:
    return f"{n} {things.removesuffix('s') if n == 1 else things}".replace("_", " ")


def _tell(done: "Published") -> None:
    if not done.changes:
        print(f"nothing changed: this is what version {done.version} says")
        return
    print(f"published as version {done.version}, in force from {done.effective_at:%Y-%m-%d %H:%M} UTC")
    for change in done.changes:
        print(f"  {change}")
