"""Rewards of many kinds and their vouchers, over HTTP and on the voucher's page."""

from collections.abc import AsyncIterator
from io import BytesIO
from urllib.parse import quote

import pytest
import segno
from aiohttp.test_utils import TestClient, TestServer

from bot.actions import keys, vouchers
from bot.actions.core import Core
from bot.loyalty.codes import with_check_digit
from bot.web import server
from bot.web.pages.voucher import VoucherPage
from tests import cast
from tests.actions.rewards import DOCUMENT
from tests.web.api import ANNA, Api


@pytest.fixture
async def core(database_url: str, clock: cast.Watch) -> AsyncIterator[Core]:
    async with cast.core(database_url, clock, DOCUMENT) as core:
        await cast.joins(core, cast.ANNA, cast.BENCE)
        yield core


@pytest.fixture
async def api(core: Core) -> AsyncIterator[Api]:
    """Anna has 200 points; the key is called till 1."""
    app = server.build(core, extra_routes=VoucherPage(core).routes())
    async with TestClient(TestServer(app)) as client:
        api = Api(client, await keys.create_key(core, "till 1", "marketer"))
        await api.buys("1", "200.00")
        yield api


async def voucher(api: Api, reward: str) -> str:
    return str((await api.redeems(f"r-{reward}", reward=reward)).body["voucher"])


async def test_a_member_is_shown_what_can_be_had_first(api: Api) -> None:
    shown = (await api.get("/api/v1/rewards?member=external:anna")).body["rewards"]
    first, last = shown[0], shown[-1]
    assert (first["key"], first["affordable"], first["cost"], first["left"]) == ("tasting", True, 0, 2)
    assert (last["key"], last["affordable"], last["cost"], last["why_not"]) == ("birthday", False, None, "grant_only")
    assert {one["key"]: one["points_to_go"] for one in shown}["free_drink"] == 0
    assert (await api.get("/api/v1/rewards?member=external:nobody")).status == 404


async def test_without_a_member_rewards_stand_as_in_the_programme(api: Api) -> None:
    shown = {one["key"]: one for one in (await api.get("/api/v1/rewards")).body["rewards"]}
    assert list(shown)[:3] == ["free_drink", "one_only", "monthly"]
    assert shown["monthly"]["value"] == "10%"
    assert (shown["cake"]["cost"], shown["cake"]["credit"]) == (None, "3.00")
    assert "why_not" not in shown["cake"]


@pytest.mark.parametrize(
    ("reward", "why", "words"),
    [
        ("birthday", "grant_only", "cannot be bought"),
        ("december", "not_yet", "from 2026-03-10 00:00"),
        ("richer", "not_for_you", "condition"),
        ("cinema", "sold_out", "sold out"),
        ("cake", "too_little_credit", "3.00 short of 3.00 in credit"),
    ],
)
async def test_a_refusal_says_what_is_missing(api: Api, reward: str, why: str, words: str) -> None:
    answer = await api.redeems("r-1", reward=reward)
    assert (answer.status, answer.body["why"]) == (409, why)
    assert words in answer.body["detail"]
    assert await api.points() == 200


async def test_who_used_a_voucher_is_the_key_unless_a_person_is_told(api: Api) -> None:
    code, other = await voucher(api, "monthly"), await voucher(api, "one_only")
    used = await api.post(f"/api/v1/vouchers/{code}/use", {"location": "Main St"})
    assert (used.body["used_where"], used.body["used_by"]) == ("Main St", "till 1")
    assert (await api.post(f"/api/v1/vouchers/{other}/use", {"by": "Dora"})).body["used_by"] == "Dora"


async def test_a_cancelled_voucher_gives_the_points_back_once(api: Api) -> None:
    code = await voucher(api, "monthly")
    done = await api.post(f"/api/v1/vouchers/{code}/cancel", {"reason": "mistake"})
    assert (done.status, done.body["cancelled_why"], await api.points()) == (200, "mistake", 200)
    again = await api.post(f"/api/v1/vouchers/{code}/cancel")
    assert (again.status, again.body["cancelled_at"]) == (409, done.body["cancelled_at"])
    assert await api.points() == 200


async def test_a_members_vouchers_are_listed_those_that_are_good_on_wish(api: Api, clock: cast.Watch) -> None:
    code = await voucher(api, "monthly")
    [one] = (await api.get(f"{ANNA}/vouchers?unused=true")).body["vouchers"]
    assert (one["code"], one["kind"], one["value"]) == (code, "discount_percent", "10%")
    assert one["expires_at"] == "2026-04-03T12:00:00+00:00"
    clock.moves(days=31)
    assert (await api.get(f"{ANNA}/vouchers?unused=true")).body == {"vouchers": []}
    late = await api.post(f"/api/v1/vouchers/{code}/use")
    assert (late.status, late.body["expired_at"]) == (409, "2026-04-03T12:00:00+00:00")
    assert (await api.get(f"{ANNA}/vouchers")).body["vouchers"] == [one]


async def test_the_picture_of_a_code_is_the_code_itself(api: Api) -> None:
    code = await voucher(api, "monthly")
    svg = await api.get(f"/api/v1/vouchers/{code}/qr.svg")
    assert (svg.status, svg.headers["Content-Type"]) == (200, "image/svg+xml")
    drawn = BytesIO()
    segno.make_qr(code).save(drawn, kind="svg", scale=8)
    assert svg.body == drawn.getvalue().decode()
    assert (await api.get("/api/v1/vouchers/no-such-code/qr.svg")).status == 404
    async with api.client.get(f"/api/v1/vouchers/{code}/qr.png", headers={"Authorization": f"Bearer {api.key}"}) as png:
        assert (png.content_type, (await png.read())[:4]) == ("image/png", b"\x89PNG")


async def test_staff_gives_a_reward_away_once_per_id(api: Api) -> None:
    body = {"reward": "birthday", "reason": "a spilt cup", "id": "g-1"}
    first, again = await api.post(f"{ANNA}/grants", body), await api.post(f"{ANNA}/grants", body)
    assert (first.status, again.status, again.body) == (201, 200, first.body)
    assert await api.points() == 200


async def test_a_partners_codes_are_added_by_marketers_and_told_when_known(api: Api, core: Core) -> None:
    path = "/api/v1/rewards/cinema/codes"
    assert (await api.post(path, {"codes": ["A1", "A1", "B2"]})).body == {"added": 2, "duplicates": ["A1"], "free": 2}
    assert (await api.post(path, {"codes": []})).status == 422
    code = await voucher(api, "cinema")
    assert (await api.get(f"/api/v1/vouchers/{code}")).body["partners_code"] == "A1"
    staff = Api(api.client, await keys.create_key(core, "staff", "staff"))
    assert (await staff.post(path, {"codes": ["C3"]})).status == 403


async def test_one_waits_for_a_seat_and_leaves_the_line(api: Api) -> None:
    await voucher(api, "latte_art")
    line, bence = "/api/v1/rewards/latte_art/waiting", {"member": {"external_id": "bence"}}
    assert (await api.post(line, bence)).body == {"reward": "latte_art", "place": 1}
    assert (await api.call("DELETE", f"{line}/external:bence")).status == 204
    assert (await api.post("/api/v1/rewards/one_only/waiting", bence)).status == 409


async def test_the_page_shows_the_code_and_uses_nothing(api: Api) -> None:
    code = await voucher(api, "monthly")
    page = await api.get(f"/v/{code.lower()}", **{"Accept-Language": "en"})
    assert (page.status, page.headers["X-Robots-Tag"], page.headers["Cache-Control"]) == (
        200, "noindex, nofollow", "no-store",
    )  # fmt: skip
    for told in (
        "Ten off",
        "10% off",
        code,
        "<svg",
        "Show this at the counter.",
        "Good until April 3, 2026",
        "noindex",
    ):
        assert told in page.body
    assert "Anna" not in page.body
    assert (await api.get(f"/api/v1/vouchers/{code}")).body["used_at"] is None


async def test_the_page_of_a_voucher_that_is_good_no_more_has_nothing_to_scan(api: Api, clock: cast.Watch) -> None:
    used, cancelled, ended = [await voucher(api, reward) for reward in ("one_only", "latte_art", "monthly")]
    await api.post(f"/api/v1/vouchers/{used}/use")
    await api.post(f"/api/v1/vouchers/{cancelled}/cancel")
    clock.moves(days=31)
    words = {used: "már felhasználták", cancelled: "visszavonták", ended: "Ez a kupon lejárt."}
    for code, told in words.items():
        page = await api.get(f"/v/{code}", **{"Accept-Language": "hu"})
        assert told in page.body
        assert "<svg" not in page.body


@pytest.mark.parametrize("code", ["ABCD", "%00", "%3Cscript%3E", "9HEY-WTD4-AQXW"])
async def test_the_page_of_no_voucher_says_so(api: Api, code: str) -> None:
    page = await api.get(f"/v/{code}", **{"Accept-Language": "en"})
    assert page.status == 404
    assert "There is no voucher with this code." in page.body
    assert "<script>" not in page.body


async def test_while_others_guess_a_voucher_can_still_be_scanned(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    code = await voucher(api, "free_drink")
    monkeypatch.setattr(vouchers, "WRONG_BY_ALL", 1)
    assert (await api.client.get(f"/v/{with_check_digit('ZZZZZZZZZZZ')}")).status == 404
    for typed, svgs in ((code, 1), (code.lower(), 1), ("<b>nonsense", 0)):
        answer = await api.client.get(f"/v/{quote(typed)}")
        page = await answer.text()
        assert answer.status == 429
        assert "There is no voucher" not in page
        assert "We cannot look it up right now." in page
        assert (page.count("<svg"), f"<figcaption>{code}</figcaption>" in page) == (svgs, svgs == 1)


async def test_who_guesses_behind_the_proxy_is_seen_no_names_while_others_are(core: Core) -> None:
    app = server.build(core, extra_routes=VoucherPage(core, proxies=1).routes())
    async with TestClient(TestServer(app)) as client:

        async def status(visitor: str) -> int:
            told = {"X-Forwarded-For": f"192.0.2.1, {visitor}"}
            return (await client.get(f"/v/{with_check_digit('ZZZZZZZZZZZ')}", headers=told)).status

        assert [await status("2001:db8:7::1") for _ in range(vouchers.WRONG_BY_ONE)] == [404] * vouchers.WRONG_BY_ONE
        assert (await status("2001:db8:7:ff::2"), await status("2001:db8:8::1")) == (429, 404)
