"""``regulars chat``: a customer's conversation, typed."""

import asyncio
import re
import sys
import uuid

from bot.actions.converse import converse_many
from bot.actions.core import Core
from bot.actions.refs import email_address, phone_number
from bot.cli.common import opened_core
from bot.errors import bad_field
from bot.messages import Inbound
from campaigns.delivery import Delivery
from channels.terminal import Terminal

_NUMBER = re.compile(r"\+?[\d\s()./-]+")


async def talk(address: str, channel: str | None) -> None:
    """Read lines, answer them, until the input ends.

    Raises:
        BadInput: when the address cannot be one of the channel.
    """
    name = channel or ("email" if "@" in address else "sms" if _NUMBER.fullmatch(address) else "web")
    async with opened_core() as core:
        address = await _as_known(core, name, address)
        delivery = Delivery(core.database, {name: Terminal(name)}, core.clock)
        while line := await asyncio.to_thread(_typed):
            said = Inbound(name, address, f"terminal:{uuid.uuid4()}", line, core.clock())
            [replies] = await converse_many(core, [said])
            await delivery.send_now(replies)
            # An answer that is not written down as sent would leave once more, for real.
            await delivery.flush()


async def _as_known(core: Core, channel: str, address: str) -> str:
    """The address in the form in which providers tell it, so that the same member is met."""
    async with core.database.read() as tx:
        country = (await core.programmes.current(tx)).country
    try:
        if channel == "sms":
            return phone_number(address, country)
        return email_address(address) if channel == "email" else address
    except ValueError as error:
        raise bad_field("--as", f'"{address}" {error}') from error


def _typed() -> str:
    if sys.stdin.isatty():
        print("> ", end="", flush=True)
    # A database takes neither bytes that are no text nor NUL.
    line = sys.stdin.buffer.readline().decode(sys.stdin.encoding, "replace")
    return line.replace("\0", "").strip()
