"""Pictures are drawn beside the event loop, a few at a time, and the newest are kept."""

import asyncio
import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

import structlog

from bot.messages import Picture
from bot.pictures.coverage import drawable

log = structlog.get_logger()
T = TypeVar("T")
_SIZES = 2_000
"""Of so many pictures the size is kept: of the last that were asked for."""


def fingerprint(picture: Picture) -> str:
    """The same for two pictures that look the same; the words beside a picture do not change it."""
    drawn = json.dumps([picture.kind, picture.data], sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(drawn.encode()).hexdigest()


class Gallery:
    """Draws pictures, at most ``at_once`` at a time, and keeps at most ``room`` bytes of the newest."""

    def __init__(self, room: int = 8 * 2**20, at_once: int = 2) -> None:
        self._room = room
        self._turns = asyncio.Semaphore(at_once)
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._held = 0
        self._sizes: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._being_drawn: dict[str, asyncio.Task[bytes | None]] = {}

    @property
    def held(self) -> int:
        """Bytes kept."""
        return self._held

    async def png(self, picture: Picture) -> bytes | None:
        """The picture as PNG, drawn once for all who ask at the same time.

        None when no font can write its words, or drawing fails: that costs the picture and not the words beside it.
        """
        key = fingerprint(picture)
        if (kept := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
            return kept
        if (task := self._being_drawn.get(key)) is None:
            task = asyncio.create_task(self._draw(key, picture))
            self._being_drawn[key] = task
            task.add_done_callback(lambda _: self._being_drawn.pop(key))
        # Who asked first may go away; the others still want it.
        return await asyncio.shield(task)

    async def size(self, picture: Picture) -> tuple[int, int] | None:
        """Its width and height in pixels, for which nothing is drawn; None when it cannot be."""
        key = fingerprint(picture)
        size = self._sizes.pop(key, None) or await self._beside(_measured, picture)
        if size is not None:
            self._sizes[key] = size
            if len(self._sizes) > _SIZES:
                self._sizes.popitem(last=False)
        return size

    async def _draw(self, key: str, picture: Picture) -> bytes | None:
        png = await self._beside(_rendered, picture)
        if png is not None:
            self._keep(key, png)
        return png

    async def _beside(self, work: Callable[[Picture], T | None], picture: Picture) -> T | None:
        async with self._turns:
            try:
                return await asyncio.to_thread(work, picture)
            except Exception:
                log.exception("picture_not_drawn", kind=picture.kind)
                return None

    def _keep(self, key: str, png: bytes) -> None:
        self._kept[key] = png
        self._held += len(png)
        while self._held > self._room:
            _, oldest = self._kept.popitem(last=False)
            self._held -= len(oldest)


def _rendered(picture: Picture) -> bytes | None:
    if not drawable(picture):
        return None
    # Drawing brings in Pillow, which a process that never draws does without.
    from bot.pictures.drawing import render

    return render(picture)


def _measured(picture: Picture) -> tuple[int, int] | None:
    if not drawable(picture):
        return None
    from bot.pictures.drawing import laid_out

    return laid_out(picture).size()
