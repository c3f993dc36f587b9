"""Many tills at the same moment, on two instances of the service: each sum is as if they had queued."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterable
from contextlib import AsyncExitStack
from itertools import cycle
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.actions import keys
from bot.actions.core import Core
from bot.web import server
from tests import cast
from tests.actions.asking import unbroken
from tests.cast import CAFE, Watch
from tests.web.api import Answer, Api

MUG = """
[[rewards]]
key = "last_mug"
kind = "merchandise"
name = { en = "The last mug" }
cost = { points = 10 }
stock = 1
"""
PEOPLE = [f"guest{n}" for n in range(50)]


class Tills:
    """Each call goes to the next instance."""

    def __init__(self, apis: Iterable[Api]) -> None:
        self._apis = cycle(apis)

    async def post(self, path: str, body: Any = None) -> Answer:
        return await next(self._apis).post(f"/api/v1{path}", body)

    async def tell(self, name: str, amount: str | None = None, who: str = "anna", **more: Any) -> Answer:
        told = {"type": "purchase", "source": "till", "id": name, "member": {"external_id": who}, "amount": amount}
        return await self.post("/activities", {**told, **more})

    async def refund(self, name: str, of: str) -> Answer:
        return await self.tell(name, type="refund", refunds=of)

    async def redeem(self, name: str, who: str = "anna", reward: str = "free_drink") -> Answer:
        return await self.post("/redemptions", {"member": {"external_id": who}, "reward": reward, "id": name})

    async def give(self, name: str, points: int, giver: str = "anna", receiver: str = "bence") -> Answer:
        told = {"from": {"external_id": giver}, "to": {"external_id": receiver}, "points": points, "id": name}
        return await self.post("/gifts", told)

    async def adjust(self, name: str, who: str = "anna", **given: Any) -> Answer:
        return await self.post(f"/members/external:{who}/adjust", {**given, "reason": "to begin", "id": name})

    async def has(self, who: str = "anna") -> tuple[int, str]:
        """Points and credit, which are also the sums of the ledger."""
        one = next(self._apis)
        balance = (await one.get(f"/api/v1/members/external:{who}/balance")).body
        lines = (await one.get(f"/api/v1/members/external:{who}/ledger?limit=500")).body["entries"]
        assert sum(line["points"] for line in lines) == balance["points"]
        return balance["points"], balance["credit"]


async def at_once(*calls: Awaitable[Answer]) -> list[Answer]:
    """All answers; none of them may be a fault of the service."""
    answers = await asyncio.gather(*calls)
    assert not [one.body for one in answers if one.status >= 500]
    return answers


def statuses(answers: Iterable[Answer]) -> dict[int, int]:
    return dict(Counter(one.status for one in answers))


@pytest.fixture
async def tills(database_url: str) -> AsyncIterator[Tills]:
    clock, apis = Watch(), list[Api]()
    async with AsyncExitStack() as stack:
        cores: list[Core] = [await stack.enter_async_context(cast.core(database_url, clock, CAFE + MUG)) for _ in "ab"]
        await cast.joins(cores[0], cast.ANNA, cast.BENCE)
        for core in cores:
            client = await stack.enter_async_context(TestClient(TestServer(server.build(core))))
            apis.append(Api(client, await keys.create_key(core, "test", "owner")))
        yield Tills(apis)
        await unbroken(cores[0])


async def test_twenty_gifts_from_a_hundred_points_give_a_hundred(tills: Tills) -> None:
    await tills.adjust("begin", points=100)
    answers = await at_once(*(tills.give(f"g{n}", 10) for n in range(20)))
    assert statuses(answers) == {201: 10, 409: 10}
    assert (await tills.has())[0] == 0
    assert (await tills.has("bence"))[0] == 100


async def test_gifts_in_both_directions_do_not_wait_for_each_other_for_ever(tills: Tills) -> None:
    await tills.adjust("a", points=100)
    await tills.adjust("b", who="bence", points=100)
    there = [tills.give(f"t{n}", 5) for n in range(10)]
    back = [tills.give(f"b{n}", 3, "bence", "anna") for n in range(10)]
    answers = await at_once(*(call for both in zip(there, back, strict=True) for call in both))
    assert statuses(answers) == {201: 20}
    assert ((await tills.has())[0], (await tills.has("bence"))[0]) == (80, 120)


async def test_of_fifty_redemptions_with_points_for_one_one_is_made(tills: Tills) -> None:
    await tills.adjust("begin", points=100)
    answers = await at_once(*(tills.redeem(f"r{n}") for n in range(50)))
    assert statuses(answers) == {201: 1, 409: 49}
    assert {one.body["short"] for one in answers if one.status == 409} == {100}
    assert (await tills.has())[0] == 0


async def test_of_fifty_who_want_the_last_one_one_gets_it(tills: Tills) -> None:
    for who in PEOPLE:
        await tills.post("/members", {"external_id": who})
        await tills.adjust(who, who, points=10)
    answers = await at_once(*(tills.redeem(f"r{who}", who, "last_mug") for who in PEOPLE))
    assert statuses(answers) == {201: 1, 409: 49}
    assert {one.body["why"] for one in answers if one.status == 409} == {"sold_out"}
    assert sum([(await tills.has(who))[0] for who in PEOPLE]) == 490


async def test_the_same_redemption_asked_for_by_twenty_clients_is_one(tills: Tills) -> None:
    await tills.adjust("begin", points=1000)
    answers = await at_once(*(tills.redeem("r") for _ in range(20)))
    assert statuses(answers) == {201: 1, 200: 19}
    assert len({one.body["voucher"] for one in answers}) == 1
    assert (await tills.has())[0] == 900


async def test_the_same_activity_from_twenty_clients_counts_once(tills: Tills) -> None:
    answers = await at_once(*(tills.tell("1", "12.99") for _ in range(20)))
    assert statuses(answers) == {201: 1, 200: 19}
    assert len({str(one.body["outcomes"]) for one in answers}) == 1
    assert (await tills.has())[0] == 12


async def test_a_voucher_in_the_hands_of_many_staff_is_used_once(tills: Tills) -> None:
    await tills.adjust("begin", points=100)
    code = (await tills.redeem("r")).body["voucher"]
    answers = await at_once(*(tills.post(f"/vouchers/{code}/use", {"by": f"staff {n}"}) for n in range(10)))
    assert statuses(answers) == {200: 1, 409: 9}
    [used] = [one.body["used_at"] for one in answers if one.status == 200]
    assert {one.body["used_at"] for one in answers} == {used}


async def test_a_voucher_is_either_used_or_cancelled(tills: Tills) -> None:
    await tills.adjust("begin", points=1000)
    for n in range(10):
        code, before = (await tills.redeem(f"r{n}")).body["voucher"], (await tills.has())[0]
        path = f"/vouchers/{code}"
        used, cancelled = await at_once(tills.post(f"{path}/use"), tills.post(f"{path}/cancel"))
        assert {used.status, cancelled.status} == {200, 409}
        assert (await tills.has())[0] == before + (100 if cancelled.status == 200 else 0)


async def test_a_refund_told_ten_times_takes_back_once(tills: Tills) -> None:
    await tills.tell("1", "50.00")
    await tills.tell("2", "30.00")
    answers = await at_once(*(tills.refund("back", "1") for _ in range(10)))
    assert statuses(answers) == {201: 1, 200: 9}
    assert (await tills.has())[0] == 30


async def test_refunds_of_the_same_purchase_under_other_names_take_back_once(tills: Tills) -> None:
    await tills.tell("1", "50.00")
    await at_once(*(tills.refund(f"back{n}", "1") for n in range(10)))
    assert (await tills.has())[0] == 0


async def test_a_purchase_and_its_refund_come_to_nothing_in_any_order(tills: Tills) -> None:
    calls = [(tills.tell(f"{n}", "20.00"), tills.refund(f"back{n}", f"{n}")) for n in range(10)]
    answers = await at_once(*(call for both in calls for call in both))
    assert statuses(answers) == {201: 20}
    assert (await tills.has())[0] == 0


async def test_a_redemption_and_the_refund_of_what_paid_for_it_leave_no_points(tills: Tills) -> None:
    await tills.tell("1", "100.00")
    redeemed, refunded = await at_once(tills.redeem("r"), tills.refund("back", "1"))
    assert refunded.status == 201
    assert redeemed.status in (201, 409)
    assert (await tills.has())[0] == (-100 if redeemed.status == 201 else 0)


async def test_twenty_payments_from_one_credit_pay_what_is_there(tills: Tills) -> None:
    await tills.adjust("begin", credit="5.00")
    path = "/members/external:anna/credit/spend"
    answers = await at_once(*(tills.post(path, {"amount": "1.00", "id": f"c{n}"}) for n in range(20)))
    assert statuses(answers) == {201: 5, 409: 15}
    assert (await tills.has())[1] == "0.00"


async def test_one_address_makes_one_member(tills: Tills) -> None:
    answers = await at_once(*(tills.post("/members", {"phone": "+36305555555"}) for _ in range(20)))
    assert statuses(answers) == {201: 1, 409: 19}


async def test_everything_at_once_ends_well(tills: Tills) -> None:
    for who in ("anna", "bence"):
        await tills.adjust(who, who, points=500)
    calls: list[Awaitable[Answer]] = []
    for n in range(12):
        for who, other in (("anna", "bence"), ("bence", "anna")):
            calls += [
                tills.tell(f"{who}{n}", "10.00", who, items=[{"category": "coffee", "quantity": 4}]),
                tills.tell(f"{who}-{n}", None, who, type="refund", refunds=f"{who}{n}"),
                tills.give(f"g{who}{n}", 7, who, other),
                tills.redeem(f"r{who}{n}", who, "last_mug" if n % 2 else "free_drink"),
                tills.adjust(f"a{who}{n}", who, points=n + 1),
            ]
    answers = await at_once(*calls)
    given = 2 * 500 + 2 * sum(range(1, 13))
    drinks = sum(one.status == 201 and one.body.get("reward") == "free_drink" for one in answers)
    mugs = sum(one.status == 201 and one.body.get("reward") == "last_mug" for one in answers)
    # What was spent before its purchase was taken back is let go.
    short = sum(
        outcome["short"]
        for one in answers
        for outcome in one.body.get("outcomes", ())
        if outcome["type"] == "points_clawed_back"
    )
    assert mugs == 1
    assert (await tills.has())[0] + (await tills.has("bence"))[0] == given - 100 * drinks - 10 * mugs + short
