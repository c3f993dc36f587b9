"""Whether the service lives and is ready, and its numbers."""

from time import monotonic

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from bot.actions.core import Core
from bot.errors import SetupError
from bot.storage import counts, staff_talks
from bot.storage.database import check_schema
from bot.web.metrics import Metrics
from bot.web.routes import answer

_HELD_FOR = 5.0
"""Seconds: anybody may ask, so asking often must not keep the database busy."""

log = structlog.get_logger()


class Health:
    """The three routes."""

    def __init__(self, core: Core, metrics: Metrics) -> None:
        self._core = core
        self._metrics = metrics
        self._schema_is_right = False
        self._counted_at = float("-inf")

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/health/live", self.live),
            web.get("/health/ready", self.ready),
            web.get("/metrics", self.metrics),
        ]

    async def live(self, request: web.Request) -> web.Response:
        """The process answers."""
        return answer({"status": "ok"})

    async def ready(self, request: web.Request) -> web.Response:
        """The database answers, its schema is right, a programme is published."""
        try:
            await self._check()
        except (SetupError, SQLAlchemyError, OSError) as error:
            log.warning("not_ready", error=type(error).__name__)
            # Anybody may ask, and an error's own words can name files and hosts.
            return answer({"status": "not ready", "reason": "the database is not ready; run: regulars doctor"}, 503)
        return answer({"status": "ok"})

    async def _check(self) -> None:
        if not self._schema_is_right:
            await check_schema(self._core.database)
            self._schema_is_right = True
        async with self._core.database.read() as tx:
            await self._core.programmes.current(tx)

    async def metrics(self, request: web.Request) -> web.Response:
        """Prometheus text; what only the database knows is counted now, but not more often than every five seconds."""
        now = monotonic()
        if now - self._counted_at > _HELD_FOR:
            self._counted_at = now
            await self._count_messages()
        return web.Response(body=generate_latest(self._metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _count_messages(self) -> None:
        try:
            async with self._core.database.read() as tx:
                states = await counts.messages_by_state(tx)
                waiting = await staff_talks.waiting(tx)
        except (SQLAlchemyError, OSError) as error:
            # The other numbers are wanted most when the database is away.
            log.warning("messages_not_counted", error=type(error).__name__)
            return
        self._metrics.messages.clear()
        for state, number in states.items():
            self._metrics.messages.labels(state).set(number)
        self._metrics.queue.set(states.get("queued", 0))
        self._metrics.waiting.set(waiting)
