"""The front door: the programme in plain words, the ways to join, and nothing foreign in the page."""

import re
from collections.abc import AsyncIterator
from html import unescape
from importlib.resources import files

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from babel.numbers import get_currency_symbol
from structlog.testing import capture_logs

from bot.actions.core import Core
from bot.errors import SetupError
from bot.loyalty.document import parse
from bot.storage import programmes
from bot.web import server
from bot.web.pages.front import Front
from bot.web.pages.invitation import Invitation
from bot.web.pages.offers import Offer, Offers
from bot.web.pages.rendering import SECURITY
from bot.web.pages.voucher import VoucherPage
from bot.web.pages.ways import ways
from channels.registry import open_channels
from config.settings import Settings
from tests import cast
from tests.web.api import Client

ALL = {"web": None, "telegram": "beanbot", "sms": "+36201234567", "email": "hi@example.com"}
YEN = """
[programme]
name = "<b>Tea</b>"
currency = "JPY"
timezone = "Asia/Tokyo"
languages = ["en"]
[[earning]]
key = "spend"
on = "purchase"
give = { points = 2, per = "100", round = "down" }
[[earning]]
key = "visit"
on = "visit"
give = { points = 5 }
[[earning]]
key = "film"
on = "video_watched"
give = { points = 1 }
"""


@pytest.fixture
async def core(sqlite_url: str) -> AsyncIterator[Core]:
    async with cast.core(sqlite_url, cast.Watch()) as core:
        yield core


@pytest.fixture
async def client(core: Core) -> AsyncIterator[Client]:
    pages = (Front(core, lambda: ALL), Invitation(core, lambda: ALL), VoucherPage(core))
    app = server.build(core, extra_routes=[route for page in pages for route in page.routes()])
    async with TestClient(TestServer(app)) as client:
        yield client


async def seen(client: Client, path: str = "/", language: str = "en") -> str:
    """The page as text."""
    async with client.get(path, headers={"Accept-Language": language}) as response:
        assert response.status == 200
        return as_text(await response.text())


def as_text(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


async def test_the_page_tells_what_the_programme_gives(client: Client) -> None:
    page = await seen(client)
    for words in (
        "Bean & Leaf",
        "1 point for every €1 you spend",
        "10 stamps bring you: Any drink",
        "Any drink 100 points",
        "Come on 3 different days of one week and earn the badge: Regular",
    ):
        assert words in page


async def test_hungarians_read_it_in_hungarian_and_anyone_may_choose(client: Client) -> None:
    for page in (await seen(client, language="hu-HU,hu;q=0.9,en;q=0.5"), await seen(client, "/?lang=hu")):
        assert "10 pecsét után a tiéd: Bármelyik ital" in page
    assert "What you get" in await seen(client, "/?lang=en", language="hu")
    assert "What you get" in await seen(client, "/?lang=<script>", language="de")


async def test_the_programme_is_called_as_the_reader_calls_it(client: Client) -> None:
    for path, called in (("/", 3), ("/v/NONE", 2), ("/r/NONE", 3)):
        async with client.get(path, headers={"Accept-Language": "zh-CN"}) as response:
            page = await response.text()
        assert (page.count("豆与叶"), page.count("Bean")) == (called, 0), path


@pytest.mark.parametrize(
    ("language", "title"), [("hu", "Ezen a címen nincs semmi."), ("de", "There is nothing at this")]
)
async def test_a_browser_at_an_unknown_address_is_shown_a_page(client: Client, language: str, title: str) -> None:
    asks = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": language}
    for path in ("/nothing", "/p/7.png", "/static/no.css"):
        async with client.get(path, headers=asks) as response:
            page = await response.text()
            assert (response.status, response.content_type, title in page) == (404, "text/html", True), path
            assert response.headers["Content-Security-Policy"] == SECURITY["Content-Security-Policy"]
    async with client.post("/", headers=asks) as response:
        assert (response.status, response.headers["Allow"], response.content_type) == (405, "GET,HEAD", "text/html")


async def test_what_is_not_set_up_is_told_in_the_log_and_not_to_customers(core: Core) -> None:
    async def fails(request: web.Request) -> web.Response:
        raise SetupError("no programme is published; run: regulars init")

    app = server.build(core, extra_routes=[web.get("/", fails)])
    async with TestClient(TestServer(app)) as client:
        with capture_logs() as logs:
            response = await client.get("/", headers={"Accept": "text/html"})
        page = await response.text()
    assert (response.status, "Sorry, that did not work." in page, "regulars init" in page) == (503, True, False)
    assert response.headers["Retry-After"] == "5"
    assert [(line["event"], line["reason"]) for line in logs if line["log_level"] == "error"] == [
        ("not_set_up", "no programme is published; run: regulars init")
    ]


@pytest.mark.parametrize(("path", "accept"), [("/nothing", "*/*"), ("/nothing", ""), ("/api/v1/members", "text/html")])
async def test_programs_are_told_problems_as_json(client: Client, path: str, accept: str) -> None:
    async with client.get(path, headers={"Accept": accept}) as response:
        assert response.content_type == "application/problem+json"


async def test_each_channel_that_is_on_says_how_to_join(client: Client) -> None:
    async with client.get("/") as response:
        page = await response.text()
    for link in (
        'href="https://t.me/beanbot?start=join"',
        'href="sms:+36201234567"',
        'href="mailto:hi@example.com?subject=join"',
    ):
        assert link in page
    assert 'id="regulars-chat" data-socket="/chat/socket"' in page


def test_a_channel_that_is_off_is_not_spoken_of() -> None:
    assert [way.channel for way in ways({"web": None}, "en")] == ["web"]


def test_what_is_not_known_of_a_channel_is_left_out() -> None:
    found = list(ways(dict.fromkeys(("telegram", "sms", "email")), "en"))
    assert [way.link for way in found] == ["", "", ""]
    assert "None" not in " ".join(way.text for way in found)


def test_every_channel_tells_what_customers_write_to() -> None:
    settings = {
        "secret_key": "sixteen letters or more",
        "telegram_token": "123456:ABC-DEF",
        "twilio_account_sid": "AC0",
        "twilio_auth_token": "hush",
        "twilio_from": "+36201234567",
        "smtp_url": "smtp://localhost",
        "email_from": "Bean & Leaf <Hi@example.com>",
    }
    contacts = {name: one.contact for name, one in open_channels(Settings.model_validate(settings)).items()}
    # The bot's name is Telegram's to tell, once the service has started.
    assert contacts == {"telegram": None, "sms": "+36201234567", "email": "hi@example.com", "web": None}


async def test_nothing_foreign_can_run_in_the_page(client: Client) -> None:
    async with client.get("/") as response:
        policy = response.headers["Content-Security-Policy"]
        page = await response.text()
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]* src=)|<style| style=| on\w+=", page)
    assert not re.search(r'(?:src|<link[^>]* href)="(?:https?:)?//', page)


async def test_the_pages_wear_the_colour_of_the_business(client: Client, core: Core) -> None:
    plain, dress = await (await client.get("/")).text(), 'href="/chat/colours/7a1f3d.css"'
    async with core.database.write() as tx:
        await programmes.publish(tx, cast.CAFE + '\n[look]\ncolour = "#7A1F3D"\n', core.clock())
    assert ("/chat/colours/" in plain, "dressed" in plain) == (False, False)
    for path in ("/", "/v/x", "/r/x"):
        page = await (await client.get(path, headers={"Accept": "text/html"})).text()
        assert dress in page and '<body class="dressed">' in page


async def test_words_of_the_programme_are_never_markup(client: Client, core: Core) -> None:
    async with core.database.write() as tx:
        await programmes.publish(tx, YEN, core.clock())
    async with client.get("/") as response:
        page = await response.text()
    assert "<b>Tea</b>" not in page
    assert "&lt;b&gt;Tea&lt;/b&gt;" in page


def test_other_ways_to_earn_and_other_money_are_told_too() -> None:
    offers = Offers(parse(YEN), "en")
    yen = get_currency_symbol("JPY", "en")
    assert offers.earning() == [
        f"2 points for every {yen}100 you spend",
        "5 points for every visit",
        "1 point for watching a video",
    ]
    assert (offers.rewards(), list(offers.cards()), list(offers.challenges())) == ([], [], [])


@pytest.mark.parametrize(("name", "kind"), [("page.css", "text/css"), ("icon.svg", "image/svg+xml")])
async def test_static_files_are_sent_as_what_they_are(client: Client, name: str, kind: str) -> None:
    async with client.get(f"/static/{name}") as response:
        assert (response.status, response.content_type) == (200, kind)
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["..%2fpages%2ffront.py", "nothing.css", "__init__.py"])
async def test_only_the_files_of_the_folder_are_sent(client: Client, name: str) -> None:
    async with client.get(f"/static/{name}") as response:
        assert response.status == 404


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
def test_chinese_is_set_with_full_width_signs(language: str) -> None:
    offers = Offers(parse(cast.CAFE), language)
    told = [*(one.text for one in offers.cards()), *(one.text for one in offers.challenges())]
    assert told and not re.search("[;,] ", " ".join(told))


def test_a_reward_of_a_tier_names_the_tier() -> None:
    fashion = parse((files("config") / "presets" / "fashion.toml").read_text("utf-8"))
    told = {language: Offers(fashion, language).rewards()[0] for language in ("en", "zh-Hant")}
    assert told["en"] == Offer("Evening before the new collection opens, in tier Gold", "free")
    assert told["zh-Hant"] == Offer("新品系列搶先之夜，金級會員", "免費")
