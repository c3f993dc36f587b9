"""The pages that links lead to: checked by axe-core, scanned, printed, without a connection."""

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, Route, expect

from bot.actions import privacy
from bot.actions.balance import member
from bot.actions.core import Core
from bot.actions.recording.record import record
from bot.actions.redeem import redeem
from bot.actions.self_stamping import code_for, step_at
from bot.web.pages.confirmation import Confirmation
from bot.web.pages.counter import CounterPages, token
from bot.web.pages.front import Front
from bot.web.pages.invitation import Invitation
from bot.web.pages.own_data import OwnData
from bot.web.pages.trouble import for_people
from bot.web.pages.unsubscribe import Links, Unsubscribe
from bot.web.pages.voucher import VoucherPage
from bot.web.problems import problems
from channels.webchat.channel import WebChat
from tests import cast
from tests.browser.talk import chat_routes, faults
from tests.fakes.chat_hub import ChatHub
from tests.scanning import as_a_photo, is_light_around, scanned

pytestmark = pytest.mark.asyncio(loop_scope="session")
CONTACTS = {"web": None, "telegram": "bean_bot", "sms": "+36201234567", "email": "hi@example.com"}
LINKS = Links(b"a secret of sixteen or more", "")


@pytest_asyncio.fixture(loop_scope="session")
async def cafe(sqlite_url: str) -> AsyncIterator[Core]:
    async with cast.core(sqlite_url) as cafe:
        await cast.joins(cafe, cast.ANNA)
        yield cafe


@pytest_asyncio.fixture(loop_scope="session")
async def pages(cafe: Core, chat: WebChat, hub: ChatHub) -> AsyncIterator[dict[str, str]]:
    """What to open, by what it is: each with what there is and with what there is not."""
    await record(cafe, cast.purchase("1", "100.00"))
    member_id = (await member(cafe, cast.ref("anna"))).id
    voucher = (await redeem(cafe, cast.ref("anna"), "free_drink", "1")).voucher
    app = web.Application(middlewares=[for_people(), problems])
    own = (
        Front(cafe, lambda: CONTACTS),
        Invitation(cafe, lambda: CONTACTS),
        Unsubscribe(cafe, LINKS),
        VoucherPage(cafe),
        CounterPages(cafe, lambda: CONTACTS),
        Confirmation(cafe),
        OwnData(cafe),
    )
    app.add_routes([*(route for page in own for route in page.routes())])
    app.add_routes([route for route in chat_routes(chat, hub) if route.path != "/"])
    async with TestServer(app) as server:
        paths = {
            "front": "/",
            "invitation": f"/r/{(await member(cafe, cast.ref('anna'))).code}",
            "no invitation": "/r/x",
            "voucher": f"/v/{voucher}",
            "no voucher": "/v/x",
            "unsubscribing": LINKS.url("email", "anna@example.com"),
            "no unsubscribing": "/u/x",
            "no confirmation": "/c/x",
            "no data": "/d/x",
            "data": urlsplit(privacy.link(cafe, member_id, cafe.clock())).path,
            "counter": f"/counter/{token(cafe.secret, 'counter')}",
            "code": f"/s/{code_for(cafe.secret, 'counter', step_at(cafe.clock()))}",
            "no code": "/s/x",
            "nothing": "/nothing",
        }
        yield {name: str(server.make_url(path)) for name, path in paths.items()}
        await chat.close()


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
async def test_no_page_keeps_anybody_out(browser: Browser, pages: dict[str, str], phone: bool) -> None:
    context = await browser.new_context(
        viewport={"width": 390, "height": 844} if phone else {"width": 1280, "height": 800},
        is_mobile=phone,
        has_touch=phone,
        color_scheme="dark" if phone else "light",
    )
    page = await context.new_page()
    found = []
    for name, url in pages.items():
        await page.goto(url)
        found += [f"{name}: {fault}" for fault in await faults(page)]
    assert found == [], "\n".join(found)
    await context.close()


@pytest.mark.parametrize(("width", "height"), [(640, 400), (320, 256)], ids=["200 %", "400 %"])
async def test_no_magnified_page_scrolls_sideways(
    browser_page: Page, pages: dict[str, str], width: int, height: int
) -> None:
    await browser_page.set_viewport_size({"width": width, "height": height})
    wide = {}
    for name, url in pages.items():
        await browser_page.goto(url)
        wide[name] = await browser_page.evaluate("document.documentElement.scrollWidth")
    assert wide == dict.fromkeys(pages, width)


@pytest.mark.parametrize("name", ["voucher", "counter"])
@pytest.mark.parametrize(
    "looks",
    [
        {"color_scheme": "dark"},
        {"color_scheme": "dark", "forced_colors": "active"},
        {"color_scheme": "dark", "media": "print"},
        {"width": 320},
    ],
    ids=["dark", "forced colours", "printed", "small phone"],
)
async def test_a_phone_reads_the_code_of_a_page(
    browser_page: Page, pages: dict[str, str], name: str, looks: dict[str, Any]
) -> None:
    await browser_page.set_viewport_size({"width": looks.pop("width", 1280), "height": 800})
    await browser_page.emulate_media(**looks)
    await browser_page.goto(pages[name])
    code = await browser_page.locator("figcaption").inner_text()
    shown = await browser_page.locator("figure").screenshot()
    [read] = scanned(shown)
    assert read == code if name == "voucher" else read.endswith(f"/s/{code}")
    assert scanned(as_a_photo(shown, 240, 60)) == [read]
    assert is_light_around(shown)


async def test_a_printed_voucher_is_dark_on_white_and_on_one_page(browser_page: Page, pages: dict[str, str]) -> None:
    await browser_page.emulate_media(media="print", color_scheme="dark")
    await browser_page.goto(pages["voucher"])
    for part in ("h1", ".lead, .soft, main > p:last-child"):
        ink = await browser_page.locator(part).first.evaluate("one => getComputedStyle(one).color")
        assert max(map(int, re.findall(r"\d+", ink)[:3])) < 0x60, ink
    assert (await browser_page.pdf(format="A5")).count(b"/Type /Page\n") == 1


async def test_the_counter_shows_no_old_code_while_nothing_answers_and_keeps_the_screen_on(
    browser_page: Page, pages: dict[str, str]
) -> None:
    held: list[Route] = []
    await browser_page.add_init_script(
        "Object.defineProperty(navigator, 'wakeLock', {value: {request: async kind => (window.awake = kind)}})"
    )
    await browser_page.clock.install()
    await browser_page.goto(pages["counter"])
    assert await browser_page.evaluate("awake") == "screen"
    await browser_page.route("**/code", lambda route: held.append(route))  # taken, and never answered
    async with browser_page.expect_request("**/code"):
        await browser_page.clock.fast_forward(31_000)
    await browser_page.clock.fast_forward(5001)
    await expect(browser_page.locator("figcaption")).to_be_hidden()
    await expect(browser_page.get_by_role("status")).to_have_text("No connection. The code comes back by itself.")
    await browser_page.unroute("**/code")
    await browser_page.clock.fast_forward(4000)
    await expect(browser_page.locator("figcaption")).to_be_visible()


async def test_open_the_chat_leads_into_the_chat_that_is_open(browser_page: Page, pages: dict[str, str]) -> None:
    await browser_page.goto(pages["front"])
    await expect(browser_page.locator(".status")).to_have_text("Answers right away")
    await browser_page.get_by_role("link", name="Open the chat").click()
    await expect(browser_page.get_by_label("Message")).to_be_focused()


async def test_without_scripts_the_front_page_says_what_is_missing(browser: Browser, pages: dict[str, str]) -> None:
    page = await browser.new_page(java_script_enabled=False)
    await page.goto(pages["front"])
    assert "This chat needs JavaScript." in await page.locator("#regulars-chat").inner_text()
    await page.close()


@pytest.mark.parametrize("width", [320, 390])
async def test_the_programmes_name_has_a_line_of_its_own_on_a_phone(
    browser_page: Page, pages: dict[str, str], width: int
) -> None:
    await browser_page.set_viewport_size({"width": width, "height": 700})
    await browser_page.goto(pages["front"])
    brand = await browser_page.locator(".brand").bounding_box()
    languages = await browser_page.locator(".languages").bounding_box()
    assert brand
    assert languages
    assert brand["height"] < 48
    assert languages["y"] >= brand["y"] + brand["height"]
