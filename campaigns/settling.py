"""Writing down how sends ended: those that end at about the same time share one statement and one commit."""

import asyncio
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.storage import attempts
from bot.storage.attempts import Settled
from bot.storage.database import Database

log = structlog.get_logger()

GATHER = timedelta(milliseconds=10)
"""How long endings wait for company; nobody waits for them meanwhile."""
AGAIN = timedelta(seconds=1)


class Settler:
    """Takes endings at once and writes them in the background."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._waiting: list[Settled] = []
        self._task: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()

    def put(self, ended: Settled) -> None:
        self._waiting.append(ended)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write_all())

    async def flush(self) -> None:
        """Return when all that was put is written, or could not be: then the leases run out, and it shows."""
        self._hurry.set()
        try:
            while self._task is not None and not self._task.done():
                await asyncio.shield(self._task)
        finally:
            self._hurry.clear()

    async def _write_all(self) -> None:
        while self._waiting:
            await self._pause(GATHER)
            batch, self._waiting = self._waiting, []
            try:
                async with self._database.write() as tx:
                    await attempts.settle(tx, batch, self._clock())
            except (SQLAlchemyError, OSError) as error:
                log.error("settling_failed", messages=len(batch), error=type(error).__name__)
                if not self._hurry.is_set():
                    self._waiting = batch + self._waiting
                    await self._pause(AGAIN)

    async def _pause(self, length: timedelta) -> None:
        if self._hurry.is_set():
            return
        try:
            await asyncio.wait_for(self._hurry.wait(), length.total_seconds())
        except TimeoutError:
            return
