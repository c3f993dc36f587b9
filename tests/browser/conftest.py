"""Pages of a real Chromium, the system's own, and the web chat behind a real server. One browser serves all tests."""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from channels.webchat.channel import WebChat
from channels.webchat.identity import COOKIE
from tests.browser.talk import cafe, chat_routes
from tests.fakes.chat_hub import ChatHub
from tests.fakes.ports import PATIENCE
from tests.fakes.programs import missing

MISSING = "Chromium is missing: apt-get install chromium (or set REGULARS_CHROMIUM=/path/to/chromium)"
# Read before the tests put our own settings out of sight.
NAMED = os.environ.get("REGULARS_CHROMIUM")
ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str:
    """Its path; without one see ``missing``."""
    found = shutil.which(NAMED) if NAMED else shutil.which("chromium") or shutil.which("chromium-browser")
    return found or missing(MISSING)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = chromium()
    async with async_playwright() as playwright:
        # Chromium's sandbox refuses to run as root, as which containers build.
        sandbox = os.geteuid() != 0
        browser = await playwright.chromium.launch(executable_path=path, chromium_sandbox=sandbox, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browser_context(browser: Browser) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(locale="en-GB", timezone_id="Europe/Budapest")
    context.set_default_timeout(PATIENCE * 1000)
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browser_page(browser_context: BrowserContext) -> AsyncIterator[Page]:
    """A page on a desktop; an error in its scripts or against its content policy fails the test."""
    page = await browser_context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    assert faults == []


@pytest.fixture
def hub() -> ChatHub:
    return ChatHub(cafe)


@pytest_asyncio.fixture(loop_scope="session")
async def chat(hub: ChatHub) -> WebChat:
    hub.channel = chat = WebChat(secret="s", public_url="http://127.0.0.1", poll=0.2)
    await chat.start(hub, listen=True)
    return chat


@pytest_asyncio.fixture(loop_scope="session")
async def address(chat: WebChat, hub: ChatHub) -> AsyncIterator[str]:
    app = web.Application()
    app.add_routes(chat_routes(chat, hub))
    async with TestServer(app) as server:
        yield str(server.make_url("/chat"))
        await chat.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser_context: BrowserContext, browser_page: Page, chat: WebChat, address: str) -> Page:
    """Anna's window, connected."""
    await browser_context.add_cookies([{"name": COOKIE, "value": chat.identity.sign("anna"), "url": address}])
    await browser_page.goto(address)
    await expect(browser_page.locator(".status")).to_have_text("Answers right away")
    return browser_page
