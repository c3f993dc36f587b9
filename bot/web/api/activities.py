"""``/activities``: what customers did, told one by one or as a stream."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import orjson
import structlog
from aiohttp import web
from typing_extensions import TypedDict

from bot.actions.batching import Batcher, each
from bot.actions.core import Core
from bot.actions.intake import ActivityIn, check_json
from bot.actions.recording.record import Recorded, record_many
from bot.errors import BadInput, RegularsError
from bot.web.metrics import Metrics
from bot.web.ndjson import Answers, Line, chunks, room_aside
from bot.web.problems import Problem, problem
from bot.web.routes import NDJSON, Route, answer

PATH = "/api/v1/activities"
_MOST = 500
log = structlog.get_logger()


class ActivityOut(TypedDict):
    """What the programme did in answer; told again, the same with ``duplicate`` set."""

    id: str
    duplicate: bool
    outcomes: list[dict[str, Any]]


class LineError(TypedDict):
    """The answer to a line that was refused."""

    error: Problem


def routes(core: Core, metrics: Metrics) -> list[Route]:
    calls = Activities(core, metrics)
    return [
        Route(
            "POST",
            PATH,
            calls.create,
            "Tell an activity; with source and id known already it answers 200 and changes nothing",
            {201: ActivityOut, 200: ActivityOut},
            (404,),
            body=ActivityIn,
        ),
        Route(
            "POST",
            PATH + "/batch",
            calls.batch,
            "Tell any number of activities, one a line; the answers come in the same order, blank lines get none",
            {200: ActivityOut | LineError},
            body=ActivityIn,
            media=NDJSON,
        ),
    ]


class Activities:
    """The handlers. Single calls that come at the same time are committed together."""

    def __init__(self, core: Core, metrics: Metrics) -> None:
        self._record_many = partial(record_many, core)
        self._record: Batcher[ActivityIn, Recorded] = Batcher(self._record_many, lanes=core.database.lanes)
        self._metrics = metrics

    async def create(self, request: web.Request) -> web.Response:
        try:
            recorded = await self._record(check_json(ActivityIn, await request.read()))
        except Exception:
            self._metrics.refused.inc()
            raise
        return answer(self._told(recorded), 200 if recorded.duplicate else 201)

    async def batch(self, request: web.Request) -> web.StreamResponse:
        """Memory stays flat: what is read is recorded and answered before more is read."""
        response = web.StreamResponse(headers={"Content-Type": NDJSON})
        await response.prepare(request)
        with room_aside() as aside:
            answers = Answers(request, response, aside)
            async for lines in chunks(request.content, _MOST):
                told = await self._record_lines(lines)
                await answers.tell(b"".join(orjson.dumps(self._line(one)) + b"\n" for one in told))
            await answers.finish()
        return response

    async def _record_lines(self, lines: Sequence[Line]) -> list[Recorded | Exception]:
        checked = [_checked(line) for line in lines]
        good = [one for one in checked if isinstance(one, ActivityIn)]
        recorded = iter(await each(self._record_many, good) if good else ())
        return [next(recorded) if isinstance(one, ActivityIn) else one for one in checked]

    def _line(self, one: Recorded | Exception) -> ActivityOut | LineError:
        if isinstance(one, Recorded):
            return self._told(one)
        self._metrics.refused.inc()
        if not isinstance(one, RegularsError):
            log.error("line_failed", exc_info=one)
        return {"error": problem(one)}

    def _told(self, recorded: Recorded) -> ActivityOut:
        (self._metrics.duplicates if recorded.duplicate else self._metrics.recorded).inc()
        return {"id": recorded.id, "duplicate": recorded.duplicate, "outcomes": list(recorded.outcomes)}


def _checked(line: Line) -> ActivityIn | BadInput:
    if isinstance(line, BadInput):
        return line
    try:
        return check_json(ActivityIn, line)
    except BadInput as error:
        return error
