"""``regulars chat``: a customer's conversation, typed."""

import asyncio
import sys
import uuid

from bot.actions.converse import converse_many
from bot.cli.common import opened_core
from bot.messages import Inbound
from campaigns.delivery import Delivery
from channels.terminal import Terminal


async def talk(address: str, channel: str | None) -> None:
    """Read lines, answer them, until the input ends."""
    name = channel or ("email" if "@" in address else "sms" if address.startswith("+") else "web")
    async with opened_core() as core:
        delivery = Delivery(core.database, {name: Terminal(name)}, core.clock)
        while line := await asyncio.to_thread(_typed):
            said = Inbound(name, address, f"terminal:{uuid.uuid4()}", line, core.clock())
            [replies] = await converse_many(core, [said])
            await delivery.send_now(replies)


def _typed() -> str:
    if sys.stdin.isatty():
        print("> ", end="", flush=True)
    return sys.stdin.readline().strip()
