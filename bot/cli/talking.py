"""``regulars chat``: a customer's conversation, typed."""

import asyncio
import re
import sys
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from bot.actions.converse import converse_many
from bot.actions.core import Core
from bot.actions.refs import email_address, phone_number
from bot.cli.common import opened_core, settings
from bot.errors import bad_field
from bot.messages import Inbound, Picture
from campaigns.delivery import Delivery
from channels.terminal import Terminal

_NUMBER = re.compile(r"\+?[\d\s()./-]+")


async def talk(address: str, channel: str | None, language: str = "", pictures: Path | None = None) -> None:
    """Read lines, answer them, until the input ends; ``pictures`` is the folder that pictures go to.

    Raises:
        BadInput: when the address cannot be one of the channel.
    """
    name = channel or ("email" if "@" in address else "sms" if _NUMBER.fullmatch(address) else "web")
    async with opened_core() as opened:
        core = replace(opened, public_url=settings().public_url.rstrip("/"))
        address = await _as_known(core, name, address)
        terminal = Terminal(name, png=_artist(), folder=pictures)
        delivery = Delivery(core.database, {name: terminal}, core.clock)
        say = partial(Inbound, name, address, locale=language)
        while line := await asyncio.to_thread(_typed):
            said = say(f"terminal:{uuid.uuid4()}", terminal.means(line), core.clock())
            [replies] = await converse_many(core, [said])
            await delivery.send_now(replies)
            # An answer that is not written down as sent would leave once more, for real.
            await delivery.flush()


def _artist() -> Callable[[Picture], Awaitable[bytes | None]]:
    from bot.pictures import Gallery

    return Gallery().png


async def _as_known(core: Core, channel: str, address: str) -> str:
    """The address in the form in which providers tell it, so that the same member is met."""
    async with core.database.read() as tx:
        country = (await core.programmes.current(tx)).country
    try:
        match channel:
            case "sms" | "whatsapp":
                return phone_number(address, country)
            case "email":
                return email_address(address)
            case "telegram":
                if not address.isdecimal():
                    raise ValueError("is no chat of Telegram's: give its number")
    except ValueError as error:
        raise bad_field("--as", f'"{address}" {error}') from error
    return address


def _typed() -> str:
    if sys.stdin.isatty():
        print("> ", end="", flush=True)
    # A database takes neither bytes that are no text nor NUL.
    line = sys.stdin.buffer.readline().decode(sys.stdin.encoding, "replace")
    if not line and sys.stdin.isatty():
        print()
    return line.replace("\0", "").strip()
