"""``/d/TOKEN``: a member's copy of all that is kept about them. GET shows buttons, only POST hands anything out."""

import orjson
from aiohttp import web

from bot.actions import privacy
from bot.actions.core import Core
from bot.web.pages.front import preferred_language
from bot.web.pages.rendering import SECURITY, Templates
from bot.wording import Translator, translate

_TYPES = {"json": "application/json", "text": "text/plain"}
_NAMES = {"json": "my-data.json", "text": "my-data.txt"}


class OwnData:
    """The page of the link that ``export`` tells in a chat; nothing of it is kept by browsers or search engines."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._templates = Templates()

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/d/{token}", self._show), web.post("/d/{token}", self._download)]

    async def _show(self, request: web.Request) -> web.Response:
        known = await privacy.whose(self._core, request.match_info["token"]) is not None
        async with self._core.database.read() as tx:
            programme = await self._core.programmes.current(tx)
        language = preferred_language(request, programme)
        words = _words(translate(language), known=known)
        page = self._templates.page("own_data.html", programme=programme, language=language, known=known, words=words)
        page.headers["X-Robots-Tag"] = "noindex"
        page.set_status(200 if known else 404)
        return page

    async def _download(self, request: web.Request) -> web.Response:
        ref = await privacy.whose(self._core, request.match_info["token"])
        if ref is None:
            return await self._show(request)
        data = await privacy.personal_data(self._core, ref)
        kind = "text" if (await request.post()).get("as") == "text" else "json"
        body = orjson.dumps(data, option=orjson.OPT_INDENT_2) if kind == "json" else privacy.readable(data).encode()
        headers = {
            **SECURITY,
            "Content-Disposition": f'attachment; filename="{_NAMES[kind]}"',
            "Cache-Control": "no-store",
            "X-Robots-Tag": "noindex",
        }
        return web.Response(body=body, headers=headers, content_type=_TYPES[kind], charset="utf-8")


def _words(t: Translator, *, known: bool) -> dict[str, str]:
    text = t.say("All that we know about you, in one file. The link holds for 24 hours; keep it to yourself.")
    if not known:
        text = t.say("This link does not hold any more. To get a new one, write to us: export")
    return {
        "title": t.say("A copy of my data"),
        "text": text,
        "readable": t.say("Download to read"),
        "json": t.say("Download for other services (JSON)"),
    }
