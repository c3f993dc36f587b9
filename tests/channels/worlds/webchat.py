"""The web chat, in a window that Anna's browser has open."""

import json
from contextlib import AsyncExitStack
from itertools import count
from typing import Any

from aiohttp import ClientWebSocketResponse, WSMsgType, WSServerHandshakeError

from bot.messages import Line, Outbound
from channels.base import Channel
from channels.webchat.channel import WebChat
from channels.webchat.identity import COOKIE
from tests.cast import NOON
from tests.channels.worlds.world import Called, Seen
from tests.fakes.ports import PATIENCE

SECRET = "a secret of the web chat"


class Web(Called):
    name = "web"
    address = "anna-1234567890"
    secrets = (SECRET,)
    connects = False
    public = frozenset({"/chat/static/{name}", "/chat/colours/{colour}.css"})

    async def opened(self, stack: AsyncExitStack) -> Channel:
        self.chat = WebChat(secret=SECRET, public_url="http://127.0.0.1", poll=3600.0)
        self.cookie = f"{COOKIE}={self.chat.identity.sign(self.address)}"
        self.ids = count(1)
        self.lines: list[dict[str, Any]] = []
        self.window: ClientWebSocketResponse | None = None
        return self.chat

    async def send(self, message: Outbound) -> str:
        """What is sent stands in the transcript already, as the service writes it."""
        line = Line(message.id, True, message.text, NOON, message.buttons, message.picture)
        self.hub.lines.append((message.address, line))
        return await super().send(message)

    async def seen(self, at_least: int) -> list[Seen]:
        while len(self.lines) < at_least:
            await self._frame()
        return [await self._seen(line) for line in self.lines]

    async def _seen(self, line: dict[str, Any]) -> Seen:
        says = {one["label"]: one["says"] for one in line["buttons"] if "opens" not in one}
        links = {one["label"]: one["opens"] for one in line["buttons"] if "opens" in one}
        return Seen(line["text"], says, links, await self._image(line["picture"]["url"]) if "picture" in line else b"")

    async def _image(self, path: str) -> bytes:
        async with self.client.get(self.url + path) as answer:
            return await answer.read()

    async def _frame(self) -> dict[str, Any]:
        """The next thing that the window hears; nothing when it was closed."""
        if self.window is None:
            self.window = await self._opened(self.url)
        frame = await self.window.receive(timeout=PATIENCE)
        if frame.type is not WSMsgType.TEXT:
            self.window = None
            return {"closed": True}
        told: dict[str, Any] = json.loads(frame.data)
        self.lines += [line for line in told.get("lines", ()) if line["ours"]]
        return told

    async def _opened(self, origin: str, cookie: str | None = None) -> ClientWebSocketResponse:
        headers = {"Cookie": cookie or self.cookie, "Origin": origin}
        window = await self.client.ws_connect(f"{self.url}/chat/socket", headers=headers)
        return await self._stack.enter_async_context(window)

    def written(self, text: str) -> Any:
        return {"say": text, "id": str(next(self.ids))}

    async def bring(self, told: Any) -> bool:
        try:
            self.window = self.window or await self._opened(self.url)
        except WSServerHandshakeError:
            return False
        await self.window.send_json(told)
        while True:
            frame = await self._frame()
            if "lines" not in frame:
                return frame == {"took": told["id"]}

    async def forged(self) -> list[int]:
        """A foreign page opens the chat; whose cookie is not signed by us is somebody new, and not Anna."""
        try:
            await self._opened("https://elsewhere.example")
        except WSServerHandshakeError as error:
            return [error.status]
        return [200]
