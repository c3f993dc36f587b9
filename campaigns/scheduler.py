"""What happens by itself. APScheduler only wakes; the database decides what is due, so any node may wake any time."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

log = structlog.get_logger()

Work = Callable[[], Awaitable[object]]
GRACE = 3600
"""Seconds: a wake-up that is late is still a wake-up."""


class _Round:
    """Work that is done whenever it is woken, one time after the other; woken while at work, once more."""

    def __init__(self, name: str, work: Work) -> None:
        self.name = name
        self._work = work
        self._woken = asyncio.Event()
        self._closing = False

    def wake(self) -> None:
        self._woken.set()

    def close(self) -> None:
        self._closing = True
        self._woken.set()

    async def run(self) -> None:
        while True:
            await self._woken.wait()
            if self._closing:
                return
            self._woken.clear()
            (failed,) = await asyncio.gather(self._work(), return_exceptions=True)
            if isinstance(failed, Exception):
                # The next wake-up tries again. Texts of database errors hold parameters, so only the type is told.
                log.error("round_failed", round=self.name, error=type(failed).__name__)


class Scheduler:
    """Runs rounds of work; a role that this process does not play is None.

    ``schedules`` looks for campaigns whose time has come, ``deliver`` (which first reads the news of activities)
    sends what is due, ``recover`` looks for leases that ran out.
    """

    def __init__(
        self, *, schedules: Work | None = None, deliver: Work | None = None, recover: Work | None = None
    ) -> None:
        planned = (("schedules", schedules, 30), ("deliver", deliver, 1), ("recover", recover, 15))
        self._rounds = {name: (_Round(name, work), seconds) for name, work, seconds in planned if work is not None}
        self._timer = AsyncIOScheduler(timezone="UTC")
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin; everything is looked at once straight away."""
        for name, (round_, seconds) in self._rounds.items():
            self._tasks.append(asyncio.create_task(round_.run(), name=f"round:{name}"))
            self._timer.add_job(
                round_.wake,
                IntervalTrigger(seconds=seconds, timezone="UTC"),
                max_instances=1,
                coalesce=True,
                misfire_grace_time=GRACE,
            )
            round_.wake()
        self._timer.start()

    def wake(self) -> None:
        """There is something to deliver."""
        if "deliver" in self._rounds:
            self._rounds["deliver"][0].wake()

    async def close(self) -> None:
        """Finish what is under way and begin nothing new."""
        if self._timer.running:
            self._timer.shutdown(wait=False)
        for round_, _ in self._rounds.values():
            round_.close()
        await asyncio.gather(*self._tasks)
