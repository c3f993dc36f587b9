"""``/segments``: the groups of members that the programme names."""

from typing import Annotated

from aiohttp import web
from pydantic import BeforeValidator, Field
from typing_extensions import TypedDict

from bot.actions import segments
from bot.actions.core import Core
from bot.actions.intake import Closed, as_whole, check
from bot.actions.keys import Role
from bot.web.api.rewards import Language
from bot.web.routes import Route, answer
from bot.wording import negotiate

PATH = "/api/v1/segments"


class SegmentOut(TypedDict):
    key: str
    name: str
    members: int


class SegmentsOut(TypedDict):
    """In the order of the programme; ``members`` are counted now."""

    segments: list[SegmentOut]


class InItOut(TypedDict):
    id: str
    code: str
    name: str


class MembersOut(TypedDict):
    """In the order of their ids; ``next`` is what to hand in as ``after`` to go on, null at the end."""

    members: list[InItOut]
    next: str | None


class Page(Closed):
    """Which part of the members."""

    limit: Annotated[int, Field(ge=1, le=500), BeforeValidator(as_whole)] = 50
    after: Annotated[int, Field(ge=0, lt=1 << 63), BeforeValidator(as_whole)] = 0


def routes(core: Core) -> list[Route]:
    async def every(request: web.Request) -> web.Response:
        asked = check(Language, dict(request.query)).locale
        async with core.database.read() as tx:
            languages = (await core.programmes.current(tx)).languages
        language = negotiate(asked or str(request.headers.get("Accept-Language", "")), languages)
        found = await segments.count_all(core, language)
        told: SegmentsOut = {"segments": [{"key": s.key, "name": s.name, "members": s.members} for s in found]}
        return answer(told)

    async def members(request: web.Request) -> web.Response:
        page = check(Page, dict(request.query))
        found = await segments.members_of(core, request.match_info["key"], after=page.after, most=page.limit)
        told: MembersOut = {
            "members": [{"id": str(one.id), "code": one.code, "name": one.name} for one in found],
            "next": str(found[-1].id) if len(found) == page.limit else None,
        }
        return answer(told)

    one = PATH + "/{key}/members"
    return [
        Route("GET", PATH, every, "Segments", {200: SegmentsOut}, (422,), Role.MARKETER, query=Language),
        Route("GET", one, members, "Who is in a segment", {200: MembersOut}, (404, 422), Role.MARKETER, query=Page),
    ]
