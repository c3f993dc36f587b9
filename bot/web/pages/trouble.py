"""Problems as people read them: a page where a browser asks for one; programs get what RFC 9457 says."""

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.web.pages.rendering import Templates
from bot.web.problems import MEDIA
from bot.wording import languages, negotiate, translate


def for_people() -> Middleware:
    """The middleware that turns a problem into a page, in the browser's language."""
    templates = Templates()

    @web.middleware
    async def readable(request: web.Request, handler: Handler) -> web.StreamResponse:
        problem = await handler(request)
        if problem.content_type != MEDIA or not _by_a_browser(request):
            return problem
        # The programme has no say: the database may be the problem.
        language = negotiate(request.headers.get("Accept-Language", "")[:200], languages())
        words = _words(language, problem.status)
        page = templates.page("trouble.html", problem.status, language=language, words=words)
        for name, value in problem.headers.items():
            page.headers.setdefault(name, value)
        return page

    return readable


def _by_a_browser(request: web.Request) -> bool:
    return "text/html" in request.headers.get("Accept", "") and not request.path.startswith("/api/")


def _words(language: str, status: int) -> dict[str, str]:
    t = translate(language)
    gone, failed = t.say("There is nothing at this address."), t.say("Sorry, that did not work. Nothing was changed.")
    return {"title": gone if status == 404 else failed, "home": t.say("To the front page")}
