"""Quotes over HTTP: what a basket would cost and earn, with nothing recorded."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.actions.core import Core
from tests import cast
from tests.web.api import ANNA, Api

DOCUMENT = """
points_value = { point = "0.01" }
basis = { exclude = { category = "gift_card" }, less = ["shipping"] }
expiry = { months = 12 }

[programme]
name = "Thread & Needle"
currency = "EUR"
timezone = "Europe/Budapest"
languages = ["en"]

[[earning]]
key = "spend"
on = "purchase"
give = { points = 1, per = "1.00" }
cap = { points = 120, per = "day" }

[[earning]]
key = "shirts"
on = "purchase"
items = { category = "tops" }
give = { points = 3, per_item = true }

[[earning]]
key = "wednesdays"
on = "purchase"
when = { weekday = "wed" }
multiply = "1.5"

[[earning]]
key = "cash_back"
on = "purchase"
give = { credit = "2.5%" }
minimum = "20.00"
pending_days = 14

[[prices]]
key = "three_shirts"
sku = "shirt"
from_quantity = 3
price = "9.99"

[[prices]]
key = "ten_tops"
category = "tops"
from_quantity = 10
price = "8.49"
guests = true
"""
GUEST: dict[str, Any] = {"items": [{"sku": "shirt", "category": "tops", "quantity": 3, "price": "35.97"}]}
ASKED = {**GUEST, "member": {"external_id": "anna"}}


@pytest.fixture
async def core(database_url: str, clock: cast.Watch) -> AsyncIterator[Core]:
    async with cast.core(database_url, clock, DOCUMENT) as core:
        await cast.joins(core, cast.ANNA, cast.BENCE)
        yield core


async def test_a_member_is_told_the_price_for_three_and_what_it_earns(api: Api) -> None:
    told = await api.post("/api/v1/quote", {"type": "purchase", **ASKED})
    assert (told.status, told.body) == (
        200,
        {
            "points": 56,
            "worth": "0.56",
            "credit": "0.74",
            "discount": "6.00",
            "total": "29.97",
            "currency": "EUR",
            "lines": [
                {
                    "sku": "shirt",
                    "name": None,
                    "category": "tops",
                    "quantity": 3,
                    "price": "35.97",
                    "discount": "6.00",
                    "total": "29.97",
                    "rule": "three_shirts",
                }
            ],
        },
    )


async def test_nothing_is_recorded(api: Api) -> None:
    before = (await api.get(f"{ANNA}/balance")).body
    first, again = [await api.post("/api/v1/quote", ASKED) for _ in range(2)]
    assert first.body == again.body
    assert (await api.get(f"{ANNA}/balance")).body == before
    assert (await api.get(f"{ANNA}/ledger")).body["entries"] == []


async def test_a_guest_is_told_the_guests_price_and_what_a_member_would_have_earned(api: Api) -> None:
    told = (await api.post("/api/v1/quote", GUEST)).body
    assert (told["total"], told["discount"], told["points"]) == ("35.97", "0.00", 65)
    ten = {"items": [{"category": "tops", "quantity": 10, "price": "119.90"}]}
    assert (await api.post("/api/v1/quote", ten)).body["total"] == "84.90"


BASKETS: list[dict[str, Any]] = [
    ASKED,
    {"amount": "12.99"},
    {"amount": "0"},
    {"amount": "49.99", "items": [{"category": "gift_card", "price": "25.00"}, {"category": "tops", "price": "24.99"}]},
    {"amount": "33.33", "attributes": {"shipping": "4.90"}},
    {"amount": "250.00"},
    {"items": [{"sku": "shirt", "category": "tops", "quantity": 12, "price": "143.88"}, {"sku": "hat", "price": "5"}]},
    {"amount": "20.00", "occurred_at": "2026-03-02T10:00:00+01:00"},
]


async def test_recording_the_purchase_then_earns_what_the_quote_said(api: Api) -> None:
    quoted, earned = [], []
    for number, basket in enumerate(BASKETS):
        quote = (await api.post("/api/v1/quote", {**basket, "member": {"external_id": "anna"}})).body
        items = [
            {**item, "price": line["total"]} for item, line in zip(basket.get("items", ()), quote["lines"], strict=True)
        ]
        done = await api.buys(f"b-{number}", **{**basket, "amount": quote["total"], "items": items})
        outcomes = {outcome["type"]: outcome for outcome in done.body["outcomes"]}
        quoted.append((quote["points"], quote["credit"]))
        earned.append(
            (
                outcomes.get("points_earned", {"points": 0})["points"],
                outcomes.get("credit_pending", {"amount": "0.00"})["amount"],
            )
        )
    assert quoted == earned
    assert len(set(quoted)) > 5


@pytest.mark.parametrize(
    ("change", "status", "at"),
    [
        ({"id": "1"}, 422, "id"),
        ({"type": "refund"}, 422, "type"),
        ({"currency": "USD"}, 422, "currency"),
        ({"items": []}, 422, "amount"),
        ({"items": [{"sku": "hat"}]}, 422, "amount"),
        ({"attributes": {"shipping": "a lot"}}, 422, "attributes.shipping"),
        ({"attributes": {"shipping": 1.5}}, 422, "attributes.shipping"),
        ({"attributes": {"shipping": True}}, 422, "attributes.shipping"),
        ({"attributes": {"shipping": "-1"}}, 422, "attributes.shipping"),
        ({"occurred_at": "2030-01-01T00:00:00Z"}, 422, "occurred_at"),
    ],
)
async def test_what_could_not_be_told_as_a_purchase_cannot_be_quoted(
    api: Api, change: dict[str, Any], status: int, at: str
) -> None:
    told = await api.post("/api/v1/quote", {**ASKED, **change})
    assert (told.status, list(told.faults)) == (status, [at])


async def test_a_quote_for_nobody_known_is_not_found(api: Api) -> None:
    assert (await api.post("/api/v1/quote", {**ASKED, "member": {"external_id": "charlie"}})).status == 404


async def test_a_quote_needs_a_key(api: Api) -> None:
    assert (await Api(api.client, "wrong").post("/api/v1/quote", ASKED)).status == 401


async def test_a_sum_in_the_attributes_is_checked_when_it_is_told_and_kept_as_it_was(api: Api) -> None:
    refused = await api.buys("1", "33.33", attributes={"shipping": "4.905"})
    assert (refused.status, list(refused.faults)) == (422, ["attributes.shipping"])
    done = await api.buys("1", "33.33", attributes={"shipping": "4.90", "tax": None})
    assert done.body["outcomes"][0] == {"type": "points_earned", "points": 42, "balance": 42}
