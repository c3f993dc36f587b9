"""The micro-batcher: concurrent single calls joined into one transaction (group commit)."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
Work = Callable[[Sequence[Item]], Awaitable[Sequence[Result | Exception]]]


class Batcher(Generic[Item, Result]):
    """Collects what arrives while the last batch is being committed, and then works on all of it at once.

    Nobody waits for a batch to fill: alone, a call is a batch of one. Each caller gets its own result or error;
    when a whole batch fails, its items are tried one by one, so that one bad item harms no other. With several
    ``lanes`` the next batch begins while the last one waits for the disk; what must stay in order has one.
    """

    def __init__(self, work: Work[Item, Result], *, most: int = 64, lanes: int = 1) -> None:
        self._work = work
        self._most = most
        self._lanes = lanes
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._busy = 0

    async def __call__(self, item: Item) -> Result:
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._busy < self._lanes:
            self._busy += 1
            task = asyncio.create_task(self._drain())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await future

    async def _drain(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                await self._finish(batch)
        finally:
            self._busy -= 1

    async def _finish(self, batch: Sequence[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            results = await each(self._work, [item for item, _ in batch])
        except asyncio.CancelledError:
            # The loop is being closed: whoever waits is to end too, not to wait for ever.
            for _, future in (*batch, *self._waiting):
                future.cancel()
            self._waiting = []
            raise
        for (_, future), result in zip(batch, results, strict=True):
            if future.done():
                continue
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)


async def each(work: Work[Item, Result], items: Sequence[Item]) -> list[Result | Exception]:
    """A result or error for each item; when the whole fails, the items are tried one by one."""
    [done] = await asyncio.gather(work(items), return_exceptions=True)
    if not isinstance(done, BaseException):
        return list(done)
    if not isinstance(done, Exception):
        raise done
    if len(items) == 1:
        return [done]
    return [result for item in items for result in await each(work, [item])]
