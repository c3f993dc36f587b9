"""``/r/CODE``: where a friend's link leads. Says who invites, by first name alone, and how to join with the code."""

from collections.abc import Callable

from aiohttp import web

from bot.actions.core import Core
from bot.conversation.receipts import first_name
from bot.loyalty.codes import tidy
from bot.storage import members
from bot.web.pages.front import preferred_language
from bot.web.pages.rendering import Templates
from bot.web.pages.ways import Contacts, by_friend, ways
from bot.wording import translate


class Invitation:
    """The page; ``contacts`` is asked at each request, as for the front door."""

    def __init__(self, core: Core, contacts: Callable[[], Contacts]) -> None:
        self._core, self._contacts = core, contacts
        self._templates = Templates()

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/r/{code}", self._show)]

    async def _show(self, request: web.Request) -> web.Response:
        code = tidy(request.match_info["code"])
        async with self._core.database.read() as tx:
            programme = await self._core.programmes.current(tx)
            found = list((await members.find(tx, "code", [code])).values()) if code else []
            name = first_name((await members.get(tx, found[0])).name) if found else ""
        language = preferred_language(request, programme)
        t, known = translate(language), code if found else ""
        if name:
            title = t.say("{name} invites you to {programme}", name=name, programme=programme.called(language))
        else:
            title = t.say("You are invited to {programme}", programme=programme.called(language))
        return self._templates.unlisted(
            "invitation.html",
            200 if found else 404,
            programme=programme,
            language=language,
            ways=list(ways(self._contacts(), language, by_friend(known) if known else None)),
            words={
                "title": title,
                "text": t.say("Join, and points and rewards are yours from your first purchase on."),
                "how": t.say("How to join"),
            },
        )
