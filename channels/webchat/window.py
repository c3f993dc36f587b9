"""One open chat window: what the visitor says goes to the hub, what the transcript gains comes back."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from bot.messages import Inbound
from channels.base import Hub
from channels.webchat.lines import Told, told
from channels.webchat.says import MAX_TEXT, Pace, read_before, read_say

log = structlog.get_logger()

PAGE = 50
LOOK_BACK = 10
"""So many of the newest lines are read again each time: a line that was written by a slower
transaction can appear after one with a greater id."""
_SOON = 0.05
"""Seconds; we may be woken a moment before the line can be read."""


class Window:
    """One WebSocket of one visitor, from its opening to its end."""

    def __init__(
        self, socket: web.WebSocketResponse, visitor: str, hub: Hub, *, after: int, locale: str, pace: Pace, poll: float
    ) -> None:
        self._socket, self._visitor, self._hub = socket, visitor, hub
        self._locale, self._pace, self._poll = locale, pace, poll
        self._after = after
        self._newest: list[int] = []
        self._awaited: set[int] = set()
        self._news = asyncio.Event()

    def wake(self, line: int = 0) -> None:
        """There may be new lines; ``line`` is the id of one of them, where it is known."""
        self._awaited.add(line)
        self._news.set()

    async def close(self) -> None:
        """Say goodbye; the browser comes back by itself."""
        await self._socket.close(code=WSCloseCode.GOING_AWAY)

    async def serve(self, heard: Callable[[], None]) -> None:
        """Until the socket ends; ``heard`` is called whenever the hub took something."""
        showing = asyncio.create_task(self._guard(self._show()))
        try:
            await self._guard(self._listen(heard))
        finally:
            showing.cancel()
            await asyncio.gather(showing, return_exceptions=True)

    async def _guard(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except ConnectionResetError:
            pass  # the visitor left; what was not confirmed comes again
        except Exception:
            log.exception("webchat.window_failed")
            await self._socket.close(code=WSCloseCode.INTERNAL_ERROR)

    async def _listen(self, heard: Callable[[], None]) -> None:
        async for frame in self._socket:
            if frame.type is not WSMsgType.TEXT:
                await self._socket.close(code=WSCloseCode.UNSUPPORTED_DATA)
                return
            before = read_before(frame.data)
            answer = await self._take(frame.data) if before is None else await self._earlier(before)
            if "took" in answer:
                heard()
            await self._socket.send_json(answer)

    async def _earlier(self, before: int) -> Told:
        """A page of what was said before a line."""
        lines = await self._hub.transcript("web", self._visitor, 0, PAGE, before)
        return _page("earlier", await told(self._hub, lines), more=len(lines) == PAGE)

    async def _take(self, frame: str) -> Told:
        say = read_say(frame)
        if say is None:
            return {"error": "not understood"}
        if not 0 < len(say.text) <= MAX_TEXT:
            return {"error": f"a message has 1 to {MAX_TEXT} characters", "id": say.id}
        if wait := self._pace.wait(self._visitor):
            return {"error": "slow down, please", "id": say.id, "retry": round(wait, 1)}
        name = f"{self._visitor}:{say.id}"
        inbound = Inbound("web", self._visitor, name, say.text, at=datetime.now(UTC), locale=self._locale)
        await self._hub.receive([inbound])
        return {"took": say.id}

    async def _show(self) -> None:
        """Send the newest page of the talk, if empty too, then each new line; always read, never remembered."""
        await self._socket.send_json(await self._unseen())
        pause = self._poll
        while True:
            woken = await self._woken(pause)
            awaited, self._awaited = self._awaited, set()
            # An answer is written with what it answers, so it has mostly been read before it is told of.
            if woken and awaited.issubset(self._newest):
                continue
            unseen = await self._unseen()
            if unseen["lines"]:
                await self._socket.send_json(unseen)
            late = woken and not (unseen["lines"] and awaited.issubset((0, *self._newest)))
            pause = _SOON if late else min(pause * 4, self._poll)

    async def _woken(self, pause: float) -> bool:
        """Whether there was news before the pause was over."""
        try:
            async with asyncio.timeout(pause):
                await self._news.wait()
        except TimeoutError:
            return False
        self._news.clear()
        return True

    async def _unseen(self) -> Told:
        """The newest page of lines that this window has not got yet; ``more``: there may be others before these."""
        cursor = self._newest[0] if len(self._newest) == LOOK_BACK else self._after
        lines = await self._hub.transcript("web", self._visitor, cursor, PAGE)
        known = set(self._newest)
        self._newest = sorted(known.union(line.id for line in lines))[-LOOK_BACK:]
        new = [line for line in lines if line.id not in known]
        return _page("lines", await told(self._hub, new), more=len(new) == PAGE)


def _page(name: str, lines: list[Told], *, more: bool) -> Told:
    return {name: lines, "more": True} if more else {name: lines}
