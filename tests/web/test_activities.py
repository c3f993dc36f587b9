"""Single activities over HTTP: what is taken, what is refused, and that each counts once."""

import asyncio
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.actions import keys
from bot.web import server
from tests import cast
from tests.web.api import Api, purchase

COFFEES = [{"sku": "C1", "name": "Flat white", "category": "coffee", "quantity": 12, "price": "3.50"}]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is checked here never reaches the database, or is the same there; what is not asks for both."""
    return sqlite_url


async def test_a_purchase_answers_with_what_came_of_it(api: Api) -> None:
    more = {"items": COFFEES, "location": "Main St", "attributes": {"till": 3, "paid": True, "tip": 0.5, "by": "Ann"}}
    told = await api.buys("1", "112.99", occurred_at="2026-03-04T09:30:00+01:00", **more)
    assert told.status == 201
    assert (told.body["id"], told.body["duplicate"]) == ("1", False)
    outcomes = told.body["outcomes"]
    assert outcomes[0] == {"type": "points_earned", "points": 112, "balance": 112}
    assert [outcome["type"] for outcome in outcomes[1:]] == [
        "stamps_added",
        "stamp_card_completed",
        "challenge_progress",
    ]
    voucher = outcomes[2]["voucher"]
    assert (await api.get(f"/api/v1/vouchers/{voucher}")).body["because"] == "stamps:coffee"


async def test_the_same_activity_again_changes_nothing_whatever_else_it_says(api: Api) -> None:
    first = await api.buys("1", "12.99")
    others: list[dict[str, Any]] = [
        {},
        {"amount": "99.00"},
        {"member": {"external_id": "bence"}},
        {"member": {"external_id": "nobody"}},
        {"currency": "USD"},
        {"amount": "-5"},
        {"type": "refund"},
    ]
    for other in others:
        again = await api.buys("1", **{"amount": "12.99", **other})
        assert (again.status, again.body) == (200, {**first.body, "duplicate": True}), other
    assert await api.points() == 12
    assert (await api.buys("1", "12.99", source="shop")).status == 201


@pytest.mark.parametrize(
    ("field", "value", "at"),
    [
        ("amount", 12.5, "amount"),
        ("amount", "12,99", "amount"),
        ("amount", "12.999", "amount"),
        ("amount", "-1.00", "amount"),
        ("amount", "1e3", "amount"),
        ("amount", "NaN", "amount"),
        ("amount", "", "amount"),
        ("amount", True, "amount"),
        ("amount", 10**30, "amount"),
        ("amount", "9" * 16, "amount"),
        ("amount", {"value": "1.00"}, "amount"),
        ("currency", "USD", "currency"),
        ("currency", "eur", "currency"),
        ("currency", 978, "currency"),
        ("type", "Purchase", "type"),
        ("type", None, "type"),
        ("id", "", "id"),
        ("id", 7, "id"),
        ("id", "x" * 201, "id"),
        ("source", "a\x00b", "source"),
        ("member", "anna", "member"),
        ("member", {}, "member"),
        ("member", {"external_id": "anna", "phone": "+36301111111"}, "member"),
        ("member", {"nickname": "anna"}, "member.nickname"),
        ("member", {"phone": "12"}, "member.phone"),
        ("member", {"email": "anna"}, "member.email"),
        ("member", {"id": "-1"}, "member.id"),
        ("occurred_at", "2026-03-04T12:00:00", "occurred_at"),
        ("occurred_at", 1772625600, "occurred_at"),
        ("occurred_at", "yesterday", "occurred_at"),
        ("occurred_at", "2026-03-06T12:00:00Z", "occurred_at"),
        ("occurred_at", "0001-01-01T00:00:00+14:00", "occurred_at"),
        ("items", [{"quantity": 0}], "items.0.quantity"),
        ("items", [{"quantity": "2"}], "items.0.quantity"),
        ("items", [{"quantity": 1.5}], "items.0.quantity"),
        ("items", [{}, {"price": 3.5}], "items.1.price"),
        ("items", [{}, {"price": "-1"}], "items.1.price"),
        ("items", [{"colour": "red"}], "items.0.colour"),
        ("items", [{"quantity": 10_000}, {}], "items"),
        ("items", {"0": {}}, "items"),
        ("location", ["Main St"], "location"),
        ("attributes", {"deep": {"er": 1}}, "attributes.deep"),
        ("attributes", {"much": 2**70}, "attributes.much"),
        ("attributes", {"text": "x" * 2001}, "attributes.text"),
        ("colour", "red", "colour"),
    ],
)
async def test_a_wrong_field_is_named_and_nothing_is_recorded(api: Api, field: str, value: Any, at: str) -> None:
    answer = await api.post("/api/v1/activities", {**purchase("1"), field: value})
    assert (answer.status, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert {path[: len(at)] for path in answer.faults} == {at}
    assert await api.points() == 0
    assert (await api.buys("1", "1.00")).body["duplicate"] is False


async def test_every_wrong_field_is_named_at_once(api: Api) -> None:
    answer = await api.buys("1", "12.999", currency="USD", items=[{"price": "x"}])
    assert set(answer.faults) == {"amount", "currency", "items.0.price"}
    assert answer.body == {
        "type": "about:blank",
        "title": "Unprocessable Entity",
        "status": 422,
        "detail": answer.body["detail"],
        "errors": answer.body["errors"],
    }


@pytest.mark.parametrize(
    "raw",
    [b"", b"hello", b'{"type":', b"{} {}", b"\xff\xfe", b'{"type": "\\ud800"}', b"type=purchase", b"[" * 100_000],
    ids=lambda raw: repr(raw[:12]),
)
async def test_what_is_not_json_is_a_400(api: Api, raw: bytes) -> None:
    assert (await api.post("/api/v1/activities", raw=raw)).status == 400


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e999"])
async def test_numbers_that_are_none_are_refused(api: Api, number: bytes) -> None:
    body = (
        b'{"type":"purchase","id":"1","source":"till","member":{"external_id":"anna"},"attributes":{"x":%b}}' % number
    )
    assert (await api.post("/api/v1/activities", raw=body)).status in (400, 422)
    assert (await api.post("/api/v1/activities", raw=body.replace(b"attributes", b"amount"))).status in (400, 422)


async def test_a_purchase_of_nobody_is_a_404_that_repeats_no_address(api: Api) -> None:
    answer = await api.buys("1", member={"phone": "+36309999999"})
    assert (answer.status, "36309999999" in answer.body["detail"]) == (404, False)


async def test_odd_text_is_kept_as_it_is(api: Api) -> None:
    odd = "Straße 5 🧋 \u202eסניף'; DROP TABLE activities; -- {{ 7*7 }}"
    assert (await api.buys(odd, source=odd[:50], location=odd, attributes={odd: odd})).body["id"] == odd
    assert (await api.buys(odd, source=odd[:50])).body["duplicate"] is True


@pytest.mark.parametrize(
    ("currency", "amount", "points", "refused"),
    [("JPY", "1299", 1299, "12.99"), ("KWD", "12.999", 12, "12.9999"), ("EUR", "12.99", 12, "12.999")],
)
async def test_money_has_the_decimals_of_its_currency(
    sqlite_url: str, currency: str, amount: str, points: int, refused: str
) -> None:
    document = cast.CAFE.replace('"EUR"', f'"{currency}"').replace('per = "1.00"', 'per = "1"')
    async with cast.core(sqlite_url, document=document) as core, TestClient(TestServer(server.build(core))) as client:
        await cast.joins(core, cast.ANNA)
        api = Api(client, await keys.create_key(core, "till", "staff"))
        assert (await api.buys("1", amount, currency=currency)).body["outcomes"][0]["points"] == points
        assert set((await api.buys("2", refused, currency=currency)).faults) == {"amount"}


class TestOnBothDatabases:
    @pytest.fixture
    def database_url(self, either_url: str) -> str:
        return either_url

    async def test_told_by_twenty_at_once_it_counts_once(self, api: Api) -> None:
        answers = await asyncio.gather(*(api.buys("1", f"{number}.00") for number in range(1, 21)))
        [first] = [answer.body for answer in answers if answer.status == 201]
        others = [answer.body for answer in answers if answer.status == 200]
        assert others == [{**first, "duplicate": True}] * 19
        assert await api.points() == first["outcomes"][0]["points"]

    async def test_told_by_two_processes_at_once_it_counts_once(self, api: Api, database_url: str) -> None:
        async with cast.core(database_url) as other, TestClient(TestServer(server.build(other))) as client:
            second = Api(client, api.key)
            members = ({"external_id": "anna"}, {"external_id": "bence"})
            told = [till.buys(str(n), member=m) for n in range(10) for till in (api, second) for m in members]
            answers = await asyncio.gather(*told)
        assert sorted(answer.status for answer in answers) == [200] * 30 + [201] * 10
        for number in range(10):
            assert len({repr(a.body["outcomes"]) for a in answers if a.body["id"] == str(number)}) == 1
        bence = (await api.get("/api/v1/members/external:bence/balance")).body["points"]
        assert await api.points() + bence == 120

    async def test_different_purchases_at_once_all_count(self, api: Api) -> None:
        answers = await asyncio.gather(*(api.buys(str(number)) for number in range(100)))
        assert {answer.status for answer in answers} == {201}
        assert await api.points() == 1200

    async def test_one_that_is_wrong_harms_none_of_those_told_with_it(self, api: Api) -> None:
        wrong = [api.buys(f"w{n}", currency="USD") for n in range(5)] + [api.buys("x", member={"code": "?"})]
        answers = await asyncio.gather(*wrong, *(api.buys(str(number)) for number in range(10)))
        assert [answer.status for answer in answers] == [422] * 5 + [404] + [201] * 10
