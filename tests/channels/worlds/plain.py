"""The channels without a provider: the terminal, and the one that keeps what it is given."""

import io
import re
from contextlib import AsyncExitStack

from rich.console import Console

from bot.messages import Outbound
from channels.base import Channel
from channels.memory import MemoryChannel
from channels.terminal import Terminal
from tests.channels.worlds.world import PNG, Seen, World

_CHOICE = re.compile(r"^  \[(\d+)\] (.*?)(?:  (https://\S+))?\n", re.MULTILINE)


class Memory(World):
    name = "memory"
    address = "anna"
    connects = False

    async def opened(self, stack: AsyncExitStack) -> Channel:
        self.memory = MemoryChannel()
        return self.memory

    async def seen(self, at_least: int) -> list[Seen]:
        return [self._seen(sent) for sent in self.memory.sent]

    def _seen(self, sent: Outbound) -> Seen:
        says = {button.label: button.says for button in sent.buttons if not button.opens}
        links = {button.label: button.opens for button in sent.buttons if button.opens}
        return Seen(sent.text, says, links, PNG if sent.picture else b"")


class OnTerminal(World):
    name = "sms"
    address = "anna"
    connects = False

    async def opened(self, stack: AsyncExitStack) -> Channel:
        self.screen = io.StringIO()
        self.terminal = Terminal("sms", Console(file=self.screen))
        self.screens: list[str] = []
        return self.terminal

    async def send(self, message: Outbound) -> str:
        before = len(self.screen.getvalue())
        sent = await super().send(message)
        self.screens.append(self.screen.getvalue()[before:])
        return sent

    async def seen(self, at_least: int) -> list[Seen]:
        return [self._seen(screen) for screen in self.screens]

    def _seen(self, screen: str) -> Seen:
        text = _CHOICE.sub("", screen).removesuffix("\n")
        offered = _CHOICE.findall(screen)
        says = {label: self.terminal.means(number) for number, label, opens in offered if not opens}
        return Seen(text, says, {label: opens for _, label, opens in offered if opens})
