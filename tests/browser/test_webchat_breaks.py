"""Connections that break, in a real browser: whatever happens when, nothing is lost and nothing doubled."""

import re

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import BrowserContext, Page, expect

from channels.webchat.channel import WebChat
from channels.webchat.identity import COOKIE
from tests.browser.talk import BUBBLES, chat_routes, cut, say
from tests.fakes.chat_hub import ChatHub

pytestmark = pytest.mark.asyncio(loop_scope="session")


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


async def test_two_windows_show_the_same(page: Page, browser_context: BrowserContext, address: str) -> None:
    second = await browser_context.new_page()
    await second.goto(address)
    await say(page, "balance")
    for window in (page, second):
        await expect(window.locator(BUBBLES)).to_have_count(2)


async def test_a_cut_before_anything_was_taken_loses_nothing(page: Page, hub: ChatHub) -> None:
    hub.broken = True
    await say(page, "balance")
    async with page.expect_websocket():  # it came back, and asks again
        await expect(page.locator(".pending")).to_have_count(1)
    assert hub.said == []
    hub.broken = False
    await expect(page.locator(BUBBLES)).to_have_count(2)
    await expect(page.locator(".pending")).to_have_count(0)
    assert [one.text for one in hub.said] == ["balance"]


async def test_an_answer_given_while_the_connection_is_away_comes_once(page: Page, chat: WebChat, hub: ChatHub) -> None:
    await say(page, "silence")
    await expect(page.locator(".typing")).to_be_visible()
    await chat.close()
    hub.write("anna", "Here I am.")
    await chat.start(hub, listen=True)
    await expect(page.locator(BUBBLES)).to_have_text(["silence", "Here I am."])
    await hub.deliver("anna", "Anything else?")
    await expect(page.locator(BUBBLES)).to_have_text(["silence", "Here I am.", "Anything else?"])
    await expect(page.locator(".typing")).to_be_hidden()


async def test_two_tabs_with_something_unsent_say_each_its_own_once(
    page: Page, browser_context: BrowserContext, hub: ChatHub, address: str
) -> None:
    second = await browser_context.new_page()
    await second.goto(address)
    await expect(second.locator(".status")).to_have_text("Answers right away")
    await browser_context.set_offline(True)
    await say(page, "from the first")
    await say(second, "from the second")
    await browser_context.set_offline(False)
    for window in (page, second):
        await expect(window.locator(BUBBLES)).to_have_count(4)
    assert sorted(one.text for one in hub.said) == ["from the first", "from the second"]


async def test_a_service_that_is_started_anew_goes_on_where_it_was(
    browser_context: BrowserContext, browser_page: Page, hub: ChatHub
) -> None:
    async def serve(port: int) -> tuple[WebChat, TestServer]:
        hub.channel = chat = WebChat(secret="s", public_url="http://127.0.0.1")
        await chat.start(hub, listen=True)
        app = web.Application()
        app.add_routes(chat_routes(chat, hub))
        server = TestServer(app, port=port)
        await server.start_server()
        return chat, server

    chat, server = await serve(0)
    port, address = server.port or 0, str(server.make_url("/chat"))
    await browser_context.add_cookies([{"name": COOKIE, "value": chat.identity.sign("anna"), "url": address}])
    await browser_page.goto(address)
    await say(browser_page, "balance")
    await expect(browser_page.locator(BUBBLES)).to_have_count(2)
    await chat.close()
    await server.close()
    await say(browser_page, "thanks")
    chat, server = await serve(port)
    await expect(browser_page.locator(BUBBLES).last).to_have_text("You said thanks")
    assert [one.text for one in hub.said] == ["balance", "thanks"]
    await chat.close()
    await server.close()


async def test_a_break_shows_in_colour_and_words_together_and_in_time(page: Page, chat: WebChat, hub: ChatHub) -> None:
    """However often it tried again meanwhile: a break of a second and a half is told, a shorter one is not."""
    await page.clock.install()
    async with page.expect_websocket() as opened:
        await page.reload()
    await expect(page.locator(".status")).to_have_text("Answers right away")
    socket = await opened.value
    await page.clock.pause_at(await page.evaluate("Date.now() + 1000"))
    root = page.locator("#regulars-chat")
    await chat.close()
    if not socket.is_closed():
        await socket.wait_for_event("close")
    await expect(root).to_have_attribute("data-state", "online")
    for _ in range(10):
        await page.clock.run_for(160)
    await expect(root).to_have_attribute("data-state", "reconnecting")
    await expect(page.locator(".status")).to_have_text("Reconnecting…")
    await chat.start(hub, listen=True)
    await page.clock.run_for(20_000)
    await expect(root).to_have_attribute("data-state", "online")
    await expect(page.locator(".status")).to_have_text("Answers right away")


async def test_the_page_is_there_before_the_connection(browser_page: Page, address: str) -> None:
    """A service that lets no window in still shows who it is, and takes what is written."""
    await browser_page.route_web_socket(re.compile("/chat/socket"), lambda socket: None)
    await browser_page.goto(address)
    await expect(browser_page.get_by_role("heading", level=1)).to_have_text("Bean & Leaf")
    await say(browser_page, "balance")
    await expect(browser_page.locator(BUBBLES)).to_have_text(["balance"])
