"""The chat in a shop's page, which comes from another origin, in a real browser."""

import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, BrowserContext, Frame, Page, expect

from channels.webchat.channel import WebChat
from channels.webchat.identity import FRAMED_COOKIE
from tests.browser.talk import BUBBLES, CARD, INPUT, chat_routes, cut, faults, say
from tests.fakes.chat_hub import ChatHub
from tests.fakes.mail import CERTIFICATE

pytestmark = pytest.mark.asyncio(loop_scope="session")
STRICT = "default-src 'none'; script-src {chat}; frame-src {chat}"
"""The least that a shop's content policy has to allow, as docs/operating.md has it."""

HIDDEN = """() => {
    const told = (heard) => addEventListener("message", ({ data }) => data.regulars === "hidden" && heard());
    window.hidden = new Promise(told);
}"""
"""Makes a promise in the frame that is kept when it was told that nobody sees it."""


@dataclass
class Shop:
    """A page of somebody else's that embeds the chat; ``tag`` goes into the script tag."""

    url: str = ""
    chat: str = ""
    tag: str = ""
    language: str = "en"
    style: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    async def page(self, request: web.Request) -> web.Response:
        body = f"""<!doctype html><html lang="{self.language}"><head><title>A shop</title>{self.style}
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <script src="{self.chat}/chat/embed.js" {self.tag} async></script></head>
            <body><main><h1>Beans for sale</h1><p><a href="#more">More about them</a></p></main></body></html>"""
        return web.Response(text=body, content_type="text/html", headers=self.headers)

    def application(self) -> web.Application:
        async def nothing(request: web.Request) -> web.Response:
            return web.Response(status=204)

        app = web.Application()
        app.add_routes([web.get("/", self.page), web.get("/favicon.ico", nothing)])
        return app


@pytest_asyncio.fixture(loop_scope="session")
async def shop() -> AsyncIterator[Shop]:
    shop = Shop()
    async with TestServer(shop.application()) as server:
        shop.url = str(server.make_url("/"))
        yield shop


@pytest_asyncio.fixture(loop_scope="session")
async def chat(hub: ChatHub, shop: Shop) -> AsyncIterator[WebChat]:
    """Open to pages of the shop."""
    hub.channel = chat = WebChat(secret="s", public_url="http://127.0.0.1", poll=0.2, origins=[shop.url.rstrip("/")])
    await chat.start(hub, listen=True)
    app = web.Application()
    app.add_routes(chat_routes(chat, hub))
    async with TestServer(app) as server:
        shop.chat = str(server.make_url("")).rstrip("/")
        yield chat
        await chat.close()


@pytest.fixture
def errors(browser_page: Page) -> list[str]:
    """What the browser complains of."""
    told: list[str] = []
    browser_page.on("console", lambda line: told.append(line.text) if line.type in ("error", "warning") else None)
    return told


async def opened(page: Page) -> Frame:
    """The chat's frame, once it is there."""
    inside = page.frame_locator("iframe[title=Chat]")
    await expect(inside.locator(".status")).to_have_text("Answers right away")
    [frame] = [one for one in page.frames if "/chat?" in one.url]
    return frame


async def test_one_tag_brings_a_chat_that_survives_a_break(
    browser_page: Page, shop: Shop, chat: WebChat, hub: ChatHub, errors: list[str]
) -> None:
    await browser_page.goto(shop.url)
    launcher = browser_page.get_by_role("button", name="Open chat")
    await expect(launcher).to_be_visible()
    assert len(browser_page.frames) == 1  # nothing is loaded before somebody wants it
    await launcher.click()
    frame = await opened(browser_page)
    await say(frame, "balance")
    await expect(frame.locator(BUBBLES)).to_have_count(2)
    await cut(chat, hub)
    await say(frame, "thanks")
    await expect(frame.locator(BUBBLES).last).to_have_text("You said thanks")
    assert [one.text for one in hub.said] == ["balance", "thanks"]
    assert len({one.address for one in hub.said}) == 1
    assert errors == []


async def test_it_works_by_keyboard_alone_and_gives_the_focus_back(
    browser_page: Page, shop: Shop, chat: WebChat, errors: list[str]
) -> None:
    await browser_page.goto(shop.url)
    launcher = browser_page.get_by_role("button", name="Open chat")
    await launcher.wait_for()
    await browser_page.keyboard.press("Tab")
    await browser_page.keyboard.press("Tab")
    await expect(launcher).to_be_focused()
    await browser_page.keyboard.press("Enter")
    frame = await opened(browser_page)
    await expect(frame.get_by_label(INPUT)).to_be_focused()
    await browser_page.keyboard.type("balance")
    await browser_page.keyboard.press("Enter")
    await expect(frame.locator(BUBBLES)).to_have_count(2)
    await browser_page.keyboard.press("Escape")
    await expect(browser_page.get_by_role("dialog")).to_be_hidden()
    await expect(launcher).to_be_focused()
    assert errors == []


async def test_escape_closes_a_large_picture_before_the_chat(
    browser_page: Page, shop: Shop, chat: WebChat, hub: ChatHub
) -> None:
    await browser_page.goto(shop.url)
    await browser_page.get_by_role("button", name="Open chat").click()
    frame = await opened(browser_page)
    await say(frame, "silence")
    await expect(frame.locator(BUBBLES)).to_have_count(1)
    await hub.until_told(1)
    await hub.deliver(hub.said[0].address, "Your card.", picture=CARD)
    await frame.locator(".picture").click()
    await browser_page.keyboard.press("Escape")
    await expect(frame.locator(".large")).to_have_count(0)
    await expect(browser_page.get_by_role("dialog", name="Chat")).to_be_visible()
    await browser_page.keyboard.press("Escape")
    await expect(browser_page.get_by_role("dialog", name="Chat")).to_be_hidden()


async def test_what_comes_while_it_is_closed_is_counted_on_the_launcher(
    browser_page: Page, shop: Shop, chat: WebChat, hub: ChatHub
) -> None:
    await browser_page.goto(shop.url)
    await browser_page.get_by_role("button", name="Open chat").click()
    frame = await opened(browser_page)
    await say(frame, "silence")
    await expect(frame.locator(BUBBLES)).to_have_count(1)
    await frame.evaluate(HIDDEN)
    await browser_page.get_by_role("dialog").get_by_role("button", name="Close chat").click()
    await frame.evaluate("hidden")
    for number in (1, 2):
        await hub.deliver(hub.said[0].address, f"news {number}")
    marked = browser_page.get_by_role("button", name="Open chat. New messages: 2")
    await expect(marked).to_have_text("2")
    await expect(browser_page.get_by_role("status")).to_have_text("New messages: 2")
    await marked.click()
    await expect(browser_page.locator(".launcher")).to_have_accessible_name("Close chat")
    await expect(frame.get_by_text("news 2")).to_be_in_viewport()


async def test_a_page_of_any_other_origin_gets_no_chat_and_is_told_why(
    browser_context: BrowserContext, shop: Shop, chat: WebChat
) -> None:
    """Its customers see no button that could not work; the browser itself would show them nothing either."""
    page = await browser_context.new_page()
    elsewhere = shop.url.replace("127.0.0.1", "localhost")
    async with page.expect_console_message(lambda line: line.type == "error") as told:
        await page.goto(elsewhere)
    words = (await told.value).text
    assert f"{shop.chat} does not know pages of {elsewhere.rstrip('/')}" in words
    assert "REGULARS_CHAT_ORIGINS" in words
    await expect(page.locator("aside")).to_have_count(0)
    async with page.expect_console_message(lambda line: "frame-ancestors" in line.text):
        await page.evaluate(
            "url => document.body.append(Object.assign(document.createElement('iframe'), {src: url}))",
            f"{shop.chat}/chat?embed=1",
        )
    assert chat.open_windows == 0


HOSTILE = """body * { all: unset !important; transform: rotate(9deg) !important; filter: blur(2px) !important }
    aside, body > * { display: none !important; position: absolute !important; color: red !important }"""


async def test_a_page_that_styles_everything_and_reads_from_the_right_changes_nothing_of_it(
    browser_page: Page, shop: Shop, chat: WebChat
) -> None:
    async def look() -> tuple[object, object]:
        await browser_page.get_by_role("button", name="Open chat").click()
        await opened(browser_page)
        close = browser_page.get_by_role("dialog").get_by_role("button", name="Close chat")
        return await browser_page.get_by_role("dialog").bounding_box(), await close.bounding_box()

    await browser_page.emulate_media(reduced_motion="reduce")
    await browser_page.goto(shop.url)
    before = await look()
    shop.style, shop.language = f"<style>{HOSTILE}</style>", 'en" dir="rtl'
    await browser_page.goto(shop.url)
    assert await look() == before


async def test_a_script_that_a_shop_has_twice_makes_one_chat(browser_page: Page, shop: Shop, chat: WebChat) -> None:
    shop.tag = f'async></script><script src="{shop.chat}/chat/embed.js"'
    await browser_page.goto(shop.url)
    await expect(browser_page.get_by_role("button", name="Open chat")).to_have_count(1)
    await browser_page.get_by_role("button", name="Open chat").click()
    await opened(browser_page)


async def test_escape_while_chinese_is_being_composed_closes_nothing(
    browser_page: Page, shop: Shop, chat: WebChat
) -> None:
    await browser_page.goto(shop.url)
    await browser_page.get_by_role("button", name="Open chat").click()
    frame = await opened(browser_page)
    press = "isComposing => dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', isComposing}))"
    await frame.evaluate(press, True)
    await say(frame, "balance")
    await expect(frame.locator(BUBBLES)).to_have_count(2)
    await expect(browser_page.get_by_role("dialog")).to_be_visible()
    await frame.evaluate(press, False)
    await expect(browser_page.get_by_role("dialog")).to_be_hidden()


async def test_a_strict_content_policy_needs_to_allow_two_things_only(
    browser_page: Page, shop: Shop, chat: WebChat, errors: list[str]
) -> None:
    shop.headers = {"Content-Security-Policy": STRICT.format(chat=shop.chat)}
    shop.tag = 'data-colour="#ffd54a"'
    await browser_page.goto(shop.url)
    launcher = browser_page.get_by_role("button", name="Open chat")
    await expect(launcher).to_have_css("width", "56px")
    await expect(launcher).to_have_css("background-color", "rgb(255, 213, 74)")
    await launcher.click()
    frame = await opened(browser_page)
    await say(frame, "balance")
    await expect(frame.locator(BUBBLES)).to_have_count(2)
    assert errors == []


async def test_it_speaks_as_the_shops_page_does_and_may_be_open_at_once(
    browser_page: Page, shop: Shop, chat: WebChat, hub: ChatHub
) -> None:
    shop.language, shop.tag = "zh-TW", 'data-open="true"'
    await browser_page.goto(shop.url)
    inside = browser_page.frame_locator("iframe[title=聊天]")
    await expect(inside.locator("html")).to_have_attribute("lang", "zh-Hant")
    await expect(browser_page.locator(".launcher")).to_have_accessible_name("關閉聊天")
    assert await browser_page.evaluate("document.activeElement.tagName") == "BODY"
    await inside.get_by_role("button", name="加入").click()
    await expect(inside.locator(BUBBLES)).to_have_count(2)
    assert hub.said[0].locale == "zh-Hant"


async def test_strangers_words_move_nothing(browser_page: Page, shop: Shop, chat: WebChat) -> None:
    """Messages of other windows, even with the right words, are not the frame's; nor the host's, inside."""
    await browser_page.goto(shop.url)
    await browser_page.get_by_role("button", name="Open chat").click()
    frame = await opened(browser_page)
    await browser_page.evaluate("postMessage({regulars: 'close'}, '*')")
    await browser_page.evaluate("postMessage({regulars: 'unread', count: 7}, '*')")
    await frame.evaluate("postMessage({regulars: 'hidden'}, '*')")
    await say(frame, "balance")
    await expect(frame.locator(BUBBLES)).to_have_count(2)
    await expect(browser_page.get_by_role("dialog")).to_be_visible()
    await expect(browser_page.locator(".badge")).to_have_count(0)


async def test_without_cookies_the_talk_goes_on(
    browser_page: Page, browser_context: BrowserContext, shop: Shop, chat: WebChat, hub: ChatHub
) -> None:
    """The frame itself remembers who it is, and says so in its first frame, never in an address."""
    seen: list[str] = []
    browser_page.on("request", lambda request: seen.append(request.url))
    browser_page.on("websocket", lambda socket: seen.append(socket.url))
    for said in ("balance", "rewards"):
        await browser_page.goto(shop.url)
        await browser_page.get_by_role("button", name="Open chat").click()
        frame = await opened(browser_page)
        await say(frame, said)
        await expect(frame.locator(".theirs").last).to_be_visible()
        await browser_context.clear_cookies()
    await expect(frame.locator(BUBBLES)).to_have_count(4)
    assert len({one.address for one in hub.said}) == 1
    token = await frame.evaluate("JSON.parse(localStorage.getItem('regulars-chat-visitor'))")
    assert chat.identity.read(token) == hub.said[0].address
    assert not any(token in url or hub.said[0].address in url for url in seen)


async def test_on_another_site_over_https_the_browser_keeps_a_cookie_for_that_shop_alone(
    browser: Browser, hub: ChatHub
) -> None:
    """A private window, as here, lets frames of other sites keep nothing else: no storage, no other cookies."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(CERTIFICATE)
    shop = Shop()
    shops = TestServer(shop.application(), scheme="https")
    await shops.start_server(ssl=tls)
    origin = f"https://localhost:{shops.port}"
    hub.channel = chat = WebChat(secret="s", public_url="https://127.0.0.1", origins=[origin])
    await chat.start(hub, listen=True)
    app = web.Application()
    app.add_routes(chat_routes(chat, hub))
    chats = TestServer(app, scheme="https")
    await chats.start_server(ssl=tls)
    shop.chat = f"https://127.0.0.1:{chats.port}"
    context = await browser.new_context(ignore_https_errors=True, locale="en-GB")
    page = await context.new_page()
    for said in ("balance", "rewards"):
        await page.goto(origin)
        await page.get_by_role("button", name="Open chat").click()
        frame = await opened(page)
        await say(frame, said)
        await expect(frame.locator(".theirs").last).to_be_visible()
    await expect(frame.locator(BUBBLES)).to_have_count(4)
    [cookie] = await context.cookies()
    assert (cookie["name"], cookie["sameSite"], cookie["secure"], cookie["httpOnly"]) == (
        FRAMED_COOKIE,
        "None",
        True,
        True,
    )
    assert cookie["partitionKey"] == "https://localhost"
    assert len({one.address for one in hub.said}) == 1
    await context.close()
    await chat.close()
    await chats.close()
    await shops.close()


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
async def test_nothing_in_the_shops_page_keeps_anybody_out(
    browser: Browser, shop: Shop, chat: WebChat, phone: bool
) -> None:
    context = await browser.new_context(
        viewport={"width": 390, "height": 844} if phone else None, is_mobile=phone, has_touch=phone, locale="en-GB"
    )
    page = await context.new_page()
    shop.tag = 'data-colour="#ffd54a"'
    await page.goto(shop.url)
    await page.get_by_role("button", name="Open chat").wait_for()
    assert await faults(page) == []
    await page.get_by_role("button", name="Open chat").click()
    frame = await opened(page)
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
        assert await faults(page) + await faults(frame) == []
    box = await page.get_by_role("dialog").bounding_box()
    assert box
    assert (box["width"] == 390) is phone
    if phone:
        close = await page.get_by_role("dialog").get_by_role("button", name="Close chat").bounding_box()
        assert close
        assert min(close["width"], close["height"]) >= 44
    await context.close()
