"""Pages behind a link of our own that does something: GET says what, only POST does it, for scanners follow links."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.core import Core
from bot.storage import members
from bot.web.pages.front import preferred_language
from bot.web.pages.rendering import Templates
from bot.wording import Translator, negotiate, translate


@dataclass(frozen=True, slots=True)
class Words:
    """What the page says; the ``buttons`` by what they ask for (``?as=``), none where nothing is to be done."""

    title: str
    text: str
    buttons: Mapping[str, str] = field(default_factory=dict)


class LinkPage(ABC):
    """``PATH/TOKEN``; whoever has the token may press."""

    path: ClassVar[str]

    def __init__(self, core: Core) -> None:
        self._core = core
        self._templates = Templates()

    def routes(self) -> list[web.RouteDef]:
        path = f"{self.path}/{{token}}"
        return [web.get(path, self._show), web.post(path, self.press)]

    @abstractmethod
    async def holds(self, token: str) -> bool:
        """Whether the token is one of ours, and has not ended."""

    @abstractmethod
    async def whose(self, tx: AsyncConnection, token: str) -> int | None:
        """The member whose link it is, None when that is not known."""

    @abstractmethod
    async def press(self, request: web.Request) -> web.Response:
        """Do what the button says."""

    @abstractmethod
    def words(self, t: Translator, *, known: bool, done: bool) -> Words:
        """For a link that holds, or does not, before and after it is ``done``."""

    async def page(self, request: web.Request, *, known: bool, done: bool = False) -> web.Response:
        """The page in the member's language, else in that of who looks."""
        async with self._core.database.read() as tx:
            programme = await self._core.programmes.current(tx)
            member_id = await self.whose(tx, request.match_info["token"])
            theirs = await members.locale(tx, member_id) if member_id is not None else ""
        language = negotiate(theirs, programme.languages) if theirs else preferred_language(request, programme)
        words = self.words(translate(language), known=known, done=done)
        status = 200 if known else 404
        return self._templates.unlisted("link.html", status, programme=programme, language=language, words=words)

    async def _show(self, request: web.Request) -> web.Response:
        return await self.page(request, known=await self.holds(request.match_info["token"]))
