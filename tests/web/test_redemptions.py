"""Rewards, redemptions and vouchers over HTTP."""

import asyncio
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.web import server
from tests import cast
from tests.web.api import ANNA, Api


async def test_the_rewards_are_named_in_the_language_asked_for(api: Api) -> None:
    drink = {"key": "free_drink", "name": "Any drink", "kind": "free_product", "value": None, "cost": 100}
    drink |= {"credit": None, "left": None}
    assert (await api.get("/api/v1/rewards")).body == {"rewards": [drink]}
    for path, headers in (("?locale=hu", {}), ("", {"Accept-Language": "xx, hu-HU;q=0.9, en;q=0.8"})):
        [shown] = (await api.get(f"/api/v1/rewards{path}", **headers)).body["rewards"]
        assert shown == {**drink, "name": "Bármelyik ital"}
    assert (await api.get("/api/v1/rewards?language=hu")).status == 422


async def test_a_redemption_takes_the_points_and_gives_a_voucher(api: Api, clock: cast.Watch) -> None:
    await api.buys("1", "112.99")
    done = await api.redeems("r-1")
    assert (done.status, done.body) == (201, {**done.body, "id": "r-1", "reward": "free_drink", "points_left": 12})
    assert await api.points() == 12
    voucher = await api.get(f"/api/v1/vouchers/{done.body['voucher']}")
    assert voucher.body == {
        "code": done.body["voucher"],
        "member": (await api.get(ANNA)).body["id"],
        "reward": "free_drink",
        "kind": "free_product",
        "value": None,
        "because": "redemption",
        "issued_at": clock.now.isoformat(),
        **dict.fromkeys(("expires_at", "used_at", "used_where", "used_by", "cancelled_at", "cancelled_why")),
        "partners_code": None,
    }


async def test_the_same_redemption_again_answers_the_same_and_takes_nothing(api: Api) -> None:
    await api.buys("1", "300.00")
    first = await api.redeems("r-1")
    again = await api.redeems("r-1")
    assert (again.status, again.body) == (200, first.body)
    assert await api.points() == 200


async def test_an_id_that_was_used_for_something_else_is_a_conflict(api: Api) -> None:
    await api.buys("1", "300.00")
    await api.buys("2", "300.00", member={"external_id": "bence"})
    await api.redeems("r-1")
    assert (await api.redeems("r-1", member={"external_id": "bence"})).status == 409
    assert (await api.get("/api/v1/members/external:bence/balance")).body["points"] == 300


async def test_without_an_id_each_call_is_a_redemption_of_its_own(api: Api) -> None:
    await api.buys("1", "200.00")
    first, second = (await api.redeems()).body, (await api.redeems()).body
    assert first["id"] != second["id"]
    assert first["voucher"] != second["voucher"]
    assert await api.points() == 0


async def test_with_too_few_points_nothing_is_changed(api: Api) -> None:
    await api.buys("1", "99.99")
    answer = await api.redeems("r-1")
    assert (answer.status, answer.body["short"]) == (409, 1)
    assert await api.points() == 99
    await api.buys("2", "1.00")
    assert (await api.redeems("r-1")).status == 201


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"reward": "yacht"}, 404),
        ({"member": {"external_id": "nobody"}}, 404),
        ({"member": {"phone": "x"}}, 404),
        ({"reward": 5}, 422),
        ({"member": None}, 422),
        ({"id": ""}, 422),
        ({"amount": 1}, 422),
    ],
)
async def test_what_cannot_be_redeemed_is_refused(api: Api, more: dict[str, Any], status: int) -> None:
    body = {"member": {"external_id": "anna"}, "reward": "free_drink", "id": "r-1"}
    await api.buys("1", "300.00")
    assert (await api.post("/api/v1/redemptions", {**body, **more})).status == status
    assert await api.points() == 300


async def test_fifty_redemptions_at_once_of_what_the_balance_covers_once_give_one_voucher(
    api: Api, database_url: str
) -> None:
    await api.buys("1", "199.00")
    async with cast.core(database_url) as other, TestClient(TestServer(server.build(other))) as client:
        second = Api(client, api.key)
        answers = await asyncio.gather(*(till.redeems() for _ in range(25) for till in (api, second)))
    assert sorted(answer.status for answer in answers) == [201] + [409] * 49
    assert await api.points() == 99
    entries = (await api.get(f"{ANNA}/ledger")).body["entries"]
    assert [entry["points"] for entry in entries] == [-100, 199]


async def test_one_redemption_told_by_many_at_once_takes_the_points_once(api: Api) -> None:
    await api.buys("1", "300.00")
    answers = await asyncio.gather(*(api.redeems("r-1") for _ in range(20)))
    assert sorted(answer.status for answer in answers) == [200] * 19 + [201]
    assert len({answer.body["voucher"] for answer in answers}) == 1
    assert await api.points() == 200


async def test_a_voucher_is_used_once_and_says_when_and_where(api: Api, clock: cast.Watch) -> None:
    await api.buys("1", "100.00")
    code = (await api.redeems()).body["voucher"]
    path = f"/api/v1/vouchers/{code.lower().replace('-', '')}"
    used = await api.post(f"{path}/use", {"location": "Main St"})
    at = clock.now.isoformat()
    assert (used.status, used.body["used_at"], used.body["used_where"]) == (200, at, "Main St")
    clock.moves(hours=1)
    again = await api.post(f"{path}/use", {"location": "Side St"})
    assert (again.status, again.body["used_at"], again.body["used_where"]) == (409, at, "Main St")
    assert at in again.body["detail"]
    assert "Main St" in again.body["detail"]
    assert (await api.get(path)).body == used.body


async def test_of_two_who_use_a_voucher_at_once_one_does(api: Api) -> None:
    await api.buys("1", "100.00")
    path = f"/api/v1/vouchers/{(await api.redeems()).body['voucher']}/use"
    places = ["Main St", "Side St"]
    answers = await asyncio.gather(*(api.post(path, {"location": place}) for place in places))
    assert sorted(answer.status for answer in answers) == [200, 409]
    assert len({answer.body["used_where"] for answer in answers}) == 1


async def test_where_a_voucher_is_used_need_not_be_told(api: Api) -> None:
    await api.buys("1", "200.00")
    for raw in (None, b"{}"):
        code = (await api.redeems()).body["voucher"]
        used = await api.post(f"/api/v1/vouchers/{code}/use", raw=raw)
        assert (used.status, used.body["used_where"]) == (200, None)


@pytest.mark.parametrize("code", ["ABCD", "9HEY-WTD4-AQXW", "%00", "x' OR '1'='1", "%F0%9F%8D%B0", "A" * 500])
async def test_a_code_that_is_no_voucher_is_not_found(api: Api, code: str) -> None:
    assert (await api.get(f"/api/v1/vouchers/{code}")).status == 404
    assert (await api.post(f"/api/v1/vouchers/{code}/use")).status == 404


@pytest.mark.parametrize(
    ("raw", "status"), [(b"x", 400), (b"[]", 422), (b'{"where":"x"}', 422), (b'{"location":5}', 422)]
)
async def test_a_wrong_body_leaves_the_voucher_unused(api: Api, raw: bytes, status: int) -> None:
    await api.buys("1", "100.00")
    path = f"/api/v1/vouchers/{(await api.redeems()).body['voucher']}"
    assert (await api.post(f"{path}/use", raw=raw)).status == status
    assert (await api.get(path)).body["used_at"] is None
