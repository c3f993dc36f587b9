"""What measuring asks of a channel."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence

CLIENTS = 32
"""Who write at the same time."""
Say = Callable[[int, str], Awaitable[None]]
"""Customer so-and-so says something; returns when the channel took it, and the answer reached the provider."""


class Door(ABC):
    """A channel's customers, numbered, and its provider."""

    name = ""
    """As people call it."""
    channel = ""
    floor = ""
    """The module of its floor."""
    messages = 64 * CLIENTS
    """In a round."""
    customers = 512
    """Different ones in a round; a multiple of the clients, so that no chat is written to twice at a time."""
    everyone = 512
    """Different ones in all rounds."""

    @abstractmethod
    async def open(self) -> str:
        """Start the provider; answers its URL."""

    @abstractmethod
    def settings(self) -> dict[str, str]:
        """What turns the channel on; asked for once the provider is there."""

    @abstractmethod
    def address(self, customer: int) -> str:
        """Where a customer is reached."""

    @abstractmethod
    async def enter(self, port: int, *, answered: bool = True) -> Sequence[Say]:
        """A connection for each client to whoever listens on the port; not ``answered``, they do not wait for that."""

    @abstractmethod
    async def leave(self) -> None:
        """Give the connections back."""

    def port(self, http: int) -> int:
        """Where a service that serves HTTP there takes what this channel's customers say."""
        return http


class Arrivals:
    """Who waits for a message to an address."""

    def __init__(self) -> None:
        self._waiting: dict[bytes, asyncio.Event] = {}

    def expect(self, address: bytes) -> asyncio.Event:
        """Set when the next message arrives there."""
        arrived = self._waiting[address] = asyncio.Event()
        return arrived

    def came(self, address: bytes) -> None:
        if arrived := self._waiting.pop(address, None):
            arrived.set()
