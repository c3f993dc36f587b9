"""What each sender may still send: budgets as rows, so that they hold for all processes together.

The generic cell rate algorithm (GCRA): a row holds the theoretical time at which the sender would have sent
everything so far at exactly its rate. How far that lies ahead says how much of the burst is used up.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import sets
from bot.storage.tables import senders
from bot.storage.types import to_micros

_LOCK = select(senders).where(senders.c.sender == bindparam("name")).with_for_update()
_SPEND = update(senders).where(senders.c.sender == bindparam("name")).values(theoretical_at=bindparam("new"))
_PAUSE = (
    update(senders)
    .where(
        senders.c.sender == bindparam("name"),
        or_(senders.c.paused_until.is_(None), senders.c.paused_until < bindparam("until")),
    )
    .values(paused_until=bindparam("until"))
)


@dataclass(frozen=True, slots=True)
class Budget:
    """What a sender may send on its own account at this moment, ``rate`` a second."""

    sender: str
    rate: float
    now: datetime
    theoretical_at: datetime
    paused_until: datetime | None

    @property
    def left(self) -> int:
        """Messages that may go now, if the sender is not paused; a second's worth at most."""
        ahead = max(timedelta(0), self.theoretical_at - self.now).total_seconds()
        # A hair of slack, or the last microsecond lost to rounding costs a message its turn.
        return max(0, int(self._burst - ahead * self.rate + 1e-4))

    @property
    def next_at(self) -> datetime:
        """When one more message may go."""
        if self.paused_until is not None and self.paused_until > self.now:
            return self.paused_until
        return max(self.now, self.theoretical_at - timedelta(seconds=(self._burst - 1) / self.rate))

    def after(self, count: int) -> "Budget":
        """What is left when ``count`` messages are sent."""
        ahead = max(self.theoretical_at, self.now) + timedelta(seconds=count / self.rate)
        return Budget(self.sender, self.rate, self.now, ahead, self.paused_until)

    @property
    def _burst(self) -> int:
        return max(1, int(self.rate))


async def lock(tx: AsyncConnection, sender: str, rate: float, now: datetime) -> Budget:
    """The budget, held until the transaction ends."""
    row = (await tx.execute(_LOCK, {"name": sender})).first()
    if row is None:
        await sets.insert(tx, senders, ("sender", "theoretical_at"), [(sender, to_micros(now))], or_skip=True)
        row = (await tx.execute(_LOCK, {"name": sender})).one()
    return Budget(sender, rate, now, row.theoretical_at, row.paused_until)


async def spend(tx: AsyncConnection, budget: Budget, count: int) -> Budget:
    """Take ``count`` messages out of a locked budget; answers what is left."""
    if count == 0:
        return budget
    after = budget.after(count)
    await tx.execute(_SPEND, {"name": budget.sender, "new": after.theoretical_at})
    return after


async def pause(tx: AsyncConnection, sender: str, until: datetime, now: datetime) -> None:
    """Nothing of this sender leaves before ``until``, from any process."""
    await sets.insert(tx, senders, ("sender", "theoretical_at"), [(sender, to_micros(now))], or_skip=True)
    await tx.execute(_PAUSE, {"name": sender, "until": until})
