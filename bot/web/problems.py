"""Errors as RFC 9457 problems: the one place where the error tree meets HTTP."""

from http import HTTPStatus
from typing import Any, NotRequired, cast

import orjson
import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from typing_extensions import TypedDict

from bot.actions.intake import NotJson
from bot.errors import BadInput, Conflict, NotAllowed, NotFound, RegularsError, SetupError, TooOften

MEDIA = "application/problem+json"
RETRY_AFTER = "5"
"""Seconds until a caller may ask again while the database is away."""
_AWAY = ("08", "53", "57P")
"""SQLSTATEs of a server that is stopping, starting or full
(https://www.postgresql.org/docs/current/errcodes-appendix.html)."""

log = structlog.get_logger()
_STATUS: tuple[tuple[type[RegularsError], int], ...] = (
    (NotJson, 400),
    (BadInput, 422),
    (NotFound, 404),
    (Conflict, 409),
    (NotAllowed, 403),
    (TooOften, 429),
    (SetupError, 503),
)


class FieldFault(TypedDict):
    at: str
    message: str


class Problem(TypedDict):
    """What went wrong (RFC 9457); ``errors`` names each wrong field."""

    type: str
    title: str
    status: int
    detail: str
    errors: NotRequired[list[FieldFault]]


class Unauthorised(NotAllowed):
    """A valid API key is needed."""


def problem(error: Exception) -> Problem:
    """The problem that an error is; of unforeseen ones nothing is told."""
    if isinstance(error, web.HTTPException):
        return _problem(error.status, "" if error.reason == HTTPStatus(error.status).phrase else error.reason)
    if isinstance(error, Unauthorised):
        return _problem(401, str(error))
    for kind, status in _STATUS:
        if isinstance(error, kind):
            return cast(Problem, {**_problem(status, str(error)), **_facts(error)})
    if is_outage(error):
        return _problem(503, "the database does not answer; nothing was changed")
    return _problem(500, "this is a fault of the service; nothing was changed")


def _problem(status: int, detail: str) -> Problem:
    title = HTTPStatus(status).phrase
    return {"type": "about:blank", "title": title, "status": status, "detail": detail or title}


def _facts(error: RegularsError) -> dict[str, Any]:
    if isinstance(error, BadInput):
        return {"errors": [{"at": fault.at, "message": fault.message} for fault in error.faults]}
    return dict(error.facts) if isinstance(error, Conflict) else {}


def is_outage(error: Exception) -> bool:
    """Whether the database could not be reached, or is too busy."""
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None) or ""
        return error.connection_invalidated or isinstance(error, OperationalError) or state.startswith(_AWAY)
    return isinstance(error, PoolTimeoutError | OSError)


def as_response(error: Exception) -> web.Response:
    """An error as it is answered."""
    told = problem(error)
    headers = {}
    if isinstance(error, web.HTTPException):
        headers = {name: error.headers[name] for name in ("Allow", "Retry-After") if name in error.headers}
    elif told["status"] == 401:
        headers = {"WWW-Authenticate": "Bearer"}
    elif told["status"] == 503:
        headers = {"Retry-After": RETRY_AFTER}
    return web.Response(body=orjson.dumps(told), status=told["status"], headers=headers, content_type=MEDIA)


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer what was raised; redirects and the like are answers themselves."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return as_response(error)
    except RegularsError as error:
        if isinstance(error, SetupError):  # for who runs the service: people with browsers are not told
            log.error("not_set_up", reason=str(error))
        return as_response(error)
    except Exception as error:
        if is_outage(error):
            log.error("database_away", method=request.method, error=type(error).__name__)
        else:
            log.exception("request_failed", method=request.method)
        return as_response(error)
