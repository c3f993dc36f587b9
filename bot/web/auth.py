"""Who may call what: everything under ``/api/`` needs a key, unless its route says that it does not."""

from collections.abc import Iterable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.actions.core import Core
from bot.actions.keys import Role, check
from bot.errors import NotAllowed
from bot.web.problems import Unauthorised
from bot.web.routes import Route

CALLER = web.RequestKey("caller", str)
"""Where a request keeps the name of the key that it came with."""


def guard(core: Core, table: Iterable[Route]) -> Middleware:
    """The middleware that lets a request through to its handler, or does not."""
    needed: dict[tuple[str, str], Role | None] = {(route.method, route.path): route.role for route in table}

    @web.middleware
    async def auth(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith("/api/"):
            resource = request.match_info.route.resource
            method = "GET" if request.method == "HEAD" else request.method
            # Whoever adds a route without a role keeps it to the owner; what is not there at all is told to any key.
            role = needed.get((method, resource.canonical), Role.OWNER) if resource else Role.STAFF
            if role is not None:
                await _let_in(core, request, role)
        return await handler(request)

    return auth


async def _let_in(core: Core, request: web.Request, needed: Role) -> None:
    caller = await check(core, request.headers.get("Authorization", ""))
    if caller is None:
        raise Unauthorised
    if not caller.role.may(needed):
        raise NotAllowed("this key may not do that")
    request[CALLER] = caller.name
