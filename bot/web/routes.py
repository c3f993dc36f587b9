"""A call of the API, declared once: the same declaration routes it, guards it and describes it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web
from pydantic import BaseModel

from bot.actions.keys import Role

JSON = "application/json"
NDJSON = "application/x-ndjson"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    """``answers`` gives the body of each good status (None: empty), ``problems`` the statuses of its own errors."""

    method: str
    path: str
    handler: Handler
    summary: str
    answers: Mapping[int, Any]
    problems: tuple[int, ...] = ()
    role: Role | None = Role.STAFF
    body: type[BaseModel] | None = None
    body_needed: bool = True
    query: type[BaseModel] | None = None
    media: str = JSON


def answer(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """A body in JSON."""
    return web.Response(body=orjson.dumps(content), status=status, headers=headers, content_type=JSON)
