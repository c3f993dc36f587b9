"""The application: every route under one set of middlewares."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from aiohttp import web

from bot.actions.core import Core
from bot.actions.publishing import Check
from bot.loyalty.document import parse
from bot.web import openapi
from bot.web.api import (
    achievements,
    activities,
    conversations,
    donations,
    gifts,
    members,
    partners,
    privacy,
    programme,
    quotes,
    redemptions,
    referrals,
    rewards,
    rules,
    segments,
    tiers,
    vouchers,
    wallet,
)
from bot.web.auth import guard
from bot.web.health import Health
from bot.web.metrics import Metrics, count
from bot.web.pages.trouble import for_people
from bot.web.problems import problems
from bot.web.routes import Route, answer

DESCRIPTION_PATH = "/api/v1/openapi.json"
BODY_LIMIT = 1024 * 1024
"""Bytes; the batch of activities is a stream and has none."""

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


def build(core: Core, *, extra_routes: Sequence[web.RouteDef] = (), check: Check = parse) -> web.Application:
    """The application on ``core``; ``extra_routes`` are webhooks and pages, which guard themselves;
    ``check`` looks at a programme before it is published.

    Run it without aiohttp's access log: requests are counted, and logged at debug by route alone.
    """
    metrics = Metrics()
    table = _table(core, metrics, check)
    app = web.Application(
        middlewares=[count(metrics), for_people(), problems, guard(core, table)], client_max_size=BODY_LIMIT
    )
    app.on_response_prepare.append(_add_headers)
    app.add_routes([web.RouteDef(r.method, r.path, r.handler, {}) for r in table])
    app.add_routes(Health(core, metrics).routes())
    app.add_routes(extra_routes)
    return app


def _table(core: Core, metrics: Metrics, check: Check) -> list[Route]:
    table: list[Route] = []
    described = cache(lambda: openapi.document(table))

    async def describe(request: web.Request) -> web.Response:
        return answer(described())

    table += [
        *members.routes(core),
        *conversations.routes(core),
        *privacy.routes(core),
        *activities.routes(core, metrics),
        *achievements.routes(core),
        *wallet.routes(core),
        *quotes.routes(core),
        *rewards.routes(core),
        *redemptions.routes(core),
        *vouchers.routes(core),
        *tiers.routes(core),
        *gifts.routes(core),
        *donations.routes(core),
        *referrals.routes(core),
        *partners.routes(core),
        *segments.routes(core),
        *programme.routes(core, check),
        *rules.routes(core, check),
        Route("GET", DESCRIPTION_PATH, describe, "This description", {200: dict[str, Any]}, role=None),
    ]
    return table


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    response.headers["Server"] = "Regulars"
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
