"""Long talks, languages and what is too long, in a real browser."""

import pytest
from playwright.async_api import Browser, Page, expect

from bot.messages import LAST, Button, Line
from channels.webchat.channel import WebChat
from channels.webchat.identity import COOKIE
from channels.webchat.window import PAGE
from tests.browser.talk import BUBBLES, INPUT, faults, say
from tests.fakes.chat_hub import ChatHub

pytestmark = pytest.mark.asyncio(loop_scope="session")
LOG = ".log"


async def test_whoever_scrolls_back_meets_all_that_was_said_once_and_in_order(page: Page, hub: ChatHub) -> None:
    written = [hub.write("anna", f"line {number}").text for number in range(3 * PAGE + 5)]
    await page.reload()
    await expect(page.locator(BUBBLES)).to_have_count(PAGE)
    await expect(page.locator(BUBBLES).last).to_be_in_viewport()
    for shown in (2 * PAGE, 3 * PAGE, len(written)):
        oldest = page.locator(BUBBLES).first
        text = await oldest.text_content()
        await page.locator(LOG).hover()
        await page.mouse.wheel(0, -100_000)
        await expect(page.locator(BUBBLES)).to_have_count(shown)
        await expect(page.get_by_text(text or "", exact=True)).to_be_in_viewport()  # what was read did not move away
    await expect(page.locator(BUBBLES)).to_have_text(written)
    await expect(page.get_by_role("button", name="Earlier messages")).to_have_count(0)
    await expect(page.locator(LOG)).to_have_attribute("aria-live", "polite")


async def test_earlier_messages_are_a_button_for_who_cannot_scroll(page: Page, hub: ChatHub) -> None:
    for number in range(PAGE + 5):
        hub.write("anna", f"line {number}")
    await page.reload()
    earlier = page.get_by_role("button", name="Earlier messages")
    await expect(page.locator(BUBBLES)).to_have_count(PAGE)
    assert await faults(page) == []
    await earlier.press("Enter")
    await expect(page.locator(BUBBLES)).to_have_count(PAGE + 5)
    await expect(earlier).to_have_count(0)
    await expect(page.locator(LOG)).to_be_focused()


@pytest.mark.parametrize("seen", [1, 20], ids=["a short talk", "a long one"])
async def test_a_break_in_which_more_than_a_page_was_said_loses_nothing(
    page: Page, chat: WebChat, hub: ChatHub, seen: int
) -> None:
    written = [hub.write("anna", f"seen {number}").text for number in range(seen)]
    await hub.announce("anna", hub.lines["anna"][-1])
    await expect(page.locator(BUBBLES)).to_have_count(seen)
    await chat.close()
    written += [hub.write("anna", f"missed {number}").text for number in range(3 * PAGE)]
    await chat.start(hub, listen=True)
    await expect(page.locator(BUBBLES)).to_have_text(written)


async def test_a_second_long_break_before_the_first_is_made_good_loses_nothing(
    page: Page, chat: WebChat, hub: ChatHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def only_the_newest(channel: str, address: str, after: int, limit: int, before: int = LAST) -> list[Line]:
        if before != LAST:
            raise OSError("the database is away")
        return await ChatHub.transcript(hub, channel, address, after, limit)

    written = [await hub.deliver("anna", "seen") and "seen"]
    await expect(page.locator(BUBBLES)).to_have_count(1)
    for number, end in enumerate((2 * PAGE, 4 * PAGE), 1):
        await chat.close()
        written += [hub.write("anna", f"missed {n}").text for n in range(len(written), end + 1)]
        with monkeypatch.context() as patch:
            patch.setattr(hub, "transcript", only_the_newest)
            await chat.start(hub, listen=True)
            await expect(page.locator(BUBBLES)).to_have_count(1 + number * PAGE)
    await expect(page.locator(BUBBLES)).to_have_text(written)


async def test_what_is_pasted_is_sent_whole_or_not_at_all(page: Page, hub: ChatHub) -> None:
    await say(page, "x" * 2000)
    await expect(page.locator(".mine .text")).to_have_text("x" * 2000)
    assert await page.locator(LOG).evaluate("log => log.scrollWidth <= log.clientWidth")
    await say(page, "y" * 4001)
    await expect(page.get_by_role("status")).to_have_text("This message is too long: 4,000 characters at most.")
    await expect(page.get_by_label(INPUT)).to_have_value("y" * 4001)
    await expect(page.get_by_label("Send")).to_be_disabled()
    await say(page, "\N{SHORTCAKE}" * 2000)
    await expect(page.get_by_role("status")).to_have_text("Answers right away")
    await expect(page.locator(".mine .text").last).to_have_text("\N{SHORTCAKE}" * 2000)
    assert [len(one.text) for one in hub.said] == [2000, 2000]


async def test_a_line_in_another_language_than_the_page_says_so(page: Page, hub: ChatHub) -> None:
    buttons = (Button("Jutalmak", "jutalmak"), Button("Utalvány", "x", opens="https://a.example/"))
    line = hub.write("anna", "72 babod van.", buttons, language="hu")
    await hub.announce("anna", line)
    text = page.get_by_text("72 babod van.")
    await expect(text).to_have_attribute("lang", "hu")
    await expect(page.get_by_role("group")).to_have_attribute("lang", "hu")
    await expect(page.get_by_text("(opens in a new tab)")).to_have_attribute("lang", "en")
    assert await page.locator(".theirs > .unseen").evaluate("who => who.closest('[lang]').lang") == "en"
    await page.reload()  # from now on the page itself speaks as the talk does
    await expect(page.get_by_role("button", name="Küldés")).to_be_visible()
    await page.goto(f"{page.url}?lang=ms")
    await expect(page.get_by_role("button", name="Hantar")).to_be_visible()


async def test_a_bar_of_signs_is_for_eyes_only(page: Page, hub: ChatHub) -> None:
    await hub.deliver("anna", "You have 72 beans.\n▰▰▰▱▱▱▱▱▱▱\n28 more: https://a.example/▰▰▰")
    text = page.get_by_text("You have 72 beans.")
    await expect(text).to_have_text(
        "You have 72 beans.\n▰▰▰▱▱▱▱▱▱▱\n28 more: https://a.example/▰▰▰", use_inner_text=True
    )
    assert "▱" not in await page.get_by_role("log").aria_snapshot()


async def test_after_midnight_today_is_yesterday(browser: Browser, chat: WebChat, hub: ChatHub, address: str) -> None:
    context = await browser.new_context(locale="en-GB", timezone_id="Europe/Budapest")
    await context.add_cookies([{"name": COOKIE, "value": chat.identity.sign("anna"), "url": address}])
    page = await context.new_page()
    await page.clock.install(time="2026-03-02T22:00:00+01:00")
    hub.write("anna", "in the evening")
    await page.goto(address)
    day = ".new-day"
    await expect(page.locator(day)).to_have_attribute("data-label", "Today")
    await page.clock.fast_forward("03:00:00")
    await say(page, "silence")
    await expect(page.locator(day).first).to_have_attribute("data-label", "Yesterday")
    await context.close()


async def test_an_answer_from_another_tab_takes_the_focus_from_nobody(page: Page, hub: ChatHub) -> None:
    await hub.deliver("anna", "Which one?", (Button("Tea", "tea"), Button("Coffee", "coffee")))
    await page.get_by_role("button", name="Tea").focus()
    hub.write("anna", "coffee", ours=False)
    await hub.deliver("anna", "Coffee it is.")
    await expect(page.locator(".choices")).to_have_count(0)
    await expect(page.locator(LOG)).to_be_focused()
