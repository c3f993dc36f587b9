"""The chat for everybody: checked by axe-core on desktop and phone, in light and dark; keyboard, magnifiers, weight."""

import zlib
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

import channels.webchat
from bot.messages import Button
from channels.webchat.channel import WebChat
from channels.webchat.identity import COOKIE
from tests.browser.talk import BUBBLES, CARD, INPUT, cut, faults, say
from tests.fakes.chat_hub import ChatHub

pytestmark = pytest.mark.asyncio(loop_scope="session")
FOLDER = Path(channels.webchat.__file__).parent
CHOICES = (Button("Any drink", "redeem 1"), Button("Voucher", "voucher 1", opens="https://a.example/v/1"))


async def faults_in_both_schemes(page: Page) -> list[str]:
    found = []
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
        found += [f"{scheme}: {fault}" for fault in await faults(page)]
    return found


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
async def test_nothing_in_the_chat_keeps_anybody_out(
    browser: Browser, chat: WebChat, hub: ChatHub, address: str, phone: bool
) -> None:
    size = ViewportSize(width=390, height=844) if phone else ViewportSize(width=1280, height=800)
    context = await browser.new_context(viewport=size, is_mobile=phone, has_touch=phone, locale="en-GB")
    await context.add_cookies([{"name": COOKIE, "value": chat.identity.sign("anna"), "url": address}])
    page = await context.new_page()
    await page.goto(address)
    await expect(page.locator(".empty")).to_be_visible()
    assert await faults_in_both_schemes(page) == []

    for number in range(15):
        hub.write("anna", f"question {number}", ours=False)
        hub.write("anna", f"See https://a.example/{number}", picture=CARD if number % 3 == 0 else None)
    await hub.deliver("anna", "Which one would you like?", CHOICES)
    await expect(page.locator(BUBBLES)).to_have_count(31)
    assert await faults_in_both_schemes(page) == []

    await page.locator(".picture").last.click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await faults_in_both_schemes(page) == []
    await page.get_by_role("button", name="Close").click()

    await context.set_offline(True)
    await page.get_by_label(INPUT).fill("balance")
    await page.get_by_label(INPUT).press("Enter")
    await expect(page.locator(".pending")).to_have_count(1)
    await expect(page.locator(".status")).to_contain_text("You are offline")
    assert await faults_in_both_schemes(page) == []
    await context.close()


async def test_the_check_finds_what_is_wrong(page: Page) -> None:
    await page.evaluate("document.querySelector('.status').style.color = '#bbb'")
    await page.evaluate("document.querySelector('textarea').removeAttribute('aria-label')")
    await page.evaluate("document.querySelector('textarea').placeholder = ''")
    assert {fault.partition(":")[0] for fault in await faults(page)} == {"color-contrast", "label"}


async def test_all_of_it_can_be_reached_by_keyboard_and_seen_where_one_is(page: Page, hub: ChatHub) -> None:
    await hub.deliver("anna", "Which one would you like?", CHOICES, CARD)
    await page.get_by_role("button", name="Any drink").wait_for()
    await page.get_by_label(INPUT).fill("x")
    await page.get_by_label(INPUT).press("Tab")
    seen = []
    for _ in range(6):
        seen.append(await page.evaluate("document.activeElement.className || document.activeElement.textContent"))
        assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        await page.keyboard.press("Shift+Tab")
    await expect(page.locator("body")).not_to_be_focused()
    assert seen == ["send", "", "Voucher (opens in a new tab)", "Any drink", "picture", "log"]


@pytest.mark.parametrize(("width", "height"), [(640, 400), (320, 256)], ids=["200 %", "400 %"])
async def test_a_magnified_page_still_has_room_for_the_talk(page: Page, hub: ChatHub, width: int, height: int) -> None:
    await page.set_viewport_size({"width": width, "height": height})
    await hub.deliver("anna", "A word as long as " + "Donaudampfschifffahrt" * 9, CHOICES)
    await expect(page.get_by_role("button", name="Any drink")).to_be_in_viewport(ratio=1)
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    assert await page.locator(".log").evaluate("log => log.scrollWidth <= log.clientWidth")
    assert await page.locator(".log").evaluate("log => log.clientHeight") >= height / 2
    await expect(page.get_by_label(INPUT)).to_be_in_viewport(ratio=1)


async def test_fingers_find_every_target(browser: Browser, chat: WebChat, hub: ChatHub, address: str) -> None:
    context = await browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    await context.add_cookies([{"name": COOKIE, "value": chat.identity.sign("anna"), "url": address}])
    hub.write("anna", "Which one would you like?", CHOICES, picture=CARD)
    page = await context.new_page()
    await page.goto(address)
    await page.get_by_role("button", name="Any drink").wait_for()
    small = "() => [...document.querySelectorAll('button:not([hidden]), .choices a, textarea')]"
    sizes = await page.evaluate(small + ".map(one => one.getBoundingClientRect()).map(box => [box.width, box.height])")
    assert len(sizes) == 5
    assert all(min(size) >= 44 for size in sizes)
    await context.close()


async def test_who_wants_no_motion_gets_none(page: Page, hub: ChatHub) -> None:
    await page.emulate_media(reduced_motion="reduce")
    await hub.deliver("anna", "Hello")
    await expect(page.locator(BUBBLES)).to_have_count(1)
    assert await page.locator(BUBBLES).evaluate("one => getComputedStyle(one).animationName") == "none"


async def test_each_line_is_added_once_so_that_it_is_read_aloud_once(page: Page, chat: WebChat, hub: ChatHub) -> None:
    """A screen reader reads what is added to a live region: also what is taken out and put in again."""
    await page.evaluate("""() => {
        window.heard = [];
        const told = (changes) => { for (const { addedNodes } of changes) window.heard.push(...addedNodes); };
        new MutationObserver(told).observe(document.querySelector(".log"), { childList: true });
    }""")
    await say(page, "balance")
    await expect(page.locator(BUBBLES)).to_have_count(2)
    await expect(page.locator(".pending")).to_have_count(0)
    await cut(chat, hub)
    await say(page, "rewards")
    await expect(page.locator(BUBBLES)).to_have_count(4)
    await expect(page.locator(".pending")).to_have_count(0)
    heard = "heard.filter(one => one.matches('.line')).map(one => one.querySelector('.text').textContent.slice(0, 12))"
    assert await page.evaluate(heard) == ["balance", "You have 72 ", "rewards", "Which one wo"]


async def test_where_the_system_chooses_the_colours_lines_tell_what_is_what(page: Page, hub: ChatHub) -> None:
    await page.emulate_media(forced_colors="active")
    await say(page, "balance")
    await expect(page.locator(BUBBLES)).to_have_count(2)
    widths = await page.locator(BUBBLES).evaluate_all("all => all.map(one => getComputedStyle(one).borderTopWidth)")
    assert widths == ["2px", "1px"]
    assert await page.get_by_label("Send").evaluate("one => getComputedStyle(one).borderTopStyle") == "solid"


async def test_enter_while_chinese_is_being_composed_sends_nothing(page: Page, hub: ChatHub) -> None:
    enter = "(input, how) => input.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, ...how}))"
    await page.get_by_label(INPUT).fill("jifen")
    await page.get_by_label(INPUT).evaluate(enter, {"isComposing": True})
    await page.get_by_label(INPUT).evaluate(enter, {"keyCode": 229})  # Safari, for the Enter that ends it
    await expect(page.get_by_label(INPUT)).to_have_value("jifen")
    await page.get_by_label(INPUT).evaluate(enter, {"keyCode": 13})
    await expect(page.locator(BUBBLES)).to_have_text(["jifen", "You said jifen"])


async def test_a_soft_keyboard_leaves_the_last_line_in_sight(page: Page, hub: ChatHub) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await hub.deliver("anna", "\n".join(f"line {number}" for number in range(60)) + "\nthe end")
    await page.set_viewport_size({"width": 390, "height": 420})  # as interactive-widget=resizes-content has it
    await expect(page.get_by_label(INPUT)).to_be_in_viewport(ratio=1)
    await expect(page.locator(".line time").last).to_be_in_viewport(ratio=1)


async def test_it_weighs_little() -> None:
    """As it is sent, compressed; what a shop's page loads before anybody opens the chat is the launcher alone."""
    loaded = [path for path in (FOLDER / "static").iterdir() if path.suffix in (".js", ".css")]
    assert sum(len(zlib.compress(path.read_bytes())) for path in loaded) < 15_000
    assert len(zlib.compress((FOLDER / "embed.js").read_bytes())) < 4_000
