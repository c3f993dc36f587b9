"""A member's challenges, streaks and badges over HTTP, and the taking up of a challenge, also from a chat."""

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.actions import keys
from bot.actions.converse import converse_many
from bot.actions.core import Core
from bot.messages import Inbound
from bot.web import server
from tests import cast
from tests.unit.conversation.test_achievements import RULES
from tests.unit.loyalty.play import HEAD
from tests.web.api import Api


@pytest.fixture
async def shop(database_url: str) -> AsyncIterator[Core]:
    async with cast.core(database_url, document=HEAD + RULES) as core:
        await cast.joins(core, cast.ANNA, cast.BENCE)
        yield core


@pytest.fixture
async def api(shop: Core) -> AsyncIterator[Api]:
    async with TestClient(TestServer(server.build(shop))) as client:
        yield Api(client, await keys.create_key(shop, "test", "staff"))


async def buys(api: Api, number: str, *skus: str, who: str = "anna") -> None:
    items = [{"sku": sku, "quantity": 1} for sku in skus]
    body = {"type": "purchase", "source": "till", "id": number, "amount": "60.00", "items": items}
    assert (await api.post("/api/v1/activities", {**body, "member": {"external_id": who}})).status == 201


async def test_how_far_a_member_has_come_is_told_for_each_challenge_and_streak(api: Api) -> None:
    await buys(api, "1")
    told = (await api.get("/api/v1/members/external:anna/challenges")).body
    assert told["challenges"][0] == {
        "key": "spender",
        "name": "Big spender",
        "have": "60.00",
        "need": "100.00",
        "level": 0,
        "levels": 1,
        "completed": False,
        "running": True,
        "until": "2026-03-31",
        "joined": True,
    }
    assert (told["challenges"][2]["have"], told["challenges"][2]["need"]) == (1, 2)
    assert told["streaks"] == [
        {
            "key": "daily",
            "name": "Daily",
            "length": 1,
            "best": 1,
            "freezes": 0,
            "counted": True,
            "next": 5,
            "missed": None,
        }
    ]


async def test_badges_are_told_with_level_and_day(api: Api) -> None:
    await buys(api, "1")
    await buys(api, "2")
    assert (await api.get("/api/v1/members/external:anna/badges")).body == {
        "badges": [{"badge": "explorer", "name": "Explorer", "level": 2, "period": None, "day": "2026-03-04"}]
    }
    assert (await api.get("/api/v1/members/external:bence/badges")).body == {"badges": []}


async def test_a_challenge_is_taken_up_once_and_counts_from_then_on(api: Api) -> None:
    await buys(api, "1", "latte")
    for _ in range(2):
        taken = await api.post("/api/v1/members/external:anna/challenges/tasting/join", None)
        assert (taken.status, taken.body["joined"], taken.body["have"]) == (200, True, 0)
    await buys(api, "2", "mocha")
    told = (await api.get("/api/v1/members/external:anna/challenges")).body["challenges"][1]
    assert (told["have"], told["need"], told["joined"]) == (1, 2, True)


@pytest.mark.parametrize(
    ("ref", "key", "status"),
    [("external:anna", "spender", 409), ("external:anna", "x", 404), ("external:zoe", "tasting", 404)],
)
async def test_what_cannot_be_taken_up_is_refused(api: Api, ref: str, key: str, status: int) -> None:
    assert (await api.post(f"/api/v1/members/{ref}/challenges/{key}/join", None)).status == status


async def test_a_challenge_is_taken_up_in_a_chat(api: Api, shop: Core) -> None:
    said = Inbound("telegram", "2222", "1", "kihívás 1", cast.NOON)
    [[reply]] = await converse_many(shop, [said])
    assert reply.text.startswith("Benne vagy.")
    told = (await api.get("/api/v1/members/external:bence/challenges")).body["challenges"][1]
    assert told["joined"] is True
