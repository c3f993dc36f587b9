"""The service itself: health, numbers, description, and what happens when things go wrong."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.typedefs import Handler
from asyncpg.exceptions import CannotConnectNowError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError
from structlog.testing import capture_logs

from bot.actions.core import Core
from bot.clock import system_clock
from bot.errors import SetupError
from bot.messages import Outbound, Purpose
from bot.storage import outbox
from bot.storage.database import Database
from bot.web import server
from tests.web.api import ANNA, Api, purchase

CONTRACT = {
    "/api/v1/members": {"post"},
    "/api/v1/members/{ref}": {"get", "patch", "delete"},
    "/api/v1/members/{ref}/balance": {"get"},
    "/api/v1/members/{ref}/ledger": {"get"},
    "/api/v1/activities": {"post"},
    "/api/v1/activities/batch": {"post"},
    "/api/v1/rewards": {"get"},
    "/api/v1/redemptions": {"post"},
    "/api/v1/vouchers/{code}": {"get"},
    "/api/v1/vouchers/{code}/use": {"post"},
    "/api/v1/gifts": {"post"},
    "/api/v1/quote": {"post"},
    "/api/v1/openapi.json": {"get"},
}
_WITHOUT_BODY = ("/join", "/waiting/{ref}", "/approve", "/refuse", "/hand-back")
"""The path says everything."""


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is checked here is the same on every database; what may not be asks for both."""
    return sqlite_url


def _page(error: Exception) -> Handler:
    async def fails(request: web.Request) -> web.StreamResponse:
        raise error

    return fails


@pytest.fixture
async def broken(core: Core) -> AsyncIterator[Api]:
    """An API with pages that fail in every way there is."""
    errors = {
        "bug": ValueError("the secret is 42"),
        "outage": OperationalError("SELECT", {}, Exception("Anna")),
        "starting": DBAPIError("SELECT", {}, CannotConnectNowError("Anna")),
        "network": ConnectionRefusedError("db.internal"),
        "setup": SetupError("no programme is published; run: regulars init"),
        "moved": web.HTTPFound("/elsewhere"),
        "teapot": web.HTTPForbidden(reason="Not you"),
    }
    routes = [web.get(f"/fails/{name}", _page(error)) for name, error in errors.items()]
    async with TestClient(TestServer(server.build(core, extra_routes=routes))) as client:
        yield Api(client, "")


async def test_the_description_has_every_call_of_the_contract_and_needs_no_key(api: Api) -> None:
    told = (await Api(api.client, "").get("/api/v1/openapi.json")).body
    assert told["openapi"] == "3.1.0"
    told_of = {path: set(calls) for path, calls in told["paths"].items()}
    assert {path: calls for path, calls in CONTRACT.items() if not calls <= told_of.get(path, set())} == {}


async def test_every_call_is_described_whole(api: Api) -> None:
    told = (await api.get("/api/v1/openapi.json")).body
    for path, calls in told["paths"].items():
        for method, call in calls.items():
            names = {p["name"] for p in call.get("parameters", ()) if p["in"] == "path"}
            assert names == set(re.findall(r"{(\w+)}", path))
            assert call["summary"]
            assert (call.get("security") == [{"key": []}]) == ("401" in call["responses"]) == ("openapi" not in path)
            assert "requestBody" in call or method in ("get", "delete") or path.endswith(_WITHOUT_BODY), path
            assert any(status.startswith("2") for status in call["responses"])
    operations = [call["operationId"] for calls in told["paths"].values() for call in calls.values()]
    assert len(set(operations)) == len(operations)


async def test_every_reference_of_the_description_leads_somewhere(api: Api) -> None:
    told = (await api.get("/api/v1/openapi.json")).body
    refs = set(re.findall(r'"\$ref":"#/([^"]+)"', orjson.dumps(told).decode()))
    assert "components/schemas/ActivityIn" in refs
    for ref in refs:
        place: Any = told
        for part in ref.split("/"):
            place = place[part]
        assert place


async def test_health_needs_no_key_and_says_ok(api: Api) -> None:
    stranger = Api(api.client, "")
    for path in ("/health/live", "/health/ready"):
        assert ((await stranger.get(path)).status, (await stranger.get(path)).body) == (200, {"status": "ok"})


class TestNotReady:
    @pytest.fixture
    def database_url(self, empty_database_url: str) -> str:
        return empty_database_url

    async def test_on_an_empty_database_the_service_lives_but_is_not_ready(self, database_url: str) -> None:
        core = Core(Database(database_url), b"x" * 32)
        async with TestClient(TestServer(server.build(core))) as client:
            api = Api(client, "")
            ready = await api.get("/health/ready")
            assert (ready.status, ready.body["reason"]) == (503, "the database is not ready; run: regulars doctor")
            assert (await api.get("/health/live")).status == 200
            assert "regulars_http_requests_total" in (await api.get("/metrics")).body
        await core.database.close()


async def test_a_database_that_cannot_be_opened_is_a_503_that_says_when_to_come_back(tmp_path: Path) -> None:
    core = Core(Database(f"sqlite+aiosqlite:///{tmp_path}/no/such/folder.db"), b"x" * 32)
    async with TestClient(TestServer(server.build(core))) as client:
        api = Api(client, "reg_" + "x" * 43)
        answer = await api.get(ANNA)
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        assert str(tmp_path) not in answer.body["detail"]
        assert (await api.get("/health/ready")).status == 503
    await core.database.close()


@pytest.mark.parametrize(
    ("what", "status"),
    [("bug", 500), ("outage", 503), ("starting", 503), ("network", 503), ("setup", 503), ("teapot", 403)],
)
async def test_every_error_is_a_problem_that_gives_nothing_away(broken: Api, what: str, status: int) -> None:
    answer = await broken.get(f"/fails/{what}")
    assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert {"type", "title", "status", "detail"} == set(answer.body)
    assert answer.body["status"] == status
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert not re.search("42|Anna|internal", str(answer.body))


async def test_a_bug_is_logged_with_where_it_is(broken: Api) -> None:
    with capture_logs() as logged:
        await broken.get("/fails/bug")
    [line] = [line for line in logged if line["log_level"] == "error"]
    assert (line["event"], line["exc_info"]) == ("request_failed", True)


async def test_a_database_that_is_away_is_one_line_in_the_log_for_a_request(broken: Api) -> None:
    with capture_logs() as logged:
        await broken.get("/fails/starting")
    [line] = [line for line in logged if line["log_level"] == "error"]
    assert line == {"event": "database_away", "log_level": "error", "method": "GET", "error": "DBAPIError"}


async def test_a_redirect_stays_one(broken: Api) -> None:
    async with broken.client.get("/fails/moved", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, "/elsewhere")


async def test_a_body_that_is_too_large_is_a_413(api: Api) -> None:
    answer = await api.post("/api/v1/activities", raw=b" " * (server.BODY_LIMIT + 1))
    assert (answer.status, answer.body["title"]) == (413, "Request Entity Too Large")


async def test_every_answer_carries_the_headers_of_caution(broken: Api) -> None:
    for path in ("/health/live", "/fails/bug", "/api/v1/rewards", "/nowhere"):
        headers = (await broken.get(path)).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Server"] == "Regulars"


async def test_the_numbers_count_requests_by_route_and_activities_by_what_became_of_them(api: Api) -> None:
    for name in ("1", "1", "2"):
        await api.buys(name)
    await api.buys("3", "x")
    await api.post("/api/v1/activities/batch", raw=orjson.dumps(purchase("4")) + b"\nx")
    await api.get(ANNA)
    numbers = (await Api(api.client, "").get("/metrics")).body
    for line in (
        'regulars_http_requests_total{method="POST",route="/api/v1/activities",status="201"} 2.0',
        'regulars_http_requests_total{method="POST",route="/api/v1/activities",status="422"} 1.0',
        'regulars_http_request_seconds_count{method="GET",route="/api/v1/members/{ref}"} 1.0',
        'regulars_activities_total{result="recorded"} 3.0',
        'regulars_activities_total{result="duplicate"} 1.0',
        'regulars_activities_total{result="refused"} 2.0',
    ):
        assert line in numbers
    assert "anna" not in numbers


async def test_the_numbers_know_the_messages_in_each_state(api: Api, core: Core) -> None:
    message = Outbound(1, "sms", "+36301111111", Purpose.NOTICE, "Hello")
    async with core.database.write() as tx:
        await outbox.add(tx, [outbox.Draft(message, None)], system_clock())
    numbers = (await Api(api.client, "").get("/metrics")).body
    assert 'regulars_messages{state="queued"} 1.0' in numbers
    assert "regulars_outbox_due 1.0" in numbers


async def test_the_log_of_a_request_names_its_route_and_no_person(api: Api) -> None:
    with capture_logs() as logged:
        await api.get("/api/v1/members/email:anna@example.com")
        await api.post("/api/v1/members", {"phone": "+36301111111", "name": "Anna"})
    assert [line["route"] for line in logged] == ["/api/v1/members/{ref}", "/api/v1/members"]
    assert not re.search("anna|Anna|3630", str(logged))


async def test_errors_of_the_database_do_not_repeat_what_was_written(core: Core) -> None:
    with pytest.raises(OperationalError) as caught:
        async with core.database.read() as tx:
            await tx.execute(text("SELECT * FROM nowhere WHERE name = :name"), {"name": "Anna"})
    assert "Anna" not in str(caught.value)
