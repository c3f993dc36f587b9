"""``/programme``: the document in force, its versions, and publishing another."""

from aiohttp import web
from typing_extensions import TypedDict

from bot.actions import publishing
from bot.actions.core import Core
from bot.actions.intake import Closed, Moment, Word, check_json
from bot.actions.keys import Role
from bot.actions.publishing import Check
from bot.web.routes import Route, answer

PATH = "/api/v1/programme"


class ProgrammeIn(Closed):
    """A document (TOML), to hold at once or ``since`` a later moment."""

    document: str
    since: Moment | None = None
    note: Word | None = None


class ProgrammeOut(TypedDict):
    version: int
    effective_at: str
    document: str


class VersionOut(TypedDict):
    version: int
    published_at: str
    effective_at: str
    note: str


class VersionsOut(TypedDict):
    """Newest first; ``in_force`` is the number of the one that holds now."""

    in_force: int
    versions: list[VersionOut]


class PublishedOut(TypedDict):
    """``changes`` are sentences; without any, nothing was published."""

    version: int
    effective_at: str
    changes: list[str]


def routes(core: Core, check: Check) -> list[Route]:
    async def get(request: web.Request) -> web.Response:
        now, versions = await publishing.history(core)
        [one] = [version for version in versions if version.version == now]
        told: ProgrammeOut = {
            "version": now,
            "effective_at": one.effective_at.isoformat(),
            "document": one.document,
        }
        return answer(told)

    async def versions(request: web.Request) -> web.Response:
        now, found = await publishing.history(core)
        told: VersionsOut = {
            "in_force": now,
            "versions": [
                {
                    "version": v.version,
                    "published_at": v.published_at.isoformat(),
                    "effective_at": v.effective_at.isoformat(),
                    "note": v.note,
                }
                for v in found
            ],
        }
        return answer(told)

    async def put(request: web.Request) -> web.Response:
        told = check_json(ProgrammeIn, await request.read())
        done = await publishing.publish(core, told.document, check, since=told.since, note=told.note or "")
        content: PublishedOut = {
            "version": done.version,
            "effective_at": done.effective_at.isoformat(),
            "changes": done.changes,
        }
        return answer(content, 201 if done.changes else 200)

    made = {201: PublishedOut, 200: PublishedOut}
    return [
        Route("GET", PATH, get, "The programme in force", {200: ProgrammeOut}, role=Role.MARKETER),
        Route("GET", PATH + "/versions", versions, "All versions", {200: VersionsOut}, role=Role.MARKETER),
        Route("PUT", PATH, put, "Publish a programme", made, role=Role.OWNER, body=ProgrammeIn),
    ]
