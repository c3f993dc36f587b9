"""Store credit, adjustments, points that wait or end: as callers of the API see them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.actions import keys
from bot.actions.core import Core
from bot.actions.settle import settle_due
from tests import cast
from tests.actions.asking import unbroken
from tests.web.api import ANNA, Answer, Api

ACTIVITIES = "/api/v1/activities"
CAFE = cast.CAFE + "\n[expiry]\nmonths = 12\n"
REVIEW = """
[[earning]]
key = "review"
on = "review"
give = { points = 30 }
pending = "confirmed"

[[earning]]
key = "survey"
on = "survey"
give = { points = 7 }
pending_days = 14
"""


@pytest.fixture
async def core(database_url: str, clock: cast.Watch) -> AsyncIterator[Core]:
    async with cast.core(database_url, clock, CAFE + REVIEW) as core:
        await cast.joins(core, cast.ANNA, cast.BENCE)
        yield core
        await unbroken(core)


async def balance(api: Api) -> dict[str, object]:
    return dict((await api.get(f"{ANNA}/balance")).body)


async def adjusts(api: Api, name: str, **what: object) -> Answer:
    return await api.post(f"{ANNA}/adjust", {"id": name, "reason": "thank you", **what})


async def spends(api: Api, name: str, amount: str) -> Answer:
    return await api.post(f"{ANNA}/credit/spend", {"id": name, "amount": amount, "location": "Main Street"})


async def test_credit_is_given_and_spent_to_the_cent(api: Api) -> None:
    assert (await adjusts(api, "a", credit="5.00")).status == 201
    spent = await spends(api, "s", "3.20")
    assert (spent.status, spent.body) == (201, {"id": "s", "points": 0, "credit": "1.80"})
    assert (await balance(api))["credit"] == "1.80"
    short = await spends(api, "t", "1.81")
    assert (short.status, short.body["detail"]) == (409, "only 1.80 of store credit is there; nothing was changed")
    assert (await balance(api))["credit"] == "1.80"
    lines = (await api.get(f"{ANNA}/ledger")).body["entries"]
    assert [(line["kind"], line["points"], line["credit"]) for line in lines] == [
        ("credit_spent", 0, "-3.20"),
        ("adjust", 0, "5.00"),
    ]


async def test_a_call_told_twice_has_the_effect_of_once_and_no_other(api: Api) -> None:
    for status in (201, 200):
        assert (await adjusts(api, "a", credit="5.00")).status == status
        assert (await spends(api, "s", "3.20")).status == status
    assert (await balance(api))["credit"] == "1.80"
    assert (await spends(api, "s", "3.21")).status == 409
    assert (await adjusts(api, "a", points=5)).status == 409


async def test_points_are_given_and_taken_but_no_more_than_there_are(api: Api) -> None:
    assert (await adjusts(api, "a", points=20)).body["points"] == 20
    assert (await adjusts(api, "b", points=-15)).body["points"] == 5
    refused = await adjusts(api, "c", points=-6)
    assert (refused.status, refused.body["short"]) == (409, 1)
    assert (await balance(api))["points"] == 5


@pytest.mark.parametrize("odd", [{}, {"points": 0}, {"points": 1, "credit": "1.00"}, {"credit": "0"}, {"credit": "x"}])
async def test_odd_adjustments_are_refused_with_their_field(api: Api, odd: dict[str, object]) -> None:
    refused = await adjusts(api, "a", **odd)
    assert refused.status == 422
    assert refused.faults.keys() <= {"points", "credit"}


@pytest.mark.parametrize("amount", ["-1.00", "0", "0.001", "much"])
async def test_odd_amounts_are_refused(api: Api, amount: str) -> None:
    assert list((await spends(api, "s", amount)).faults) == ["amount"]


async def test_staff_spend_credit_and_may_give_nothing(api: Api, core: Core) -> None:
    staff = Api(api.client, await keys.create_key(core, "till", "staff"))
    assert (await adjusts(staff, "a", points=5)).status == 403
    assert (await spends(staff, "s", "1.00")).status == 409


async def test_an_adjustments_reason_is_kept_where_erasing_finds_it(api: Api, core: Core) -> None:
    await adjusts(api, "a", points=5)
    lines = (await api.get(f"{ANNA}/ledger")).body["entries"]
    assert [line["rule"] for line in lines] == ["adjust"]


async def test_what_ends_when_is_told(api: Api, clock: cast.Watch) -> None:
    await api.buys("1", "20.00")
    clock.moves(days=30)
    await api.buys("2", "5.00")
    await api.buys("3", "2.50")
    first, second = "2027-03-04T23:00:00+00:00", "2027-04-03T22:00:00+00:00"
    assert (await balance(api))["expiring"] == [{"points": 20, "at": first}, {"points": 7, "at": second}]
    await adjusts(api, "a", points=-21)
    assert (await balance(api))["expiring"] == [{"points": 6, "at": second}]


async def test_points_are_gone_the_moment_they_end_though_no_tick_has_run(api: Api, clock: cast.Watch) -> None:
    await api.buys("1", "150.00")
    clock.now = datetime(2027, 3, 4, 22, 59, 59, tzinfo=UTC)
    assert (await balance(api))["points"] == 150
    clock.moves(seconds=1)
    assert (await balance(api))["points"] == 0
    assert (await api.redeems("r")).status == 409
    assert await api.points() == 0


async def test_the_tick_writes_what_ended_once(api: Api, core: Core, clock: cast.Watch) -> None:
    await api.buys("1", "150.00")
    clock.moves(days=400)
    assert await settle_due(core, clock()) == 1
    assert await settle_due(core, clock()) == 0
    lines = (await api.get(f"{ANNA}/ledger")).body["entries"]
    assert [(line["kind"], line["points"], line["at"][:10]) for line in lines[:1]] == [("expire", -150, "2027-03-04")]


async def test_points_that_wait_are_pending_and_come_on_their_day(api: Api, clock: cast.Watch) -> None:
    await api.call("POST", ACTIVITIES, told("survey", "s"))
    assert await both(api) == (0, 7)
    clock.moves(days=14)
    assert await both(api) == (7, 0)


async def test_points_that_are_confirmed_come_at_once_and_once(api: Api, clock: cast.Watch) -> None:
    await api.call("POST", ACTIVITIES, told("review", "r"))
    clock.moves(days=400)
    assert await both(api) == (0, 30)
    for points in (30, 0):
        confirmed = await api.post(f"{ACTIVITIES}/confirm", {"source": "till", "id": "r"})
        assert (confirmed.status, confirmed.body) == (200, {"id": "r", "points": points})
    assert await both(api) == (30, 0)


async def test_what_nobody_told_cannot_be_confirmed(api: Api) -> None:
    assert (await api.post(f"{ACTIVITIES}/confirm", {"source": "till", "id": "x"})).status == 404


async def both(api: Api) -> tuple[object, object]:
    told = await balance(api)
    return told["points"], told["pending"]


def told(kind: str, name: str) -> dict[str, object]:
    return {"type": kind, "source": "till", "id": name, "member": {"external_id": "anna"}}
