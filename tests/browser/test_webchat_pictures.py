"""Pictures, links and the beginnings that come with an address, in a real browser."""

from dataclasses import replace

import pytest
from playwright.async_api import Browser, Page, expect

from bot.messages import Button
from channels.webchat.channel import WebChat
from channels.webchat.identity import COOKIE
from tests.browser.talk import BUBBLES, CARD, cut, say
from tests.fakes.chat_hub import ChatHub

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_picture_has_its_place_before_it_is_there_and_its_words(page: Page, hub: ChatHub) -> None:
    await page.route("**/p/*.png", lambda route: None)  # still on its way
    await hub.deliver("anna", "Show this at the counter.", picture=CARD)
    image = page.get_by_role("img", name="Anna's card: K7M2-9QXA")
    await expect(image).to_have_attribute("loading", "lazy")
    assert await image.evaluate("image => image.getBoundingClientRect().height") == pytest.approx(320 * 300 / 540, 0.01)


async def test_a_picture_opens_large_and_the_keyboard_comes_back_to_it(page: Page, hub: ChatHub) -> None:
    await hub.deliver("anna", "Show this at the counter.", picture=CARD)
    small = page.get_by_role("button", name="Anna's card: K7M2-9QXA")
    await small.focus()
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Picture")
    await expect(dialog.get_by_role("img", name="Anna's card: K7M2-9QXA")).to_be_visible()
    await expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    await page.keyboard.press("Tab")
    assert await page.evaluate("!document.activeElement.closest('.composer, .log')")
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(small).to_be_focused()
    await small.click()
    await dialog.click(position={"x": 5, "y": 5})
    await expect(dialog).to_have_count(0)


async def test_a_card_taller_than_the_screen_is_seen_from_its_top(page: Page, hub: ChatHub) -> None:
    await page.set_viewport_size({"width": 390, "height": 600})
    await say(page, "balance")
    await hub.deliver("anna", "Your card.", picture=replace(CARD, data={"size": (540, 1100)}))
    picture = page.locator(".picture")
    await expect(picture).to_be_in_viewport()
    log, card = await page.locator(".log").bounding_box(), await picture.bounding_box()
    assert log
    assert card
    assert log["y"] <= card["y"] < log["y"] + 50
    await expect(page.get_by_text("Your card.")).not_to_be_in_viewport()


async def test_a_picture_that_does_not_come_is_told_in_words(page: Page, hub: ChatHub) -> None:
    await hub.deliver("anna", "Your card.", picture=replace(CARD, data={"size": (540, 300), "lost": True}))
    await expect(page.locator(BUBBLES)).to_have_text(["Anna's card: K7M2-9QXA", "Your card."])


async def test_pictures_stay_once_each_over_a_break(page: Page, chat: WebChat, hub: ChatHub) -> None:
    await hub.deliver("anna", "Your card.", picture=CARD)
    await expect(page.locator(".picture")).to_have_count(1)
    await cut(chat, hub)
    await hub.deliver("anna", "And again.", picture=CARD)
    await expect(page.locator(".picture")).to_have_count(2)


async def test_choices_that_open_something_are_links(page: Page, hub: ChatHub) -> None:
    buttons = (
        Button("Voucher", "voucher 1", opens="https://a.example/v/1"),
        Button("Odd", "odd", opens="javascript:alert(1)"),
        Button("My number", "phone", shares_phone=True),
    )
    await hub.deliver("anna", "Here it is.", buttons)
    link = page.get_by_role("link", name="Voucher (opens in a new tab)")
    await expect(link).to_have_attribute("href", "https://a.example/v/1")
    await expect(link).to_have_attribute("rel", "noopener")
    await expect(link).to_have_attribute("target", "_blank")
    await expect(page.get_by_role("button", name="Odd")).to_be_visible()
    await expect(page.get_by_text("My number")).to_have_count(0)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("join=main", "join_main"),
        ("join", "join"),
        ("r=K7M2-9QXA&lang=en", "r_K7M2-9QXA"),
        ("checkin=ab12-cd34", "s_ab12-cd34"),
    ],
)
async def test_a_link_begins_the_talk_once(
    browser_page: Page, hub: ChatHub, address: str, query: str, said: str
) -> None:
    await browser_page.goto(f"{address}?{query}")
    await expect(browser_page.locator(BUBBLES)).to_have_text(["Start", f"You said /start {said}"])
    await browser_page.reload()
    await expect(browser_page.locator(BUBBLES)).to_have_count(2)
    await say(browser_page, "balance")
    await expect(browser_page.locator(BUBBLES)).to_have_count(4)
    assert [one.text for one in hub.said] == [f"/start {said}", "balance"]


@pytest.mark.parametrize("query", ["r=", "r=a%20b", "checkin=%2Fstop", f"join={'x' * 65}"])
async def test_a_link_with_nonsense_begins_nothing(browser_page: Page, hub: ChatHub, address: str, query: str) -> None:
    await browser_page.goto(f"{address}?{query}")
    await expect(browser_page.locator(".status")).to_have_text("Answers right away")
    await expect(browser_page.locator(".empty")).to_be_visible()
    assert hub.said == []


async def test_a_link_on_a_page_with_the_chat_stays_on_it(browser_page: Page, address: str) -> None:
    front = address.removesuffix("chat")
    await browser_page.goto(front)
    await expect(browser_page.locator(".status")).to_have_text("Answers right away")
    await browser_page.get_by_role("link", name="Join here").click()
    await expect(browser_page.locator(BUBBLES).last).to_have_text("You said /start join_main")
    assert browser_page.url == front


@pytest.mark.parametrize(
    ("locale", "tag", "send"),
    [("ms-MY", "ms", "Hantar"), ("zh-CN", "zh-Hans", "发送"), ("zh-TW", "zh-Hant", "傳送"), ("de-DE", "en", "Send")],
)
async def test_the_page_speaks_the_visitors_language(
    browser: Browser, address: str, locale: str, tag: str, send: str
) -> None:
    page = await browser.new_page(locale=locale)
    await page.goto(address)
    await expect(page.get_by_role("button", name=send, exact=True)).to_be_visible()
    assert await page.evaluate("document.documentElement.lang") == tag
    await page.close()


async def test_a_member_sees_the_same_picture_on_a_phone(
    browser: Browser, chat: WebChat, hub: ChatHub, address: str
) -> None:
    context = await browser.new_context(viewport={"width": 320, "height": 640}, is_mobile=True, has_touch=True)
    await context.add_cookies([{"name": COOKIE, "value": chat.identity.sign("anna"), "url": address}])
    hub.write("anna", "Your card.", picture=CARD)
    page = await context.new_page()
    await page.goto(address)
    await page.get_by_role("button", name="Anna's card: K7M2-9QXA").tap()
    await expect(page.get_by_role("dialog").get_by_role("img")).to_be_in_viewport(ratio=1)
    await page.get_by_role("button", name="Close").tap()
    assert await page.evaluate("document.documentElement.scrollWidth") == 320
    await context.close()
