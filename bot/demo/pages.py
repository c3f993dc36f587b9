"""The demo's own pages: the front page as Anna sees it, buying as her, and the messages."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from aiohttp import web

from bot.actions.balance import balance
from bot.actions.intake import ActivityIn, ItemIn
from bot.actions.recording.record import record
from bot.app import Service
from bot.demo import outgoing
from bot.demo.anna import Anna, brought
from bot.demo.loading import ANNA_REF
from bot.demo.people import ANNA_VISITOR
from bot.storage.ids import new_id
from bot.web.pages.front import Front
from bot.web.pages.rendering import Templates, static
from bot.web.pages.unsubscribe import Links
from channels.webchat.channel import WebChat

_HERE = Path(__file__).parent
_COFFEES, _PRICE = 2, "6.80"
_CONTACTS = {"web": None, "telegram": None, "sms": "+36 20 000 0000", "email": "hello@example.com"}


@dataclass(frozen=True, slots=True)
class Filter:
    """A link to the messages of one channel, or of all."""

    channel: str
    name: str
    count: int
    chosen: bool

    @property
    def link(self) -> str:
        return f"/demo/messages?channel={self.channel}" if self.channel else "/demo/messages"


def routes(service: Service) -> list[web.RouteDef]:
    """What the demo shows in place of the usual front page."""
    demo = _Demo(service)
    return [
        *(route for route in demo.front.routes() if route.path != "/"),
        web.get("/", demo.show_front),
        web.post("/demo/purchase", demo.buy),
        web.get("/demo/messages", demo.show_messages),
        static("/demo/static", _HERE / "static"),
    ]


class _Demo:
    def __init__(self, service: Service) -> None:
        self._core, self._service = service.core, service
        self._templates = Templates(_HERE / "templates")
        self._links = Links(service.core.secret, public_url="")
        self._last = ""
        self.front = Front(service.core, lambda: _CONTACTS, self._templates)

    async def show_front(self, request: web.Request) -> web.Response:
        """The front page for Anna, who whoever comes here is."""
        standing = await balance(self._core, ANNA_REF)
        anna = Anna(standing, self._core.clock(), self._last if "bought" in request.query else "")
        response = await self.front.show(request, "demo_front.html", anna=anna, here="front")
        chat = self._service.channels["web"]
        if isinstance(chat, WebChat):
            chat.identity.hand_out(response, ANNA_VISITOR)
        return response

    async def buy(self, request: web.Request) -> web.Response:
        """A real purchase; only a form of our own page may send it."""
        if request.headers.get("Origin") != str(request.url.origin()):
            raise web.HTTPForbidden
        told = ActivityIn(
            type="purchase",
            id=str(new_id()),
            source="demo",
            member=ANNA_REF,
            amount=_PRICE,
            items=[ItemIn(name="Coffee", category="coffee", quantity=_COFFEES)],
        )
        done = await record(self._core, told)
        async with self._core.database.read() as tx:
            self._last = brought(await self._core.programmes.current(tx), done.outcomes)
        self._service.scheduler.wake()
        raise web.HTTPSeeOther("/?bought=1#member")

    async def show_messages(self, request: web.Request) -> web.Response:
        """Every message, newest first, a page at a time."""
        channel, before = _wanted(request)
        async with self._core.database.read() as tx:
            programme = await self._core.programmes.current(tx)
            shown = await outgoing.page(
                tx, self._core.clock(), programme.zone, self._links.url, channel=channel, before=before
            )
            counted, held = await outgoing.counts(tx), await outgoing.held_back(tx)
        filters = [Filter("", "All", sum(counted.values()), not channel)]
        filters += [Filter(key, name, counted.get(key, 0), key == channel) for key, name in outgoing.CHANNELS.items()]
        values = {"programme": programme, "language": "en", "here": "messages", "filters": filters, "held_back": held}
        days = list(outgoing.by_day(shown))
        return self._templates.page("messages.html", **values, days=days, older=_older(shown, channel))


def _wanted(request: web.Request) -> tuple[str, int | None]:
    channel, before = request.query.get("channel", ""), request.query.get("before", "")
    known = channel if channel in outgoing.CHANNELS else ""
    return known, int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None


def _older(shown: list[outgoing.Outgoing], channel: str) -> str:
    if len(shown) < outgoing.PAGE:
        return ""
    query = {"channel": channel} if channel else {}
    return f"/demo/messages?{urlencode({**query, 'before': shown[-1].id})}"
