"""Handing messages to channels: each chat in order, many chats at once, every answer turned into an ending."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import consent
from bot.clock import Clock
from bot.errors import AddressGone, Rejected, RetryLater, SendError
from bot.messages import Outbound, Purpose
from bot.storage import recipients, senders
from bot.storage.attempts import Settled
from bot.storage.database import Database
from bot.storage.leases import Leased
from campaigns.fallback import elsewhere
from campaigns.retries import LEFT_UNKNOWN, put_back, refused, sender_pause, sent
from campaigns.settling import Settler
from channels.base import Channel

log = structlog.get_logger()

PARALLEL = 16
"""Chats of one batch that are written to at a time."""
TIMEOUT = timedelta(seconds=30)
"""For one message; well below the lease, so that nobody else begins while we are still waiting."""

Chat = tuple[str, str]


class Sending:
    """Knows which senders are paused, and how each attempt ended."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        clock: Clock,
        settler: Settler,
        unsubscribe_url: Callable[[str, str], str] | None,
    ) -> None:
        self._database = database
        self._channels = channels
        self._clock = clock
        self._settler = settler
        self._unsubscribe_url = unsubscribe_url
        self._paused: dict[str, datetime] = {}
        self._locks: WeakValueDictionary[Chat, asyncio.Lock] = WeakValueDictionary()
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def pause(self, sender: str, until: datetime) -> None:
        """Nothing of this sender leaves here before ``until``."""
        self._paused[sender] = max(until, self._paused.get(sender, until))

    async def idle(self) -> None:
        """Return when nothing is under way."""
        await self._idle.wait()

    async def send(self, leased: Sequence[Leased], now: datetime) -> int:
        """Send; answers how many left. What has to be tried again waits from ``now`` on."""
        chats: dict[Chat, list[Leased]] = {}
        for lease in leased:
            chats.setdefault((lease.message.channel, lease.message.address), []).append(lease)
        self._under_way += 1
        self._idle.clear()
        try:
            if len(chats) == 1:
                return await self._chat(*chats.popitem(), now)
            gate = asyncio.Semaphore(PARALLEL)
            return sum(
                await asyncio.gather(*(self._gated(gate, chat, waiting, now) for chat, waiting in chats.items()))
            )
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    async def _gated(self, gate: asyncio.Semaphore, chat: Chat, waiting: Sequence[Leased], now: datetime) -> int:
        async with gate:
            return await self._chat(chat, waiting, now)

    async def _chat(self, chat: Chat, waiting: Sequence[Leased], now: datetime) -> int:
        lock = self._locks.get(chat)
        if lock is None:
            lock = self._locks[chat] = asyncio.Lock()
        left, held = 0, None
        async with lock:
            for lease in waiting:
                # What follows a message that has to wait waits with it, or the chat would be out of order.
                ended = put_back(lease, held) if held else await self._attempt(lease, now)
                self._settler.put(ended)
                # Behind one that closed the address, the rest is looked at anew before anything leaves.
                held, left = now if ended.closed else ended.due_at, left + (ended.state == "sent")
        return left

    async def _attempt(self, lease: Leased, now: datetime) -> Settled:
        channel, clock = self._channels.get(lease.message.channel), self._clock()
        if channel is None or clock > lease.lease_until - TIMEOUT:
            return put_back(lease, clock)
        paused = self._paused.get(channel.sender)
        if paused is not None and paused > clock:
            return put_back(lease, paused)
        (answer,) = await asyncio.gather(self._hand_over(channel, lease.message), return_exceptions=True)
        if isinstance(answer, str):
            return sent(lease, answer)
        return await self._refused(channel, lease, _as_send_error(channel, lease, answer), now)

    async def _hand_over(self, channel: Channel, message: Outbound) -> str:
        async with asyncio.timeout(TIMEOUT.total_seconds()):
            return await channel.send(self._complete(message))

    async def _refused(self, channel: Channel, lease: Leased, error: SendError, now: datetime) -> Settled:
        clock = self._clock()
        ended = refused(lease, error, max(now, clock))
        log.info("send_refused", channel=channel.name, message=lease.message.id, code=error.code, state=ended.state)
        if isinstance(error, RetryLater) and error.whole_sender:
            until = sender_pause(error, clock)
            self.pause(channel.sender, until)
            async with self._database.write() as tx:
                await senders.pause(tx, channel.sender, until, clock)
        elif isinstance(error, AddressGone):
            async with self._database.write() as tx:
                instead = await self._gone(tx, lease.message, error, now)
            ended = replace(ended, reason=f"{ended.reason}{instead}", closed=True)
        elif isinstance(error, Rejected) and error.elsewhere:
            async with self._database.write() as tx:
                instead = await elsewhere(tx, lease.message.id, self._channels, now)
            ended = replace(ended, reason=f"{ended.reason}{instead}")
        return ended

    async def _gone(self, tx: AsyncConnection, message: Outbound, error: AddressGone, now: datetime) -> str:
        """Who opted out with the provider is not followed to another address."""
        if error.opted_out:
            await consent.opted_out(tx, message.channel, message.address, error.reason, self._clock())
            return ""
        await recipients.mark_gone(tx, message.channel, message.address, self._clock())
        return await elsewhere(tx, message.id, self._channels, now)

    def _complete(self, message: Outbound) -> Outbound:
        if self._unsubscribe_url is None or message.purpose is not Purpose.MARKETING or message.channel != "email":
            return message
        return replace(message, unsubscribe_url=self._unsubscribe_url(message.channel, message.address))


def _as_send_error(channel: Channel, lease: Leased, error: BaseException) -> SendError:
    if isinstance(error, SendError):
        return error
    if isinstance(error, TimeoutError):
        return RetryLater("no answer in time", code=LEFT_UNKNOWN)
    if not isinstance(error, Exception):
        raise error
    log.error("send_broke", channel=channel.name, message=lease.message.id, exc_info=error)
    # The text of an error that nobody foresaw may hold anything, so only its type is kept.
    return RetryLater(f"fault: {type(error).__name__}", code=LEFT_UNKNOWN)
