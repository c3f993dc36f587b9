"""What the service asks of a channel, and what a channel may ask of the service."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from aiohttp import web

from bot.messages import LAST, Appearance, Inbound, Line, Outbound, Picture, Receipt


class Hub(Protocol):
    """The service as a channel sees it; handed in by ``start``."""

    async def receive(self, messages: Sequence[Inbound]) -> None:
        """Take what customers said. Returns after the commit: only then may the provider hear "ok"."""

    async def settle(self, receipts: Sequence[Receipt]) -> None:
        """Take what the provider says of messages sent earlier; unknown ones are ignored."""

    async def authorised(self, authorization: str) -> bool:
        """Whether this ``Authorization`` header carries a valid API key."""

    async def transcript(self, channel: str, address: str, after: int, limit: int, before: int = LAST) -> list[Line]:
        """The conversation with one address: the newest ``limit`` lines between two ids, oldest first."""

    async def appearance(self, language: str = "") -> Appearance:
        """How the business looks, as of now, with its name for who reads ``language`` (a tag, or none)."""

    async def png(self, picture: Picture) -> bytes | None:
        """The picture drawn as a PNG, kept for the next time; None when it cannot be drawn."""

    async def size(self, picture: Picture) -> tuple[int, int] | None:
        """Width and height in pixels of what ``png`` draws, without drawing it; None when it cannot be drawn."""

    def picture_url(self, message: int) -> str:
        """Where the picture of the message with this id can be fetched: public, but not to be guessed."""

    def languages(self) -> Sequence[str]:
        """Every language that there are words in, English first."""

    def texts(self, context: str, language: str) -> Mapping[str, str]:
        """What a channel shows by itself (``menu``, ``web chat``), in the best language for a tag, by its name."""


class Channel(Protocol):
    """One way to talk with customers."""

    name: str
    """As stored with every address: ``telegram``, ``sms``, ``email``, ``web``."""
    sender: str
    """Whose rate limit is shared (bot, number, mail account); never a secret."""
    rate: float
    """Messages a second that this sender may start on its own account; replies do not count."""

    @property
    def contact(self) -> str | None:
        """What customers write to: a bot's name, a number, a mail address. None when there is none or none is known."""

    async def start(self, hub: Hub, *, listen: bool) -> None:
        """Begin; with ``listen`` also fetch what customers say (polling, a mail listener)."""

    def routes(self) -> list[web.RouteDef]:
        """Webhooks and pages of this channel; verified before parsed."""

    async def send(self, message: Outbound) -> str:
        """Hand one message to the provider; answers the provider's id of it.

        Raises:
            RetryLater, AddressGone, Rejected: as the provider's answer means.
        """

    async def close(self) -> None:
        """Stop listening and give back connections; also twice. What is sent later has to wait (RetryLater)."""


@runtime_checkable
class Weighing(Protocol):
    """A channel whose provider counts a message for more than one, if it is long; its ``rate`` is in what it counts."""

    def weight(self, message: Outbound) -> int:
        """How much of the rate the message takes, 1 or more."""
