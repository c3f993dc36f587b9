"""The way out for every message: claimed with a lease, checked once more, sent, settled."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.addressing import GONE
from bot.clock import Clock, system_clock
from bot.messages import Outbound, Purpose, Receipt
from bot.storage import attempts, leases, recipients, senders
from bot.storage.database import Database
from bot.storage.leases import LEASE, Leased
from bot.storage.programmes import Programmes
from campaigns.checks import check
from campaigns.fallback import elsewhere
from campaigns.receipts import Receipts
from campaigns.sending import Sending
from campaigns.settling import Settler
from campaigns.windows import WINDOW_OVER, as_taken
from channels.base import Channel, Weighing

log = structlog.get_logger()

BATCH = 100
"""Messages leased at a time: what a killed process leaves unknown is no more than these."""
PATIENCE = timedelta(seconds=30)
"""How long ``drain`` waits for a sender's budget."""


class Delivery:
    """Sends what is in the outbox through the channels that are on. ``clock`` is real time: leases and budgets
    follow it, even when a command is told another time for what is due.
    """

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        clock: Clock = system_clock,
        *,
        programmes: Programmes | None = None,
        unsubscribe_url: Callable[[str, str], str] | None = None,
    ) -> None:
        self._database = database
        self._channels = channels
        self._clock = clock
        self._programmes = programmes or Programmes(clock)
        self._settler = Settler(database, clock)
        self._sending = Sending(database, channels, clock, self._settler, unsubscribe_url)
        self._receipts = Receipts(database, channels, clock)
        self._next: datetime | None = None
        self._closing = False

    async def send_now(self, messages: Sequence[Outbound]) -> None:
        """Send what a conversation has just committed as leased. How it ended is written a moment later."""
        now = self._clock()
        await self._sending.send([Leased(message, 1, now + LEASE, now) for message in messages], now)

    async def deliver_due(self, now: datetime | None = None) -> int:
        """Send all that is due (by ``now``; default: the clock) and that the budgets allow; answers how many left."""
        total, busy = 0, True
        await self._receipts.again()
        while busy and not self._closing:
            busy, self._next, due = False, None, now or self._clock()
            async with self._database.read() as tx:
                waiting = await leases.due_channels(tx, self._channels.keys(), due)
            for name in waiting:
                claimed, ready = await self._claim(self._channels[name], due)
                total += await self._sending.send(ready, due)
                busy = busy or claimed > 0
            await self._settler.flush()
        return total

    async def drain(self, now: datetime) -> int:
        """Send all that is due by ``now``, waiting for the senders' budgets; what has to wait long stays queued."""
        total = await self.deliver_due(now)
        while self._next is not None and self._next - self._clock() < PATIENCE:
            await asyncio.sleep(max(0.0, (self._next - self._clock()).total_seconds()))
            total += await self.deliver_due(now)
        return total

    async def recover(self) -> int:
        """Look for leases that ran out; answers how many there were."""
        async with self._database.write() as tx:
            found = await attempts.recover(tx, self._clock())
        if found:
            log.warning("leases_ran_out", messages=found)
        return found

    async def settle_receipts(self, receipts: Sequence[Receipt]) -> None:
        """Take what providers say of messages sent earlier."""
        await self._receipts.take(receipts)

    async def flush(self) -> None:
        """Return when everything sent so far is written down."""
        await self._settler.flush()

    async def close(self) -> None:
        """Begin nothing new, and write down how what is under way ended."""
        self._closing = True
        await self._sending.idle()
        await self._settler.flush()

    async def _claim(self, channel: Channel, due: datetime) -> tuple[int, list[Leased]]:
        """How many were claimed, and those of them that may leave now.

        Replies go first and free of charge; notices and then marketing as far as the budget goes.
        """
        clock = self._clock()
        async with self._database.write() as tx:
            budget = await senders.lock(tx, channel.sender, channel.rate, clock)
            if budget.paused_until is not None and budget.paused_until > clock:
                self._sending.pause(channel.sender, budget.paused_until)
                self._wait_until(budget.next_at)
                return 0, []
            leased = await leases.claim(tx, channel.name, Purpose.REPLY, due, BATCH, clock + LEASE)
            left = min(budget.left, BATCH)
            for purpose in (Purpose.NOTICE, Purpose.MARKETING):
                if left > 0:
                    more = await leases.claim(tx, channel.name, purpose, due, left, clock + LEASE)
                    leased, left = leased + more, left - len(more)
            ready = await self._checked(tx, leased, due)
            paying = [lease.message for lease in ready if lease.message.purpose is not Purpose.REPLY]
            budget = await senders.spend(tx, budget, _weight(channel, paying))
        if not budget.left:
            self._wait_until(budget.next_at)
        return len(leased), ready

    async def _checked(self, tx: AsyncConnection, leased: Sequence[Leased], due: datetime) -> list[Leased]:
        """Those that may still leave; the others are settled with the reason."""
        if not leased:
            return []
        programme = await self._programmes.current(tx)
        quiet, own = programme.quiet_hours, programme.zone
        known = await recipients.standing(tx, leased)
        ended, ready = [], []
        for queued in leased:
            standing = known[queued.message.id]
            lease = replace(queued, message=as_taken(queued.message, standing, due, programme))
            zone = ZoneInfo(standing.timezone) if standing.timezone else own
            no = check(lease, standing, due, zone, quiet)
            if no is not None and no.reason in (GONE, WINDOW_OVER):
                no = replace(no, reason=no.reason + await elsewhere(tx, no.id, self._channels, due))
            if no is None:
                ready.append(lease)
            else:
                ended.append(no)
        await attempts.settle(tx, ended, self._clock())
        return ready

    def _wait_until(self, moment: datetime) -> None:
        self._next = moment if self._next is None else min(self._next, moment)


def _weight(channel: Channel, messages: Sequence[Outbound]) -> int:
    return sum(map(channel.weight, messages)) if isinstance(channel, Weighing) else len(messages)
