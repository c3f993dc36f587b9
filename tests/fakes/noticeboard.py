"""The noticeboard of ``docs/adding-a-channel.md`` on this machine: its boards, and what people pin up there."""

import asyncio
import json
from collections import defaultdict, deque
from itertools import count
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientSession, web

from tests.channels.noticeboard.channel import PATH, ROOM, SIGNATURE, signature
from tests.fakes.ports import PATIENCE

KEY = "the-key-of-the-noticeboard"


class Board:
    """``async with Board() as board``: ``board.url`` and ``KEY`` are what the channel is set up with."""

    def __init__(self) -> None:
        self.url = ""
        self.notes: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.refusals: deque[web.Response | None] = deque()
        """Answers to the next notes; None closes the connection without one."""
        self._pinned = asyncio.Condition()
        self._ids = count(1)
        app = web.Application()
        app.add_routes([web.post("/boards/{board}/notes", self._pin)])
        self._runner = web.AppRunner(app, access_log=None)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        self._outward = ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._outward.close()
        await self._runner.cleanup()

    async def pinned(self, board: str, at_least: int) -> list[dict[str, Any]]:
        """Our notes on a board, once there are so many."""
        async with asyncio.timeout(PATIENCE), self._pinned:
            await self._pinned.wait_for(lambda: len(self.notes[board]) >= at_least)
        return self.notes[board]

    def written(self, board: str, text: str) -> bytes:
        """A note that somebody pins up, as the webhook is told of it."""
        return json.dumps({"id": f"note-{next(self._ids)}", "board": board, "text": text}).encode()

    async def tell(self, url: str, note: bytes, signed: str | None = "") -> int:
        """Tell the service of a note; ``signed`` in place of the right signature (None: without)."""
        headers = {} if signed is None else {SIGNATURE: signed or signature(KEY, note)}
        async with self._outward.post(url + PATH, data=note, headers=headers) as answer:
            return answer.status

    async def _pin(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return web.Response(status=401)
        if self.refusals:
            refusal = self.refusals.popleft()
            if refusal is None and request.transport:
                request.transport.abort()
            return refusal or web.Response()
        note = await request.json()
        if len(note["text"]) > ROOM:
            return web.Response(status=400, text="a note has 500 characters")
        async with self._pinned:
            self.notes[request.match_info["board"]].append(note)
            self._pinned.notify_all()
        return web.json_response({"id": next(self._ids)}, status=201)
