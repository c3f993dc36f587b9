"""``/conversations``: talks that customers asked a person for, read and answered by staff."""

from datetime import datetime
from typing import Annotated

from aiohttp import web
from pydantic import BeforeValidator, Field, StringConstraints
from typing_extensions import TypedDict

from bot.actions import handing_over
from bot.actions.core import Core
from bot.actions.intake import Closed, Word, as_whole, check, check_json
from bot.messages import Line
from bot.storage.staff_talks import StaffTalk
from bot.web.auth import CALLER
from bot.web.routes import Route, answer

PATH = "/api/v1/conversations"
ONE = PATH + "/{channel}/{address}"


class Which(Closed):
    """``waiting`` leaves those where the customer waits for an answer."""

    waiting: bool = False
    limit: Annotated[int, Field(ge=1, le=200), BeforeValidator(as_whole)] = 50


class Part(Closed):
    """The newest lines, those after the id ``after``."""

    limit: Annotated[int, Field(ge=1, le=500), BeforeValidator(as_whole)] = 100
    after: Annotated[int, Field(ge=0, lt=1 << 63), BeforeValidator(as_whole)] = 0


class SaidIn(Closed):
    """``id`` names the call: made again with the same, it has the effect of once."""

    text: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=handing_over.LONGEST, pattern=r"^[^\x00]*$"),
    ]
    id: Word


class TalkOut(TypedDict):
    """``waiting_since`` is null when staff spoke last; ``member`` when the chat is nobody's yet."""

    channel: str
    address: str
    member: str | None
    code: str | None
    name: str | None
    since: str
    waiting_since: str | None


class TalksOut(TypedDict):
    """Who wrote last comes first."""

    conversations: list[TalkOut]


class LineOut(TypedDict):
    """``by`` is who of staff said it, null for the bot and the customer."""

    id: str
    ours: bool
    by: str | None
    text: str
    at: str


class TranscriptOut(TypedDict):
    """The oldest line first. ``person`` tells whether staff have the talk."""

    channel: str
    address: str
    member: str | None
    person: bool
    stopped: bool
    lines: list[LineOut]


class SaidOut(TypedDict):
    message: str
    duplicate: bool


class BackOut(TypedDict):
    """``changed`` is false when the talk was the bot's already."""

    changed: bool


def routes(core: Core) -> list[Route]:
    calls = Conversations(core)
    said = {201: SaidOut, 200: SaidOut}
    return [
        Route("GET", PATH, calls.listed, "Talks that staff have", {200: TalksOut}, (422,), query=Which),
        Route("GET", ONE, calls.transcript, "One talk", {200: TranscriptOut}, (404, 422), query=Part),
        Route("POST", ONE + "/messages", calls.say, "Say something as staff", said, (404, 409), body=SaidIn),
        Route("POST", ONE + "/hand-back", calls.hand_back, "Let the bot answer again", {200: BackOut}, (404,)),
    ]


class Conversations:
    """The handlers, on one core."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def listed(self, request: web.Request) -> web.Response:
        asked = check(Which, dict(request.query))
        talks = await handing_over.listed(self._core, asked.limit, waiting=asked.waiting)
        told: TalksOut = {"conversations": [_talk(talk) for talk in talks]}
        return answer(told)

    async def transcript(self, request: web.Request) -> web.Response:
        (channel, address), part = _named(request), check(Part, dict(request.query))
        chat, lines = await handing_over.transcript(self._core, channel, address, part.after, part.limit)
        told: TranscriptOut = {
            "channel": channel,
            "address": address,
            "member": str(chat.member_id) if chat.member_id is not None else None,
            "person": chat.person_since is not None,
            "stopped": chat.stopped_at is not None,
            "lines": [_line(line, by) for line, by in lines],
        }
        return answer(told)

    async def say(self, request: web.Request) -> web.Response:
        told = check_json(SaidIn, await request.read())
        done = await handing_over.answer(self._core, *_named(request), told.text, told.id, request[CALLER])
        content: SaidOut = {"message": str(done.message), "duplicate": done.duplicate}
        return answer(content, 200 if done.duplicate else 201)

    async def hand_back(self, request: web.Request) -> web.Response:
        told: BackOut = {"changed": await handing_over.hand_back(self._core, *_named(request))}
        return answer(told)


def _named(request: web.Request) -> tuple[str, str]:
    return request.match_info["channel"], request.match_info["address"]


def _talk(talk: StaffTalk) -> TalkOut:
    return {
        "channel": talk.channel,
        "address": talk.address,
        "member": str(talk.member_id) if talk.member_id is not None else None,
        "code": talk.code,
        "name": talk.name or None,
        "since": talk.since.isoformat(),
        "waiting_since": _when(talk.waits),
    }


def _line(line: Line, by: str) -> LineOut:
    return {"id": str(line.id), "ours": line.ours, "by": by or None, "text": line.text, "at": line.at.isoformat()}


def _when(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
