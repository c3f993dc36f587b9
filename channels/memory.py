"""A channel that keeps what it was given: for the demo, which shows it, and for tests, which tell it how to answer."""

import asyncio
from collections import deque
from collections.abc import Iterable

from aiohttp import web

from bot.messages import Outbound
from channels.base import Hub

KEPT = 10_000


class MemoryChannel:
    """Takes every message at once, unless ``answers`` says otherwise: an error to raise, or None to take it."""

    def __init__(self, name: str = "memory", *, rate: float = 1000.0, answers: Iterable[Exception | None] = ()) -> None:
        self.name = name
        self.contact: str | None = None
        self.sender = f"memory:{name}"
        self.rate = rate
        self.sent: deque[Outbound] = deque(maxlen=KEPT)
        self.answers = deque(answers)
        self.open = asyncio.Event()
        """While clear, sending waits."""
        self.open.set()
        self.tried = asyncio.Event()
        """Set as soon as a message was handed in."""

    async def start(self, hub: Hub, *, listen: bool) -> None:
        """Nobody is out there."""

    def routes(self) -> list[web.RouteDef]:
        return []

    async def send(self, message: Outbound) -> str:
        """Keep the message; answers an id made of its own.

        Raises:
            SendError: as the next of ``answers`` says.
        """
        self.tried.set()
        await self.open.wait()
        error = self.answers.popleft() if self.answers else None
        if error is not None:
            raise error
        self.sent.append(message)
        return f"{self.name}:{message.id}"

    async def close(self) -> None:
        """Nothing to give back."""
