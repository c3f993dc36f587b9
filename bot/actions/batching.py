"""The micro-batcher: concurrent single calls joined into one transaction (group commit)."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Batcher(Generic[Item, Result]):
    """Collects what arrives while the last batch is being committed, and then works on all of it at once.

    Nobody waits for a batch to fill: alone, a call is a batch of one. Each caller gets its own result or error;
    when a whole batch fails, its items are tried one by one, so that one bad item harms no other.
    """

    def __init__(
        self, work: Callable[[Sequence[Item]], Awaitable[Sequence[Result | Exception]]], *, most: int = 64
    ) -> None:
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
            for (_, future), result in zip(batch, await self._results([item for item, _ in batch]), strict=True):
                if future.done():
                    continue
                if isinstance(result, Exception):
                    future.set_exception(result)
                else:
                    future.set_result(result)

    async def _results(self, items: Sequence[Item]) -> list[Result | Exception]:
        [done] = await asyncio.gather(self._work(items), return_exceptions=True)
        if not isinstance(done, BaseException):
            return list(done)
        if not isinstance(done, Exception):
            raise done
        if len(items) == 1:
            return [done]
        return [result for item in items for result in await self._results([item])]
