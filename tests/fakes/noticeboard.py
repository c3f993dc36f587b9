"""The noticeboard of ``docs/adding-a-channel.md`` on this machine: its boards, and what people pin up there."""

import asyncio
import json
from collections import defaultdict, deque
from itertools import count
from typing import Any

from aiohttp import web

from tests.channels.noticeboard.channel import PATH, ROOM, SIGNATURE, signature
from tests.fakes.ports import PATIENCE
from tests.fakes.serving import Served

KEY = "the-key-of-the-noticeboard"


class Board(Served):
    """``async with Board() as board``: ``board.url`` and ``KEY`` are what the channel is set up with."""

    def __init__(self) -> None:
        super().__init__(web.post("/boards/{board}/notes", self._pin))
        self.notes: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.refusals: deque[web.Response | None] = deque()
        """Answers to the next notes; None closes the connection without one."""
        self._pinned = asyncio.Condition()
        self._ids = count(1)

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
        async with self.outward.post(url + PATH, data=note, headers=headers) as answer:
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
