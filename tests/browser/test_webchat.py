"""The chat as a customer sees it, in a real browser."""

import pytest
from playwright.async_api import Browser, Page, expect

from bot.messages import Button
from channels.webchat.channel import WebChat
from channels.webchat.identity import COOKIE
from tests.browser.talk import BUBBLES, INPUT, say
from tests.fakes.chat_hub import ChatHub

pytestmark = pytest.mark.asyncio(loop_scope="session")


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
    await expect(page.locator(BUBBLES).first).to_have_text("My balance")
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


async def test_a_pressed_button_is_seen_by_its_label_at_once_and_after_a_reload(page: Page, hub: ChatHub) -> None:
    await say(page, "rewards")
    await page.get_by_role("button", name="A slice of cake").click()
    seen = ["rewards", "Which one would you like?", "A slice of cake", "You said redeem 2"]
    await expect(page.locator(BUBBLES)).to_have_text(seen)
    await say(page, "redeem 2")
    await expect(page.locator(BUBBLES)).to_have_text([*seen, "redeem 2", "You said redeem 2"])
    await page.reload()
    await expect(page.locator(BUBBLES)).to_have_text([*seen, "redeem 2", "You said redeem 2"])
    assert [one.text for one in hub.said] == ["rewards", "redeem 2", "redeem 2"]


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
    await expect(page.locator(BUBBLES).first).to_have_text("Egyenlegem")
    assert hub.said[0].locale == "hu-HU"


async def test_another_page_needs_only_a_div(browser_page: Page, address: str) -> None:
    await browser_page.goto(address.removesuffix("chat"))
    await expect(browser_page.get_by_role("heading", level=1)).to_have_text("Welcome")
    await expect(browser_page.get_by_role("heading", level=2)).to_have_text("Bean & Leaf")
    await say(browser_page, "balance")
    await expect(browser_page.locator(BUBBLES)).to_have_count(2)
    await browser_page.reload()  # the handshake handed out a cookie: the same visitor
    await expect(browser_page.locator(BUBBLES)).to_have_count(2)
