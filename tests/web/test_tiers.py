"""Tiers as tills and shops see them."""

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.actions import keys
from bot.actions.core import Core
from bot.web import server
from tests import cast
from tests.web.api import ANNA, Api

TIERS = (
    cast.CAFE
    + """
[qualification]
by = "spend"
grace_months = 3

[[tiers]]
key = "silver"
name = { en = "Silver", hu = "Ezüst" }
from = "300.00"

[[tiers]]
key = "gold"
name = { en = "Gold", hu = "Arany" }
from = "1000.00"

[tiers.benefits]
multiplier = "1.25"
free_shipping = true
early_access_hours = 48
perks = [{ en = "A coffee a month", hu = "Havonta egy kávé" }]
"""
)
GOLD = {
    "key": "gold",
    "name": "Gold",
    "from": "1000.00",
    "benefits": {
        "multiplier": "1.25",
        "free_shipping": True,
        "early_access_hours": 48,
        "perks": ["A coffee a month"],
    },
}
BENCE = "/api/v1/members/external:bence"


@pytest.fixture
async def core(database_url: str, clock: cast.Watch) -> AsyncIterator[Core]:
    async with cast.core(database_url, clock, TIERS) as core:
        await cast.joins(core, cast.ANNA, cast.BENCE)
        yield core


@pytest.fixture
async def api(core: Core) -> AsyncIterator[Api]:
    async with TestClient(TestServer(server.build(core))) as client:
        yield Api(client, await keys.create_key(core, "test", "staff"))


async def test_a_balance_tells_the_tier_until_when_and_what_is_missing_to_the_next(api: Api) -> None:
    assert (await api.get(f"{ANNA}/balance")).body["tier"] is None
    bought = await api.buys("1", "957.00")
    assert {"type": "tier_reached", "tier": "silver", "from": None} in bought.body["outcomes"]
    told = (await api.get(f"{ANNA}/balance")).body
    assert (told["tier"], told["tier_until"]) == ("silver", "2028-03-31T22:00:00+00:00")
    assert told["to_next_tier"] == {"key": "gold", "name": "Gold", "missing": "43.00"}


async def test_the_tier_of_a_member_is_told_with_what_it_brings_in_their_language(api: Api) -> None:
    await api.buys("1", "1000.00")
    told = (await api.get(f"{ANNA}/tier")).body
    assert told["tier"] == GOLD
    assert (told["progress"], told["next"]) == ("1000.00", None)
    await api.buys("2", "1000.00", member={"external_id": "bence"})
    told = (await api.get(f"{BENCE}/tier")).body["tier"]
    assert (told["name"], told["benefits"]["perks"]) == ("Arany", ["Havonta egy kávé"])


async def test_a_tier_that_is_over_is_told_no_more_though_nobody_looked(api: Api, clock: cast.Watch) -> None:
    await api.buys("1", "1000.00")
    clock.moves(days=2 * 365 + 30)
    assert (await api.get(f"{ANNA}/balance")).body["tier"] is None
    told = (await api.get(f"{ANNA}/tier")).body
    assert (told["tier"], told["until"], told["progress"]) == (None, None, "0.00")


async def test_the_tiers_are_listed_from_the_lowest_up(api: Api) -> None:
    told = (await api.get("/api/v1/tiers?locale=en")).body
    assert (told["by"], told["period"], told["grace_months"]) == ("spend", "calendar_year", 3)
    assert [tier["key"] for tier in told["tiers"]] == ["silver", "gold"]
    assert told["tiers"][1] == GOLD
    assert [tier["name"] for tier in (await api.get("/api/v1/tiers?locale=hu")).body["tiers"]] == ["Ezüst", "Arany"]


async def test_nobody_has_the_tier_of_a_stranger(api: Api) -> None:
    assert (await api.get("/api/v1/members/external:charlie/tier")).status == 404
