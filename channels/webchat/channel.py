"""The web chat as a channel: the conversation itself is the mailbox, a later visit shows it."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Sequence

from aiohttp import WSCloseCode, web
from yarl import URL

from bot.messages import Outbound
from channels.base import Hub
from channels.webchat import pages
from channels.webchat.identity import Identity, new_visitor
from channels.webchat.languages import accepted, best
from channels.webchat.says import Pace, line_id, read_visitor
from channels.webchat.window import Window

MAX_FRAME = 32 * 1024
"""Bytes: the longest message, each character of it escaped in JSON."""
MAX_WINDOWS = 10
"""Of one visitor at a time."""
SAYS, SAYS_SECONDS = 20, 10.0
_HEARTBEAT = 25.0
"""Seconds; below the idle limit of common proxies (60)."""
_RECENT = 4
"""Lines of the talk that are looked at for its language."""
_INTRODUCTION = 10.0
"""Seconds that a window in a shop's page has to say who it is."""


class WebChat:
    """``secret`` signs the visitors' cookies; within ``poll`` seconds lines show that another process wrote.

    Pages of ``origins`` may hold the chat in a frame.
    """

    name = "web"
    sender = "web"
    rate = 1000.0
    contact = None

    def __init__(
        self,
        *,
        secret: str,
        public_url: str,
        origins: Sequence[str] = (),
        poll: float = 3.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        url = URL(public_url)
        self._origin, self._secure = str(url.origin()), url.scheme == "https"
        self.identity = Identity(secret, secure=self._secure)
        self._origins, self._poll = tuple(origins), poll
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
            web.get("/chat/words/{language}.js", self._words),
            web.get("/chat/colours/{colour}.css", pages.dress),
            web.get("/chat/embed.js", self._launcher),
            web.get("/chat/static/{name}", pages.asset),
        ]

    async def send(self, message: Outbound) -> str:
        """The message is in the transcript already: only tell the visitor's open windows."""
        self._wake(message.address, message.id)
        return f"web:{message.id}"

    async def close(self) -> None:
        self._hub = None
        await asyncio.gather(*(window.close() for windows in self._windows.values() for window in windows))

    @property
    def open_windows(self) -> int:
        """How many chats are open in this process."""
        return sum(map(len, self._windows.values()))

    def _wake(self, visitor: str, line: int = 0) -> None:
        for window in self._windows.get(visitor, ()):
            window.wake(line)

    @property
    def _up(self) -> Hub:
        if self._hub is None:
            raise web.HTTPServiceUnavailable
        return self._hub

    async def _page(self, request: web.Request) -> web.Response:
        hub = self._up
        known = self.identity.visitor(request)
        wanted = [*_chosen(request), *await _spoken(hub, known), *_wanted(request)]
        language = best(wanted, hub.languages())
        look, texts = await hub.appearance(language), hub.texts("web chat", language)
        colour = request.query.get("colour") or look.colour
        visitor = known or new_visitor()
        if "embed" in request.query:
            response = pages.framed(look.name, language, texts, colour, self._origins)
            self.identity.hand_out_framed(response, visitor)
        else:
            response = pages.page(look.name, language, texts, colour)
            self.identity.hand_out(response, visitor)
        return response

    async def _words(self, request: web.Request) -> web.Response:
        language = best([request.match_info["language"]], self._up.languages())
        return pages.words(self._up.texts("web chat", language), language)

    async def _launcher(self, request: web.Request) -> web.Response:
        texts = {tag: self._up.texts("web chat", tag) for tag in self._up.languages()}
        return pages.launcher(texts, self._origins)

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        if not self._same_origin(request):
            raise web.HTTPForbidden
        known, framed = self.identity.visitor(request), "embed" in request.query
        visitor = known or new_visitor()
        if self._full(visitor):
            raise web.HTTPTooManyRequests
        # A short time-out, because a browser that is gone must not hold up our own end.
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=MAX_FRAME, compress=False, timeout=1.0)
        if known is None and not framed:  # the chat on a page that hands out no cookie
            self.identity.hand_out(socket, visitor)
        await socket.prepare(request)
        if framed:
            visitor = await self._introduced(socket, visitor)
        if self._hub is None or self._full(visitor):
            await socket.close(code=WSCloseCode.GOING_AWAY)
        elif not socket.closed:
            await self._serve(self._window(request, socket, visitor, self._hub), visitor)
        return socket

    async def _introduced(self, socket: web.WebSocketResponse, visitor: str) -> str:
        """Who a window in a shop's page says it is, else ``visitor``; never asked for in an address.

        It is told who it is now, to say so the next time: there may be no cookie to tell.
        """
        try:
            frame = await socket.receive_str(timeout=_INTRODUCTION)
            visitor = self.identity.read(read_visitor(frame)) or visitor
            await socket.send_json({"visitor": self.identity.sign(visitor)})
        except (TypeError, TimeoutError, ConnectionResetError):
            await socket.close(code=WSCloseCode.POLICY_VIOLATION)
        return visitor

    def _full(self, visitor: str) -> bool:
        return len(self._windows.get(visitor, ())) >= MAX_WINDOWS

    def _window(self, request: web.Request, socket: web.WebSocketResponse, visitor: str, hub: Hub) -> Window:
        return Window(
            socket,
            visitor,
            hub,
            after=line_id(request.query.get("after", "")),
            locale=next(iter(_wanted(request)), ""),
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


def _wanted(request: web.Request) -> list[str]:
    """Languages, best first: what was clicked or the shop's page is in, then what the browser asks for."""
    return [*_chosen(request), *accepted(request.headers.get("Accept-Language", ""))]


def _chosen(request: web.Request) -> list[str]:
    return accepted(request.query.get("lang", ""))


async def _spoken(hub: Hub, visitor: str | None) -> list[str]:
    """The language that the visitor was last answered in, as a list of at most one."""
    lines = await hub.transcript(WebChat.name, visitor, 0, _RECENT) if visitor else []
    return [line.language for line in reversed(lines) if line.language][:1]
