"""``/members/{ref}/data`` and ``…/consents``: what is kept about a member, and what they agreed to."""

from typing import Any

import orjson
from aiohttp import web
from typing_extensions import TypedDict

from bot.actions import consent, privacy
from bot.actions.core import Core
from bot.actions.keys import Role
from bot.actions.profile import parse_ref
from bot.storage.consents import Line
from bot.web.routes import JSON, Route, answer


class ConsentOut(TypedDict):
    """A line of the ledger of consents; ``purpose`` is marketing, notices or all."""

    at: str
    channel: str
    address: str
    purpose: str
    granted: bool
    source: str
    words: str


class ConsentsOut(TypedDict):
    """The oldest first."""

    consents: list[ConsentOut]


def routes(core: Core) -> list[Route]:
    calls, one = Privacy(core), "/api/v1/members/{ref}"
    return [
        Route("GET", one + "/data", calls.data, "All that is kept", {200: dict[str, Any]}, (404,), Role.OWNER),
        Route("GET", one + "/consents", calls.consents, "What a member agreed to", {200: ConsentsOut}, (404,)),
    ]


class Privacy:
    """The handlers, on one core."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def data(self, request: web.Request) -> web.Response:
        found = await privacy.personal_data(self._core, parse_ref(request.match_info["ref"]))
        return web.Response(body=orjson.dumps(found), content_type=JSON)

    async def consents(self, request: web.Request) -> web.Response:
        lines = await consent.history(self._core, parse_ref(request.match_info["ref"]))
        told: ConsentsOut = {"consents": [consent_out(line) for line in lines]}
        return answer(told)


def consent_out(line: Line) -> ConsentOut:
    """A line as told to callers."""
    one = line.consent
    return {
        "at": line.at.isoformat(),
        "channel": one.channel,
        "address": one.address,
        "purpose": one.purpose,
        "granted": one.granted,
        "source": one.source,
        "words": one.words,
    }
