"""What is counted while the service runs, as Prometheus reads it. Labels are bound once: that is what costs."""

from functools import cache
from time import perf_counter

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

log = structlog.get_logger()
_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """The numbers of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        requests = Counter(
            "regulars_http_requests",
            "Requests answered",
            ("method", "route", "status"),
            registry=self.registry,
        )
        seconds = Histogram(
            "regulars_http_request_seconds",
            "Time to answer a request",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        activities = Counter(
            "regulars_activities", "Activities told, by what became of them", ("result",), registry=self.registry
        )
        self.messages = Gauge("regulars_messages", "Messages by state", ("state",), registry=self.registry)
        self.waiting = Gauge(
            "regulars_conversations_waiting", "Customers who wait for a person", registry=self.registry
        )
        self.queue = Gauge("regulars_outbox_due", "Messages that wait to be sent", registry=self.registry)
        self.request = cache(lambda method, route, status: requests.labels(method, route, str(status)))
        self.seconds = cache(seconds.labels)
        self.recorded = activities.labels("recorded")
        self.duplicates = activities.labels("duplicate")
        self.refused = activities.labels("refused")


def count(metrics: Metrics) -> Middleware:
    """The middleware that counts and times every request, by route and never by what a path holds."""

    @web.middleware
    async def counted(request: web.Request, handler: Handler) -> web.StreamResponse:
        begun, status = perf_counter(), 500
        try:
            response = await handler(request)
            status = response.status
        except web.HTTPException as answered:
            status = answered.status
            raise
        finally:
            resource = request.match_info.route.resource
            route = resource.canonical if resource else "none"
            method = request.method if resource else "any"
            took = perf_counter() - begun
            metrics.request(method, route, status).inc()
            metrics.seconds(method, route).observe(took)
            log.debug("http_request", method=method, route=route, status=status, ms=round(took * 1000, 1))
        return response

    return counted
