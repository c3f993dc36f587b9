"""``regulars run``, ``demo`` and ``chat``: the service itself, and talking to it."""

import asyncio
import signal
import sys
from collections.abc import Coroutine, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from bot.cli.common import settings

if TYPE_CHECKING:
    from config.settings import Settings


class Role(StrEnum):
    """A part of the service that may run in a process of its own."""

    WEB = "web"
    WORKER = "worker"
    SCHEDULER = "scheduler"


def run(
    role: Annotated[list[Role] | None, typer.Option(help="Only this role; may be given again. Default: all.")] = None,
) -> None:
    """Run the service: web (API, chats, webhooks), worker (delivery) and scheduler (campaigns)."""
    from bot.logs import set_up

    now = settings()
    set_up(now.log_level, now.log_format)
    _until_stopped(_serve(now, role or list(Role)))


def demo(
    port: Annotated[int | None, typer.Option(help="Where to listen; 8080 unless REGULARS_HTTP_PORT says else.")] = None,
) -> None:
    """Run on a throw-away database with sample members and real purchases; needs no account of any kind."""
    from bot.demo import run_demo
    from bot.logs import set_up

    now = settings()
    set_up("warning", now.log_format)
    _until_stopped(run_demo(now, now.http_port if port is None else port))


def chat(
    as_: Annotated[str, typer.Option("--as", help="A phone number, a mail address, or a name.")],
    channel: Annotated[
        Literal["sms", "email", "web", "telegram", "whatsapp"] | None, typer.Option(help="As if by this channel.")
    ] = None,
    language: Annotated[str, typer.Option(help="What their phone is set to, such as hu.")] = "",
    pictures: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, writable=True, help="A folder for the pictures."),
    ] = None,
) -> None:
    """Talk to the bot in the terminal as a customer; an empty line or Ctrl-D ends it.

    Choices have numbers and can be answered by them.
    """
    from bot.cli.talking import talk

    asyncio.run(talk(as_, channel, language, pictures))


def _until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end, on the quicker event loop where it is installed."""
    try:
        import uvloop
    except ImportError:
        asyncio.run(work)
    else:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(work)


async def _serve(now: "Settings", roles: Sequence[Role]) -> None:
    from bot.app import Service

    service = Service(now, roles=roles)
    try:
        await service.start()
        print(f"Regulars is at {now.public_url} (stop with Ctrl-C)", file=sys.stderr)
        await stopped()
    finally:
        await service.close()


async def stopped() -> None:
    """Returns when the process is asked to end (SIGTERM, SIGINT)."""
    asked = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    await asked.wait()
