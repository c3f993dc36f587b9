"""Gifts, causes, referrals and settlements over HTTP."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.actions import keys
from bot.web import server
from tests import cast
from tests.web.api import ANNA, Api

DOCUMENT = cast.CAFE + (
    '\n[[causes]]\nkey = "trees"\nname = { en = "Trees", hu = "Fák" }\n[points_value]\npoint = "0.01"\n'
    "[referrals]\nreferrer = { points = 100 }\nhold_days = 0\nreview = true\n"
    '[[partners]]\nkey = "bakery"\nname = "Bakery"\nlocations = ["Baker Street"]\n'
)
GIFT = {"from": {"external_id": "anna"}, "to": {"external_id": "bence"}, "points": 50, "id": "g-1"}
DONATION = {"member": {"external_id": "anna"}, "cause": "trees", "points": 50, "id": "d-1"}


@pytest.fixture
async def shop(database_url: str, clock: cast.Watch) -> AsyncIterator[Api]:
    async with cast.core(database_url, clock, DOCUMENT) as core:
        await cast.joins(core, cast.ANNA, cast.BENCE)
        async with TestClient(TestServer(server.build(core))) as client:
            yield Api(client, await keys.create_key(core, "test", "owner"))


async def test_a_gift_is_made_once(shop: Api) -> None:
    await shop.buys("1", "100.00")
    made, again = await shop.post("/api/v1/gifts", GIFT), await shop.post("/api/v1/gifts", GIFT)
    ids = [(await shop.get(f"/api/v1/members/external:{who}")).body["id"] for who in ("anna", "bence")]
    assert (made.status, made.body) == (
        201,
        {"id": "g-1", "from": ids[0], "to": ids[1], "points": 50, "points_left": 50},
    )
    assert (again.status, again.body) == (200, made.body)


async def test_twenty_gifts_at_once_from_a_hundred_points_give_no_more(shop: Api) -> None:
    await shop.buys("1", "100.00")
    answers = await asyncio.gather(
        *(shop.post("/api/v1/gifts", {**GIFT, "points": 20, "id": f"g{n}"}) for n in range(20))
    )
    assert sorted(answer.status for answer in answers) == [201] * 5 + [409] * 15
    assert await shop.points() == 0
    assert (await shop.get("/api/v1/members/external:bence/balance")).body["points"] == 100


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"points": 51}, 409),
        ({"to": {"external_id": "anna"}}, 409),
        ({"to": {"phone": "+36309999999"}}, 404),
        ({"from": {"code": "nobody"}}, 404),
        ({"points": 0}, 422),
        ({"points": -5}, 422),
        ({"points": "5"}, 422),
        ({"points": 10**30}, 422),
        ({"id": None}, 422),
        ({"extra": 1}, 422),
    ],
)
async def test_what_cannot_be_given_changes_nothing(shop: Api, more: dict[str, object], status: int) -> None:
    await shop.buys("1", "50.00")
    assert (await shop.post("/api/v1/gifts", {**GIFT, **more})).status == status
    assert await shop.points() == 50


async def test_donations_add_up_and_are_stated(shop: Api) -> None:
    await shop.buys("1", "100.00")
    made = await shop.post("/api/v1/donations", DONATION)
    assert (made.status, made.body["worth"], made.body["how"]) == (201, "0.50", "given")
    assert (await shop.post("/api/v1/donations", DONATION)).status == 200
    assert (await shop.post("/api/v1/donations", {**DONATION, "id": "d-2", "points": 51})).status == 409
    assert (await shop.post("/api/v1/donations", {**DONATION, "id": "d-2", "cause": "cats"})).status == 404
    chosen = await shop.call("PUT", f"{ANNA}/choices", {"round_up": "trees"})
    assert (chosen.body, (await shop.get(f"{ANNA}/choices")).body) == ({"round_up": "trees"}, {"round_up": "trees"})
    await shop.buys("2", "7.35")
    [trees] = (await shop.get("/api/v1/causes?locale=hu")).body["causes"]
    assert trees == {
        "key": "trees",
        "name": "Fák",
        "about": None,
        "per_purchase": None,
        "points": 50,
        "worth": "0.50",
        "money": "0.65",
    }
    stated = (await shop.get(f"{ANNA}/donations?limit=1")).body
    assert stated["totals"] == {"trees": {"points": 50, "worth": "0.50", "money": "0.65"}}
    assert [one["how"] for one in stated["donations"]] == ["rounded_up"]
    older = (await shop.get(f"{ANNA}/donations?before={stated['next']}")).body
    assert ([one["how"] for one in older["donations"]], older["next"]) == (["given"], None)
    assert (await shop.call("PUT", f"{ANNA}/choices", {"round_up": "cats"})).status == 404


async def test_who_brought_a_member_is_paid_and_what_looks_odd_is_reviewed(shop: Api) -> None:
    code = (await shop.get(ANNA)).body["code"]
    for who, told in (("charlie", code), ("dora", {"external_id": "anna"})):
        made = await shop.post("/api/v1/members", {"external_id": who, "referred_by": told})
        assert made.status == 201
        await shop.buys(who, "10.00", member={"external_id": who}, attributes={"payment_token": "t"})
    assert await shop.points() == 100
    [one] = (await shop.get("/api/v1/referrals?state=review")).body["referrals"]
    assert one["reason"] == "device or payment of another member"
    done = await shop.post("/api/v1/referrals/external:dora/approve")
    assert (done.status, done.body["state"], await shop.points()) == (200, "paid", 200)
    assert (await shop.post("/api/v1/referrals/external:dora/refuse")).status == 409
    assert (await shop.post("/api/v1/referrals/external:anna/refuse")).status == 404
    unknown = await shop.post("/api/v1/members", {"external_id": "eve", "referred_by": "2222-2222"})
    assert (unknown.status, list(unknown.faults)) == (422, ["referred_by"])


async def test_partners_settle_for_a_period(shop: Api) -> None:
    await shop.buys("1", "100.00")
    code = (await shop.redeems("r")).body["voucher"]
    await shop.post(f"/api/v1/vouchers/{code}/use", {"location": "Baker Street"})
    told = await shop.get("/api/v1/settlement?from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z")
    assert told.body == {
        "currency": "EUR",
        "lines": [{"earned_at": None, "spent_at": "bakery", "points": 100, "credit": "0.00", "value": "1.00"}],
        "nets": [{"partner": None, "net": "-1.00"}, {"partner": "bakery", "net": "1.00"}],
    }
    assert (await shop.get("/api/v1/settlement?from=2026-03-01")).status == 422
