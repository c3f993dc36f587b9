"""What providers say of messages later: it may come late, twice, out of order, or before we know the message's name."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import consent
from bot.clock import Clock
from bot.messages import Receipt
from bot.storage import receipts
from bot.storage.database import Database
from campaigns.fallback import elsewhere

EARLY = timedelta(seconds=60)
"""A callback can overtake the answer to the send that it is about; so long it is kept and tried again."""
MOST_EARLY = 10_000


class Receipts:
    """Takes receipts, and keeps those that nobody knows yet for a while."""

    def __init__(self, database: Database, channels: Collection[str], clock: Clock) -> None:
        self._database = database
        self._channels = channels
        self._clock = clock
        self._early: list[tuple[datetime, Receipt]] = []

    async def take(self, told: Sequence[Receipt]) -> None:
        """Write what they say; unknown ones wait."""
        now = self._clock()
        async with self._database.write() as tx:
            early = await self._unknown(tx, told, now)
        self._early = [*self._early, *((now + EARLY, receipt) for receipt in early)][-MOST_EARLY:]

    async def again(self) -> None:
        """Try those that came too early; the ones nobody ever knows are forgotten."""
        if not self._early:
            return
        now, waiting = self._clock(), self._early
        self._early = []
        try:
            async with self._database.write() as tx:
                unknown = set(await self._unknown(tx, [receipt for _, receipt in waiting], now))
            waiting = [(until, receipt) for until, receipt in waiting if receipt in unknown and until > now]
        finally:
            self._early = [*waiting, *self._early][-MOST_EARLY:]

    async def _unknown(self, tx: AsyncConnection, told: Sequence[Receipt], now: datetime) -> list[Receipt]:
        return [receipt for receipt in told if not await take(tx, receipt, self._channels, now)]


async def take(tx: AsyncConnection, told: Receipt, channels: Collection[str], now: datetime) -> bool:
    """Do what a provider's later word asks for; answers whether anything was known of it and changed."""
    taken = await receipts.take(tx, told, now)
    if taken is None:
        return False
    if told.opted_out:
        # However far the message got by then: who complains of it has mostly read it.
        return await consent.opted_out(tx, told.channel, taken.address, told.reason, now) or taken.moved
    if (taken.gone or (taken.moved and told.elsewhere)) and (instead := await elsewhere(tx, taken.id, channels, now)):
        await receipts.add_reason(tx, taken.id, instead)
    return taken.moved
