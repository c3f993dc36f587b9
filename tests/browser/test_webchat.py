"""The chat as a customer sees it, in a real browser."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, BrowserContext, Page, expect

from bot.messages import Button, Inbound
from channels.webchat.channel import WebChat
from channels.webchat.identity import COOKIE
from tests.fakes.chat_hub import ChatHub, Reply

BUBBLES = ".line .text"
INPUT = "Message"
FRONT = """<!doctype html><html lang="en"><title>Bean & Leaf</title><link rel="stylesheet" href="/chat/static/chat.css">
<h1>Welcome</h1><div id="regulars-chat" data-socket="/chat/socket"></div>
<script type="module" src="/chat/static/chat.js"></script></html>"""


def cafe(said: Inbound) -> Reply | None:
    match said.text:
        case "balance":
            return "You have 72 beans.\n28 more and any drink is yours.", ()
        case "rewards":
            return "Which one would you like?", (Button("A slice of cake", "redeem 2"), Button("Help", "help"))
        case "silence":
            return None
    return f"You said {said.text}", ()


@pytest.fixture
async def hub() -> ChatHub:
    return ChatHub(cafe)


@pytest.fixture
async def chat(hub: ChatHub) -> WebChat:
    hub.channel = chat = WebChat(secret="s", public_url="http://127.0.0.1", poll=0.2)
    await chat.start(hub, listen=True)
    return chat


async def front(request: web.Request) -> web.Response:
    return web.Response(text=FRONT, content_type="text/html")


@pytest.fixture
async def address(chat: WebChat) -> AsyncIterator[str]:
    app = web.Application()
    app.add_routes([*chat.routes(), web.get("/", front)])
    async with TestServer(app) as server:
        yield str(server.make_url("/chat"))
        await chat.close()


@pytest.fixture
async def page(browser_context: BrowserContext, browser_page: Page, chat: WebChat, address: str) -> Page:
    """Anna's window, connected."""
    await browser_context.add_cookies([{"name": COOKIE, "value": chat.identity.sign("anna"), "url": address}])
    await browser_page.goto(address)
    await expect(browser_page.locator(".status")).to_have_text("Answers right away")
    return browser_page


async def say(page: Page, text: str) -> None:
    await page.get_by_label(INPUT).fill(text)
    await page.keyboard.press("Enter")


async def cut(chat: WebChat, hub: ChatHub) -> None:
    """Every connection ends; the service is there again at once."""
    await chat.close()
    await chat.start(hub, listen=True)


async def test_balance_gets_its_answer(page: Page) -> None:
    await expect(page.get_by_role("heading", level=1)).to_have_text("Bean & Leaf")
    await say(page, "balance")
    await expect(page.locator(BUBBLES)).to_have_text(
        ["balance", "You have 72 beans.\n28 more and any drink is yours."], use_inner_text=True
    )
    await expect(page.locator(".pending")).to_have_count(0)
    await expect(page.locator(".typing")).to_be_hidden()
    await expect(page.get_by_label(INPUT)).to_have_value("")


async def test_an_empty_chat_offers_a_start_by_mouse(page: Page) -> None:
    await page.get_by_role("button", name="My balance").click()
    await expect(page.locator(BUBBLES).first).to_have_text("balance")
    await expect(page.locator(".empty")).to_have_count(0)


async def test_quick_replies_work_by_keyboard_and_go_when_answered(page: Page, hub: ChatHub) -> None:
    await say(page, "rewards")
    await page.get_by_role("button", name="A slice of cake").wait_for()
    await page.keyboard.press("Shift+Tab")
    await expect(page.get_by_role("button", name="Help")).to_be_focused()
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(BUBBLES).last).to_have_text("You said redeem 2")
    assert [one.text for one in hub.said] == ["rewards", "redeem 2"]
    await expect(page.locator(".choices")).to_have_count(0)
    await expect(page.get_by_label(INPUT)).to_be_focused()


async def test_a_cut_between_commit_and_confirmation_loses_and_doubles_nothing(
    page: Page, chat: WebChat, hub: ChatHub
) -> None:
    hub.after_commit.clear()
    await say(page, "balance")
    await hub.until_told(1)
    await cut(chat, hub)
    hub.after_commit.set()
    await hub.until_told(2)
    await say(page, "thanks")
    await expect(page.locator(BUBBLES).last).to_have_text("You said thanks")
    await expect(page.locator(BUBBLES)).to_have_count(4)
    assert [one.text for one in hub.said] == ["balance", "thanks"]


async def test_what_is_said_and_written_while_offline_meets_afterwards(
    page: Page, browser_context: BrowserContext, hub: ChatHub
) -> None:
    await browser_context.set_offline(True)
    await expect(page.locator(".status")).to_contain_text("You are offline")
    await say(page, "first")
    await say(page, "second")
    await expect(page.locator(".pending")).to_have_count(2)
    hub.write("anna", "while you were away")
    await browser_context.set_offline(False)
    expected = ["while you were away", "first", "You said first", "second", "You said second"]
    await expect(page.locator(BUBBLES)).to_have_text(expected)
    await expect(page.locator(".status")).to_have_text("Answers right away")
    assert len({one.id for one in hub.said}) == len(hub.said) == 2


async def test_what_was_not_confirmed_outlives_a_reload(page: Page, chat: WebChat, hub: ChatHub) -> None:
    hub.after_commit.clear()
    await say(page, "silence")
    await hub.until_told(1)
    await page.reload()
    hub.after_commit.set()
    await hub.until_told(2)
    await expect(page.locator(BUBBLES)).to_have_text(["silence"])
    assert len(hub.said) == 1


async def test_a_longer_break_is_told_kindly(page: Page, chat: WebChat, hub: ChatHub) -> None:
    await chat.close()
    await expect(page.locator(".status")).to_have_text("Reconnecting…")
    await chat.start(hub, listen=True)
    await expect(page.locator(".status")).to_have_text("Answers right away")


async def test_words_of_others_are_never_markup(page: Page, hub: ChatHub) -> None:
    await hub.deliver(
        "anna", "<img src=x onerror=alert(1)> javascript:alert(1) see https://a.example/v/1?b=2&c. (http://[)"
    )
    link = page.locator(".line a")
    await expect(link).to_have_count(1)
    await expect(link).to_have_attribute("href", "https://a.example/v/1?b=2&c")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    assert await page.locator(".log img").count() == 0


async def test_screen_readers_hear_new_lines_only(page: Page, hub: ChatHub) -> None:
    log = page.get_by_role("log", name="Conversation")
    await expect(log).to_have_attribute("aria-live", "polite")
    await hub.deliver("anna", "Hello")
    await expect(log).to_contain_text("Bean & Leaf: Hello")


async def test_a_reader_of_older_lines_is_not_torn_away(page: Page, hub: ChatHub) -> None:
    for number in range(60):
        hub.write("anna", f"line {number}")
    await hub.deliver("anna", "newest")
    await expect(page.get_by_text("newest")).to_be_in_viewport()
    await page.locator(".log").evaluate("log => log.scrollTo(0, 0)")
    await hub.deliver("anna", "one more")
    await page.get_by_role("button", name="New messages").click()
    await expect(page.get_by_text("one more")).to_be_in_viewport()


async def test_two_windows_show_the_same(page: Page, browser_context: BrowserContext, address: str) -> None:
    second = await browser_context.new_page()
    await second.goto(address)
    await say(page, "balance")
    for window in (page, second):
        await expect(window.locator(BUBBLES)).to_have_count(2)


@pytest.mark.parametrize("width", [320, 390])
async def test_a_phone_shows_all_without_scrolling_sideways(
    browser: Browser, chat: WebChat, hub: ChatHub, address: str, width: int
) -> None:
    context = await browser.new_context(viewport={"width": width, "height": 640}, is_mobile=True, has_touch=True)
    await context.add_cookies([{"name": COOKIE, "value": chat.identity.sign("anna"), "url": address}])
    buttons = (Button("A reward with quite a long name, for those who read", "1"), Button("Help", "help"))
    hub.write("anna", "https://a.example/" + "long" * 40, buttons)
    page = await context.new_page()
    await page.goto(address)
    await page.get_by_role("button", name="Help").tap()
    await expect(page.locator(BUBBLES).last).to_have_text("You said help")
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    assert await page.locator(".log").evaluate("log => log.scrollWidth <= log.clientWidth")
    for part in (page.get_by_role("heading", name="Bean & Leaf"), page.get_by_label("Send"), page.get_by_label(INPUT)):
        await expect(part).to_be_in_viewport(ratio=1)


async def test_hungarians_are_met_in_hungarian(browser: Browser, hub: ChatHub, address: str) -> None:
    page = await browser.new_page(locale="hu-HU")
    await page.goto(address)
    await page.get_by_role("button", name="Egyenlegem").click()
    await expect(page.get_by_label("Üzenet")).to_be_visible()
    await expect(page.locator(BUBBLES).first).to_have_text("egyenleg")
    assert hub.said[0].locale == "hu-HU"


async def test_another_page_needs_only_a_div(browser_page: Page, address: str) -> None:
    await browser_page.goto(address.removesuffix("chat"))
    await expect(browser_page.get_by_role("heading", level=1)).to_have_text("Welcome")
    await expect(browser_page.get_by_role("heading", level=2)).to_have_text("Bean & Leaf")
    await say(browser_page, "balance")
    await expect(browser_page.locator(BUBBLES)).to_have_count(2)
    await browser_page.reload()  # the handshake handed out a cookie: the same visitor
    await expect(browser_page.locator(BUBBLES)).to_have_count(2)
