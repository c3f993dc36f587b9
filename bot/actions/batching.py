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
    when a whole batch fails, its items are tried one by one, so that one bad item harms no other.
    """

    def __init__(self, work: Work[Item, Result], *, most: int = 64) -> None:
        self._work = work
        self._most = most
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, item: Item) -> Result:
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._drain())
        return await future

    async def _drain(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
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
