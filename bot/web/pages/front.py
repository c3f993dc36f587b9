"""The front door: what the programme gives, how to join, and the chat."""

from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from bot.actions.core import Core
from bot.loyalty.programme import Programme
from bot.web.pages.offers import Offers
from bot.web.pages.rendering import STATIC, Templates, static
from bot.web.pages.ways import Contacts, ways
from bot.wording import Translator, negotiate, own_name, texts, translate


class Front:
    """``GET /``. ``contacts`` is asked at each request, because a bot's name is known only once it has started."""

    def __init__(self, core: Core, contacts: Callable[[], Contacts], templates: Templates | None = None) -> None:
        self._core, self._contacts = core, contacts
        self._templates = templates or Templates()

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/", self.page), static("/static", STATIC)]

    async def page(self, request: web.Request) -> web.Response:
        return await self.show(request)

    async def show(self, request: web.Request, template: str = "front.html", **more: object) -> web.Response:
        """The page from a template that extends the front's and is given ``more``."""
        async with self._core.database.read() as tx:
            programme = await self._core.programmes.current(tx)
        language = preferred_language(request, programme)
        values = {**_values(programme, language), "ways": list(ways(self._contacts(), language)), **more}
        return self._templates.page(template, **values)


def preferred_language(request: web.Request, programme: Programme) -> str:
    """The one that was clicked, else what the browser asks for."""
    chosen = request.query.get("lang", "")
    if chosen in programme.languages:
        return chosen
    return negotiate(request.headers.get("Accept-Language", "")[:200], programme.languages)


def _values(programme: Programme, language: str) -> Mapping[str, Any]:
    return {
        "programme": programme,
        "language": language,
        "languages": [(tag, own_name(tag)) for tag in programme.languages],
        "offers": Offers(programme, language),
        "words": {**_words(translate(language)), "no_script": texts("web chat", language)["no script"]},
    }


def _words(t: Translator) -> Mapping[str, str]:
    return {
        "eyebrow": t.say("Loyalty programme"),
        "title": t.say("A thank-you every time you come back"),
        "lead": t.say(
            "Collect points, turn them into rewards, and ask for your balance whenever you like. "
            "No app, no plastic card: a message is enough."
        ),
        "ask": t.say("Open the chat"),
        "how": t.say("How to join"),
        "gives": t.say("What you get"),
        "points": t.say("Points"),
        "rewards": t.say("Rewards"),
        "tiers": t.say("Tiers"),
        "challenges": t.say("Challenges"),
        "minute": t.say("It takes a minute, wherever you like to write."),
        "stop": t.say("You decide what we may send you. Write STOP and it ends, on any channel, at any time."),
        "languages": t.say("Languages"),
        "to_content": t.say("To the content"),
    }
