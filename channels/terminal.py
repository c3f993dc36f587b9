"""The terminal as a customer's screen: for trying out, on any channel's name."""

from collections.abc import Callable

from aiohttp import web

from bot.messages import Outbound
from channels.base import Hub


class Terminal:
    """Prints what would be sent; buttons become words to type."""

    rate = 1000.0
    contact = None

    def __init__(self, name: str, show: Callable[[str], None] = print) -> None:
        self.name = name
        self.sender = f"terminal:{name}"
        self._show = show

    async def start(self, hub: Hub, *, listen: bool) -> None:
        """Nothing to begin: what is typed comes from the command."""

    def routes(self) -> list[web.RouteDef]:
        """None."""
        return []

    async def send(self, message: Outbound) -> str:
        """Print the message."""
        choices = "".join(f"  [{button.says}]" for button in message.buttons)
        self._show(f"{message.text}\n{choices}" if choices else message.text)
        return f"terminal:{message.id}"

    async def close(self) -> None:
        """Nothing to give back."""
