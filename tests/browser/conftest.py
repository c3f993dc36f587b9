"""A page of a real Chromium, the system's own."""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

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
    """Its path; without one the test is skipped, or fails where everything should be present (CI=true)."""
    found = shutil.which(NAMED) if NAMED else shutil.which("chromium") or shutil.which("chromium-browser")
    if found:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail(MISSING, pytrace=False)
    pytest.skip(MISSING)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    path = chromium()
    async with async_playwright() as playwright:
        # Chromium's sandbox refuses to run as root, as which containers build.
        sandbox = os.geteuid() != 0
        browser = await playwright.chromium.launch(executable_path=path, chromium_sandbox=sandbox, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def browser_context(browser: Browser) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(locale="en-GB", timezone_id="Europe/Budapest")
    context.set_default_timeout(10_000)
    yield context
    await context.close()


@pytest.fixture
async def browser_page(browser_context: BrowserContext) -> AsyncIterator[Page]:
    """A page on a desktop; an error in its scripts or against its content policy fails the test."""
    page = await browser_context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    assert faults == []
