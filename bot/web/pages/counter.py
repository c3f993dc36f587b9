"""``/counter/TOKEN``: what a screen at the counter shows, a code that changes; ``/s/CODE``: where scanning it leads.

The token keeps the code in the shop: without it the code could be fetched, and used, from anywhere.
"""

import hmac
from collections.abc import Callable

from aiohttp import web

from bot.actions.core import Core
from bot.actions.self_stamping import STEP, code_for, step_at
from bot.actions.signing import proof
from bot.conversation.checking_in import code_in
from bot.loyalty.locations import Location, SelfStamping
from bot.loyalty.programme import Programme
from bot.loyalty.stamps import come_by_visits
from bot.web.pages.front import preferred_language
from bot.web.pages.rendering import Templates, qr
from bot.web.pages.ways import Contacts, by_counter, ways
from bot.wording import translate


class CounterPages:
    """Both pages; ``contacts`` is asked at each request, as for the front door."""

    def __init__(self, core: Core, contacts: Callable[[], Contacts]) -> None:
        self._core, self._contacts = core, contacts
        self._templates = Templates()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/counter/{token}", self._counter),
            web.get("/counter/{token}/code", self._code),
            web.get("/s/{code}", self._scanned),
        ]

    async def _counter(self, request: web.Request) -> web.Response:
        programme, place = await self._place(request)
        language = preferred_language(request, programme)
        t = translate(language)
        words = {
            "title": t.say("Scan and get your stamp") if come_by_visits(programme) else t.say("Scan when you are here"),
            "text": t.say("Point your phone's camera at the code. Not a member yet? It takes one answer."),
            "changes": t.say("The code changes every {n} seconds.", n=STEP),
            "away": t.say("No connection. The code comes back by itself."),
        }
        return self._templates.page(
            "counter.html",
            programme=programme,
            language=language,
            place=programme.text(place.names, language),
            words=words,
            shown=self._shown(place),
        )

    async def _code(self, request: web.Request) -> web.Response:
        _, place = await self._place(request)
        return web.json_response(self._shown(place), headers={"Cache-Control": "no-store"})

    def _shown(self, place: Location) -> dict[str, object]:
        now = self._core.clock()
        code = code_for(self._core.secret, place.key, step_at(now))
        picture = qr(f"{self._core.public_url}/s/{code}")
        return {"code": code, "picture": picture, "seconds": STEP - int(now.timestamp()) % STEP}

    async def _place(self, request: web.Request) -> tuple[Programme, Location]:
        key, _, _ = request.match_info["token"].partition(".")
        async with self._core.database.read() as tx:
            programme = await self._core.programmes.current(tx)
        place = programme.of(Location).get(key)
        shown = request.match_info["token"].encode("utf-8", "surrogateescape")
        genuine = hmac.compare_digest(shown, token(self._core.secret, key).encode("utf-8", "surrogateescape"))
        if not genuine or place is None or programme.one(SelfStamping) is None:
            raise web.HTTPNotFound
        return programme, place

    async def _scanned(self, request: web.Request) -> web.Response:
        async with self._core.database.read() as tx:
            programme = await self._core.programmes.current(tx)
        language, code = preferred_language(request, programme), code_in(request.match_info["code"])
        t = translate(language)
        if code:
            text = t.say("Choose where you like to write. The code holds for about a minute.")
            start, how = by_counter(code), t.say("Where do you like to write?")
        else:
            text = t.say("This code does not hold any more. Please scan the one that is shown now.")
            start, how = None, t.say("How to join")
        return self._templates.unlisted(
            "invitation.html",
            200 if code else 404,
            programme=programme,
            language=language,
            ways=list(ways(self._contacts(), language, start)),
            words={
                "title": t.say("Get your stamp") if come_by_visits(programme) else t.say("Good that you are here"),
                "text": text,
                "how": how,
            },
        )


def token(secret: bytes, location: str) -> str:
    """What opens the counter's page of a location."""
    told = f"counter:{location}".encode("utf-8", "surrogateescape")
    return f"{location}.{proof(secret, told)}"
