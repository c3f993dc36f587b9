"""The demo as its visitor meets it, in a real browser."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.demo import opened
from config.settings import Settings
from tests.cast import Watch
from tests.journeys.test_demo import anna_in_the_file

pytestmark = pytest.mark.asyncio(loop_scope="session")
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest_asyncio.fixture(loop_scope="session")
async def address() -> AsyncIterator[str]:
    async with opened(Settings(), 0, Watch(NOON)) as service:
        yield f"http://127.0.0.1:{service.port}"


async def test_balance_in_the_chat_shows_the_points_and_what_is_missing(browser_page: Page, address: str) -> None:
    points, stamps = anna_in_the_file()
    await browser_page.goto(address)
    await expect(browser_page.get_by_role("heading", level=1)).to_be_visible()
    await browser_page.get_by_label("Message").fill("balance")
    await browser_page.keyboard.press("Enter")
    said = browser_page.locator(".line.theirs .text")
    await expect(said).to_contain_text(f"You have {points} points.")
    await expect(said).to_contain_text(f"{100 - points} points to go to the next reward: Any drink.")
    await expect(said).to_contain_text(f"Coffee card: {stamps} of 10")


async def test_the_card_comes_as_a_picture_that_is_really_drawn(browser_page: Page, address: str) -> None:
    await browser_page.goto(address)
    await browser_page.get_by_label("Message").fill("card")
    await browser_page.keyboard.press("Enter")
    image = browser_page.locator(".picture img")
    await expect(image).to_be_in_viewport()
    await expect(image).to_have_js_property("naturalWidth", 1080)
    told, drawn = await image.get_attribute("height"), await image.evaluate("image => image.naturalHeight")
    assert told == str(drawn)


async def test_a_purchase_changes_the_page_and_reaches_the_chat_without_leaving_it(
    browser_page: Page, address: str
) -> None:
    points, stamps = anna_in_the_file()
    await browser_page.goto(address)
    member = browser_page.locator("#member")
    await member.get_by_role("button", name="Buy 2 coffees as Anna").click()
    await expect(member.get_by_role("status")).to_have_text("Bought: +6 points, +2 stamps.")
    await expect(member).to_contain_text(str(points + 6))
    await expect(member.locator("i.full")).to_have_count(stamps + 2)
    await expect(browser_page.locator(".line.theirs .text")).to_contain_text("Only 1 stamp to go, Anna")
    assert browser_page.url == f"{address}/"
    await member.get_by_role("link", name="Messages").click()
    await expect(browser_page.get_by_text("Only 1 stamp to go, Anna")).to_be_visible()


async def test_messages_look_like_what_customers_get(browser_page: Page, address: str) -> None:
    await browser_page.goto(f"{address}/demo/messages")
    await browser_page.get_by_role("navigation", name="Channels").get_by_role("link", name="E-mail").click()
    mail = browser_page.locator(".mail").first
    await expect(mail).to_contain_text("@example.com")
    await expect(mail.locator(".subject")).not_to_be_empty()
    await expect(browser_page.locator(".phone")).to_have_count(0)
    await mail.get_by_role("link", name="Unsubscribe").click()
    await expect(browser_page.get_by_role("heading", name="Unsubscribe")).to_be_visible()


async def test_it_works_without_scripts_too(browser: Browser, address: str) -> None:
    points, _ = anna_in_the_file()
    page = await browser.new_page(java_script_enabled=False)
    await page.goto(address)
    await page.get_by_role("button", name="Buy 2 coffees as Anna").click()
    await expect(page.get_by_role("status")).to_have_text("Bought: +6 points, +2 stamps.")
    await expect(page.locator("#member")).to_contain_text(str(points + 6))


async def test_nothing_sticks_out_of_a_small_screen(browser: Browser, address: str) -> None:
    page = await browser.new_page()
    for width in (320, 390, 900):
        await page.set_viewport_size({"width": width, "height": 740})
        for path in ("/", "/?lang=hu", "/demo/messages"):
            await page.goto(f"{address}{path}")
            assert await page.evaluate("document.documentElement.scrollWidth") == width
    await page.close()
