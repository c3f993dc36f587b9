"""``regulars sms``: what texts cost."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import settings

if TYPE_CHECKING:
    from channels.twilio.segments import Segments

app = typer.Typer(help="What text messages cost.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps ``cost`` a command of its own while it is the only one."""


@app.command()
def cost(text: Annotated[str, typer.Argument(help="Else it is read from stdin.")] = "") -> None:
    """Say in how many segments a text leaves, which characters make it dear, and what is sent instead of it."""
    from channels.twilio.segments import cost, smart

    text = text or sys.stdin.read().removesuffix("\n")
    sent, before = smart(text, settings().sms_accents), cost(text)
    print(_told(before))
    if sent == text:
        print("sent as it is")
    else:
        print(f"sent as: {sent}\n{_told(cost(sent))}")
    plain = smart(text, "plain")
    if plain != sent:
        print(f"without accents (REGULARS_SMS_ACCENTS=plain): {plain}\n{_told(cost(plain))}")


def _told(of: "Segments") -> str:
    """In one line for the price, and one for what makes it dear."""
    line = f"{of.encoding}, {of.segments} segment{'s' if of.segments > 1 else ''}, {of.units} units"
    if not of.dear:
        return line
    why = "count twice" if of.encoding == "GSM-7" else "are not in GSM-7"
    found = ", ".join(f"{char!r} at {at + 1}" for char, at in of.dear)
    return f"{line}\n  {why}: {found}"
