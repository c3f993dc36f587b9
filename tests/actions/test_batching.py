import asyncio
from collections.abc import Sequence

import pytest

from bot.actions.batching import Batcher
from tests.fakes.ports import PATIENCE


class Counter:
    """Work that doubles numbers, and can be held up and told to fail."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.may_go = asyncio.Event()
        self.may_go.set()
        self.began = asyncio.Event()
        self.bad: set[int] = set()

    async def __call__(self, items: Sequence[int]) -> list[int | Exception]:
        self.batches.append(list(items))
        self.began.set()
        await self.may_go.wait()
        if self.bad & set(items):
            raise OSError(f"no {items}")
        return [ValueError(f"odd {item}") if item % 2 else item * 2 for item in items]


async def results(batcher: Batcher[int, int], *items: int) -> list[int | BaseException]:
    return await asyncio.gather(*map(batcher, items), return_exceptions=True)


async def test_alone_a_call_is_a_batch_of_one() -> None:
    work = Counter()
    assert await Batcher(work)(2) == 4
    assert work.batches == [[2]]


async def test_what_arrives_during_a_commit_goes_together_and_in_order() -> None:
    work = Counter()
    work.may_go.clear()
    batcher = Batcher(work)
    first = asyncio.create_task(batcher(2))
    await work.began.wait()
    rest = asyncio.create_task(results(batcher, 4, 6, 8))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    work.may_go.set()
    assert (await first, await rest) == (4, [8, 12, 16])
    assert work.batches == [[2], [4, 6, 8]]


async def test_a_batch_has_its_largest_size() -> None:
    work = Counter()
    assert await results(Batcher(work, most=3), *range(0, 14, 2)) == [0, 4, 8, 12, 16, 20, 24]
    assert work.batches == [[0, 2, 4], [6, 8, 10], [12]]


async def test_each_caller_gets_their_own_error() -> None:
    good, bad = await results(Batcher(Counter()), 2, 3)
    assert good == 4
    assert isinstance(bad, ValueError)


async def test_when_a_batch_fails_one_bad_item_harms_no_other() -> None:
    work = Counter()
    work.bad = {4}
    first, bad, last = await results(Batcher(work), 2, 4, 6)
    assert (first, last) == (4, 12)
    assert str(bad) == "no [4]"
    assert work.batches == [[2, 4, 6], [2], [4], [6]]


async def test_it_goes_on_after_an_error() -> None:
    work = Counter()
    work.bad = {4}
    batcher = Batcher(work)
    await results(batcher, 4)
    assert await batcher(2) == 4


async def test_a_caller_who_went_away_keeps_nobody_waiting() -> None:
    work = Counter()
    work.may_go.clear()
    batcher = Batcher(work)
    impatient, patient = asyncio.create_task(batcher(2)), asyncio.create_task(batcher(4))
    await work.began.wait()
    impatient.cancel()
    work.may_go.set()
    assert await patient == 8
    with pytest.raises(asyncio.CancelledError):
        await impatient
    assert await batcher(6) == 12


async def test_when_the_work_is_cancelled_nobody_waits_for_ever() -> None:
    started = asyncio.Event()

    async def cancelled(items: Sequence[int]) -> list[int | Exception]:
        started.set()
        await asyncio.sleep(0)
        raise asyncio.CancelledError

    batcher = Batcher(cancelled, most=1)
    waiting = [asyncio.create_task(batcher(n)) for n in (1, 2, 3)]
    async with asyncio.timeout(PATIENCE):
        done = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(one) for one in done] == [asyncio.CancelledError] * 3


async def test_more_than_fits_one_batch_is_all_answered() -> None:
    assert await results(Batcher(Counter(), most=7), *range(0, 400, 2)) == [2 * n for n in range(0, 400, 2)]
