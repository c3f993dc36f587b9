"""The scheduler: it only wakes, and it never lets go of what is under way."""

import asyncio

import pytest
from structlog.testing import capture_logs

from campaigns.scheduler import Scheduler
from tests.fakes.ports import PATIENCE


class Work:
    """Counts its rounds; while closed, a round does not end."""

    def __init__(self) -> None:
        self.rounds = 0
        self.begun = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()
        self.errors: list[Exception] = []

    async def __call__(self) -> None:
        self.begun.set()
        await self.open.wait()
        if self.errors:
            raise self.errors.pop()
        self.rounds += 1

    async def next_round(self) -> None:
        self.begun.clear()
        await self.begun.wait()


async def test_everything_is_looked_at_once_at_the_start() -> None:
    works = [Work(), Work(), Work()]
    scheduler = Scheduler(schedules=works[0], deliver=works[1], recover=works[2])
    scheduler.start()
    for work in works:
        await work.begun.wait()
    await scheduler.close()
    assert [work.rounds for work in works] == [1, 1, 1]


async def test_a_wake_up_during_a_round_means_one_more_round() -> None:
    work = Work()
    work.open.clear()
    scheduler = Scheduler(deliver=work)
    scheduler.start()
    await work.begun.wait()
    for _ in range(5):
        scheduler.wake()
    work.open.set()
    await work.next_round()
    await scheduler.close()
    assert work.rounds == 2


async def test_delivery_is_woken_by_the_timer_without_anybody_asking() -> None:
    work = Work()
    scheduler = Scheduler(deliver=work)
    scheduler.start()
    await work.begun.wait()
    await asyncio.wait_for(work.next_round(), PATIENCE)
    await scheduler.close()
    assert work.rounds >= 2


async def test_closing_finishes_what_is_under_way_and_begins_nothing_new() -> None:
    work = Work()
    work.open.clear()
    scheduler = Scheduler(schedules=work)
    scheduler.start()
    await work.begun.wait()
    closing = asyncio.create_task(scheduler.close())
    await asyncio.sleep(0)
    assert not closing.done()
    work.open.set()
    await closing
    assert work.rounds == 1


async def test_a_round_that_fails_is_logged_without_its_text_and_the_next_one_comes() -> None:
    work = Work()
    work.errors = [ValueError("+36201234567")]
    scheduler = Scheduler(deliver=work)
    with capture_logs() as logs:
        scheduler.start()
        await work.begun.wait()
        scheduler.wake()
        await work.next_round()
        await scheduler.close()
    assert {"event": "round_failed", "round": "deliver", "error": "ValueError", "log_level": "error"} in logs
    assert "+36201234567" not in str(logs)
    assert work.rounds == 1


@pytest.mark.parametrize("role", ["schedules", "recover"])
async def test_a_process_without_delivery_is_woken_in_vain(role: str) -> None:
    work = Work()
    scheduler = Scheduler(**{role: work})
    scheduler.start()
    await work.begun.wait()
    scheduler.wake()
    await scheduler.close()
    assert work.rounds == 1
