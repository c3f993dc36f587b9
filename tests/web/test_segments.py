"""Segments over HTTP: how many members are in each, and who."""

from collections.abc import AsyncIterator
from datetime import date

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.actions import keys
from bot.actions.core import Core
from bot.actions.enrol import NewMember
from bot.web import server
from tests import cast
from tests.web.api import Api

PATH = "/api/v1/segments"
DOCUMENT = (
    cast.CAFE
    + """
[[segments]]
key = "coming_back"
name = { en = "Came more than once", hu = "Visszajárók" }
when = { purchases = { over = 1 } }

[[segments]]
key = "march"
name = { en = "Born in March", hu = "Márciusiak" }
when = { birthday_month = true, not = { segment = "coming_back" } }
"""
)


@pytest.fixture
async def core(database_url: str, clock: cast.Watch) -> AsyncIterator[Core]:
    async with cast.core(database_url, clock, DOCUMENT) as core:
        await cast.joins(core, cast.ANNA, cast.BENCE)
        yield core


async def counted(api: Api, **headers: str) -> dict[str, int]:
    return {one["name"]: one["members"] for one in (await api.get(PATH, **headers)).body["segments"]}


async def test_members_are_counted_as_they_stand_now(api: Api) -> None:
    assert await counted(api) == {"Came more than once": 0, "Born in March": 1}
    await api.buys("1")
    await api.buys("2")
    assert await counted(api, **{"Accept-Language": "hu"}) == {"Visszajárók": 1, "Márciusiak": 0}


async def test_members_are_listed_page_by_page(api: Api, core: Core) -> None:
    await cast.joins(core, *(NewMember(name=f"Guest {i}", birthday=date(1990, 3, 1)) for i in range(4)))
    first = (await api.get(f"{PATH}/march/members?limit=3")).body
    rest = (await api.get(f"{PATH}/march/members?limit=3&after={first['next']}")).body
    assert (len(first["members"]), len(rest["members"]), rest["next"]) == (3, 2, None)
    ids = [int(one["id"]) for one in (*first["members"], *rest["members"])]
    assert ids == sorted(set(ids))
    anna = (await api.get("/api/v1/members/external:anna")).body
    assert {"id": anna["id"], "code": anna["code"], "name": "Anna"} in first["members"] + rest["members"]


async def test_a_segment_that_is_not_there_is_a_404(api: Api) -> None:
    answer = await api.get(f"{PATH}/nobody/members")
    assert (answer.status, answer.body["detail"]) == (404, 'there is no segment "nobody"')


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "after=-1", f"after={1 << 63}", "page=2"])
async def test_a_page_that_cannot_be_is_a_422(api: Api, query: str) -> None:
    assert (await api.get(f"{PATH}/march/members?{query}")).status == 422


async def test_staff_may_not_look(core: Core) -> None:
    async with TestClient(TestServer(server.build(core))) as client:
        for role, status in (("staff", 403), ("marketer", 200)):
            api = Api(client, await keys.create_key(core, "test", role))
            assert {(await api.get(path)).status for path in (PATH, f"{PATH}/march/members")} == {status}
