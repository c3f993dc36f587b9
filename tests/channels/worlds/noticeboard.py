"""The noticeboard of ``docs/adding-a-channel.md``."""

import base64
from contextlib import AsyncExitStack
from typing import Any

from aiohttp import web

from channels.base import Channel
from tests.channels.noticeboard import BoardSettings, from_settings
from tests.channels.worlds.world import Called, Refusing, Seen
from tests.fakes.noticeboard import KEY, Board

_STATUS = {"busy": 503, "flood": 429, "gone": 410, "rejected": 400}


class Boards(Called, Refusing):
    name = "noticeboard"
    address = "anna & co"
    secrets = (KEY,)
    flood_pause = 7.0

    async def opened(self, stack: AsyncExitStack) -> Channel:
        self.board = await stack.enter_async_context(Board())
        self.contact = self.board.url
        channel = from_settings(
            BoardSettings.model_validate({"noticeboard_url": self.board.url, "noticeboard_key": KEY})
        )
        assert channel is not None
        return channel

    async def seen(self, at_least: int) -> list[Seen]:
        return [self._seen(note) for note in await self.board.pinned(self.address, at_least)]

    def _seen(self, note: dict[str, Any]) -> Seen:
        offered = note.get("choices", [])
        says = {one["label"]: one["says"] for one in offered if "says" in one}
        links = {one["label"]: one["opens"] for one in offered if "opens" in one}
        return Seen(note["text"], says, links, base64.b64decode(note.get("image", "")))

    def written(self, text: str) -> bytes:
        return self.board.written(self.address, text)

    async def bring(self, told: Any) -> bool:
        return await self.board.tell(self.url, told) == 200

    async def forged(self) -> list[int]:
        note = self.written("balance")
        return [await self.board.tell(self.url, note, signed) for signed in (None, "0" * 64, "ä")]

    async def refuse(self, kind: str) -> None:
        if kind == "silent":
            self.board.refusals.append(None)
            return
        words = f"No note for {self.address} with the key {KEY}"
        self.board.refusals.append(web.Response(status=_STATUS[kind], text=words, headers={"Retry-After": "7"}))
