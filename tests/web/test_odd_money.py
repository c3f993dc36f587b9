"""Currencies without and with three decimals, and sums as large as they come: right to the last unit, or refused."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.actions import keys
from bot.web import server
from campaigns.document import check
from tests import cast
from tests.actions.asking import unbroken
from tests.cast import CAFE
from tests.web.api import ANNA, Api

FASHION = (files("config") / "presets" / "fashion.toml").read_text("utf-8")
CASH_BACK = """
[[earning]]
key = "cash_back"
on = "purchase"
give = { credit = "5%" }
"""
LAVISH = "".join(
    f"""
[[earning]]
key = "lavish{n}"
on = "purchase"
give = {{ points = 1000, per = "0.01" }}

[[earning]]
key = "more{n}"
on = "purchase"
multiply = 100
of = ["lavish{n}"]
"""
    for n in range(3)
)
LARGEST = "10000000000.00"
"""10¹² cents."""


@asynccontextmanager
async def shop(url: str, document: str) -> AsyncIterator[Api]:
    async with cast.core(url, document=document) as core:
        await cast.joins(core, cast.ANNA, cast.BENCE)
        async with TestClient(TestServer(server.build(core, check=check))) as client:
            yield Api(client, await keys.create_key(core, "test", "owner"))
        await unbroken(core)


def inside(currency: str, decimals: int, document: str) -> str:
    """The shop in another currency; prices lose or gain decimals."""
    told = document.replace('currency = "EUR"', f'currency = "{currency}"')
    return told.replace('point = "0.02"', 'point = "1"') if decimals == 0 else told


async def buys(api: Api, name: str, amount: str, currency: str = "EUR", **more: Any) -> dict[str, Any]:
    answer = await api.buys(name, amount, currency=currency, **more)
    assert answer.status == 201, answer.body
    return {one["type"]: one for one in answer.body["outcomes"]}


async def test_yen_have_no_decimals(database_url: str) -> None:
    async with shop(database_url, inside("JPY", 0, FASHION) + CASH_BACK) as api:
        before = await api.points()
        told = await buys(api, "1", "1299", "JPY")
        assert told["credit_earned"]["amount"] == "64"
        assert await api.points() == before + 1299
        balance = (await api.get(f"{ANNA}/balance")).body
        assert (balance["credit"], balance["tier"], balance["to_next_tier"]) == ("64", "gold", None)
        assert (await buys(api, "2", "1.000000", "JPY"))["points_earned"]["points"] == 1
        assert (await api.get(f"{ANNA}/tier")).body["progress"] == "1300"
        spent = await api.post(f"{ANNA}/credit/spend", {"amount": "14", "id": "c"})
        assert spent.body["credit"] == "50"


async def test_a_quote_in_yen_is_whole(database_url: str) -> None:
    async with shop(database_url, inside("JPY", 0, FASHION) + CASH_BACK) as api:
        asked = {"member": {"external_id": "anna"}, "items": [{"category": "top", "quantity": 3, "price": "3000"}]}
        told = (await api.post("/api/v1/quote", asked)).body
        assert (told["points"], told["worth"], told["credit"], told["total"]) == (3000, "3000", "150", "3000")


@pytest.mark.parametrize(
    ("currency", "decimals", "amount"), [("JPY", 0, "12.5"), ("EUR", 2, "1.001"), ("KWD", 3, "1.0001")]
)
async def test_what_is_finer_than_the_currency_is_refused(
    database_url: str, currency: str, decimals: int, amount: str
) -> None:
    async with shop(database_url, inside(currency, decimals, FASHION) + CASH_BACK) as api:
        wrong = await api.buys("1", amount, currency=currency)
        assert wrong.status == 422
        assert wrong.faults == {"amount": f'"{amount}" is finer than the currency; it has {decimals} decimals'}
        item = await api.buys("1", "20", currency=currency, items=[{"price": amount}])
        assert set(item.faults) == {"items.0.price"}
        assert (await api.post(f"{ANNA}/credit/spend", {"amount": amount, "id": "c"})).status == 422
        assert (await api.post(f"{ANNA}/adjust", {"credit": amount, "id": "a", "reason": "r"})).status == 422


async def test_dinars_have_three_decimals(database_url: str) -> None:
    async with shop(database_url, inside("KWD", 3, CAFE) + CASH_BACK) as api:
        told = await buys(api, "1", "12.999", "KWD")
        assert told["points_earned"]["points"] == 12
        assert told["credit_earned"]["amount"] == "0.649"
        given = await api.post(f"{ANNA}/adjust", {"credit": "0.001", "id": "a", "reason": "r"})
        assert given.body["credit"] == "0.650"
        await buys(api, "back", "6.500", "KWD", type="refund", refunds="1")
        balance = (await api.get(f"{ANNA}/balance")).body
        assert (balance["points"], balance["credit"]) == (6, "0.325")


async def test_the_largest_sums_are_right_to_the_last_cent(database_url: str) -> None:
    async with shop(database_url, CAFE + CASH_BACK) as api:
        for n in range(20):
            await buys(api, f"{n}", LARGEST)
        balance = (await api.get(f"{ANNA}/balance")).body
        assert (balance["points"], balance["credit"]) == (20 * 10**10, "10000000000.00")
        await buys(api, "back", LARGEST, type="refund", refunds="0")
        assert await api.points() == 19 * 10**10


@pytest.mark.parametrize("amount", ["10000000000.01", "999999999999999", "9" * 24, "9" * 25, 10**15, 10**400])
async def test_a_larger_sum_is_refused(sqlite_url: str, amount: str | int) -> None:
    async with shop(sqlite_url, CAFE) as api:
        answer = await api.buys("1", amount)
        assert answer.status == 422
        assert set(answer.faults) == {"amount"}
        assert await api.points() == 0


async def test_the_most_lavish_programme_never_gives_more_points_than_can_be_counted(database_url: str) -> None:
    async with shop(database_url, CAFE + LAVISH) as api:
        for n in range(40):
            answer = await api.buys(f"{n}", LARGEST)
            assert answer.status in (201, 409), answer.body
            assert await api.points() < 2**53


async def test_up_to_ten_thousand_units_are_taken_and_no_more(database_url: str) -> None:
    async with shop(database_url, CAFE) as api:
        most = [{"category": "coffee", "quantity": 10}] * 1000
        told = await buys(api, "1", "1.00", items=most)
        assert told["stamps_added"]["stamps"] == 10_000
        vouchers = (await api.get(f"{ANNA}/vouchers")).body["vouchers"]
        assert len(vouchers) == 1000
        wrong: list[list[dict[str, int]]] = [
            [{"quantity": 10_001}],
            [{"quantity": 10**6}],
            [{}] * 1001,
            [{"quantity": 9}] * 999 + [{"quantity": 1010}],
        ]
        for items in wrong:
            answer = await api.buys("2", "1.00", items=items)
            assert answer.status == 422
            assert next(iter(answer.faults)).startswith("items")


async def test_a_million_items_are_too_large_a_body_or_line(sqlite_url: str) -> None:
    async with shop(sqlite_url, CAFE) as api:
        items = b",".join([b"{}"] * 10**6)
        raw = b'{"type":"purchase","source":"till","id":"1","member":{"external_id":"anna"},"items":[' + items + b"]}"
        assert (await api.post("/api/v1/activities", raw=raw)).status == 413
        assert (await api.post("/api/v1/quote", raw=raw)).status == 413
        answer = await api.post("/api/v1/activities/batch", raw=raw)
        assert answer.status == 200
        assert "longer than" in answer.body
        assert await api.points() == 0
