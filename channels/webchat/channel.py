"""The web chat as a channel: the conversation itself is the mailbox, a later visit shows it."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable

from aiohttp import WSCloseCode, web
from yarl import URL

from bot.messages import Outbound
from channels.base import Hub
from channels.webchat import pages
from channels.webchat.identity import Identity, new_visitor
from channels.webchat.says import Pace
from channels.webchat.window import Window

MAX_FRAME = 16 * 1024
MAX_WINDOWS = 10
"""Of one visitor at a time."""
SAYS, SAYS_SECONDS = 20, 10.0
_HEARTBEAT = 25.0
"""Seconds; below the idle limit of common proxies (60)."""


class WebChat:
    """``secret`` signs the visitors' cookies; within ``poll`` seconds lines show that another process wrote."""

    name = "web"
    sender = "web"
    rate = 1000.0
    contact = None

    def __init__(
        self, *, secret: str, public_url: str, poll: float = 3.0, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        url = URL(public_url)
        self._origin, self._secure = str(url.origin()), url.scheme == "https"
        self.identity = Identity(secret, secure=self._secure)
        self._poll = poll
        self._pace = Pace(SAYS, SAYS_SECONDS, monotonic)
        self._windows: defaultdict[str, set[Window]] = defaultdict(set)
        self._hub: Hub | None = None

    async def start(self, hub: Hub, *, listen: bool) -> None:
        """Nothing is fetched from outside, so ``listen`` changes nothing."""
        self._hub = hub

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/chat", self._page),
            web.get("/chat/socket", self._socket),
            web.get("/chat/static/{name}", pages.asset),
        ]

    async def send(self, message: Outbound) -> str:
        """The message is in the transcript already: only tell the visitor's open windows."""
        self._wake(message.address)
        return f"web:{message.id}"

    async def close(self) -> None:
        self._hub = None
        await asyncio.gather(*(window.close() for windows in self._windows.values() for window in windows))

    @property
    def open_windows(self) -> int:
        """How many chats are open in this process."""
        return sum(map(len, self._windows.values()))

    def _wake(self, visitor: str) -> None:
        for window in self._windows.get(visitor, ()):
            window.wake()

    async def _page(self, request: web.Request) -> web.Response:
        if self._hub is None:
            raise web.HTTPServiceUnavailable
        response = pages.page(await self._hub.programme_name(), request.headers.get("Accept-Language", ""))
        self.identity.hand_out(response, self.identity.visitor(request) or new_visitor())
        return response

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        if not self._same_origin(request):
            raise web.HTTPForbidden
        known = self.identity.visitor(request)
        visitor = known or new_visitor()
        if len(self._windows.get(visitor, ())) >= MAX_WINDOWS:
            raise web.HTTPTooManyRequests
        # A short time-out, because a browser that is gone must not hold up our own end.
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=MAX_FRAME, compress=False, timeout=1.0)
        if known is None:  # the chat on a page that hands out no cookie
            self.identity.hand_out(socket, visitor)
        await socket.prepare(request)
        if self._hub is None:
            await socket.close(code=WSCloseCode.GOING_AWAY)
        else:
            await self._serve(self._window(request, socket, visitor, self._hub), visitor)
        return socket

    def _window(self, request: web.Request, socket: web.WebSocketResponse, visitor: str, hub: Hub) -> Window:
        languages = pages.accepted(request.headers.get("Accept-Language", ""))
        return Window(
            socket,
            visitor,
            hub,
            after=_line_id(request.query.get("after", "")),
            locale=languages[0] if languages else "",
            pace=self._pace,
            poll=self._poll,
        )

    async def _serve(self, window: Window, visitor: str) -> None:
        self._windows[visitor].add(window)
        try:
            await window.serve(lambda: self._wake(visitor))
        finally:
            self._windows[visitor].discard(window)
            if not self._windows[visitor]:
                del self._windows[visitor]

    def _same_origin(self, request: web.Request) -> bool:
        """Browsers let any page open a WebSocket anywhere, cookies included: only our own pages may."""
        own = [self._origin, f"https://{request.host}"]
        if not self._secure:
            own.append(f"http://{request.host}")
        return request.headers.get("Origin") in own


def _line_id(text: str) -> int:
    return min(int(text), 2**63 - 1) if text.isascii() and text.isdigit() and len(text) <= 19 else 0
