"""``/c/TOKEN``: confirming a mail address. GET shows a button, only POST confirms: scanners follow every link."""

from aiohttp import web

from bot.actions import opt_in
from bot.actions.core import Core
from bot.web.pages.front import preferred_language
from bot.web.pages.rendering import Templates
from bot.wording import Translator, translate


class Confirmation:
    """The page of the link in the mail that asks whether news may come."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._templates = Templates()

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/c/{token}", self._show), web.post("/c/{token}", self._act)]

    async def _show(self, request: web.Request) -> web.Response:
        known = await opt_in.holds(self._core, request.match_info["token"])
        return await self._page(request, known=known, done=False)

    async def _act(self, request: web.Request) -> web.Response:
        done = await opt_in.confirm_link(self._core, request.match_info["token"])
        return await self._page(request, known=done, done=done)

    async def _page(self, request: web.Request, *, known: bool, done: bool) -> web.Response:
        async with self._core.database.read() as tx:
            programme = await self._core.programmes.current(tx)
        language = preferred_language(request, programme)
        page = self._templates.page(
            "unsubscribe.html",
            programme=programme,
            language=language,
            ask=known and not done,
            words=_words(translate(language), known=known, done=done),
        )
        page.headers["X-Robots-Tag"] = "noindex"
        page.set_status(200 if known else 404)
        return page


def _words(t: Translator, *, known: bool, done: bool) -> dict[str, str]:
    if not known:
        text = t.say("This link does not hold any more. To ask for a new one, write to us: settings")
    elif done:
        text = t.say("Thank you: news and gifts come to your address from now on. Each has a link that ends it.")
    else:
        text = t.say("Press the button, and we send news and gifts to your address. You can end it at any time.")
    return {"title": t.say("Confirm your address"), "text": text, "button": t.say("Yes, send me news and gifts")}
