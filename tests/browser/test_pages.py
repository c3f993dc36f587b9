"""The pages that links lead to, checked by axe-core: on a desktop in light, on a phone in dark."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser

from bot.actions.balance import member
from bot.actions.core import Core
from bot.actions.recording.record import record
from bot.actions.redeem import redeem
from bot.web.pages.front import Front
from bot.web.pages.invitation import Invitation
from bot.web.pages.unsubscribe import Links, Unsubscribe
from bot.web.pages.voucher import VoucherPage
from channels.webchat.channel import WebChat
from tests import cast
from tests.browser.talk import chat_routes, faults
from tests.fakes.chat_hub import ChatHub

pytestmark = pytest.mark.asyncio(loop_scope="session")
CONTACTS = {"web": None, "telegram": "bean_bot", "sms": "+36201234567", "email": "hi@example.com"}
LINKS = Links(b"a secret of sixteen or more", "")


@pytest_asyncio.fixture(loop_scope="session")
async def cafe(sqlite_url: str) -> AsyncIterator[Core]:
    async with cast.core(sqlite_url) as cafe:
        await cast.joins(cafe, cast.ANNA)
        yield cafe


@pytest_asyncio.fixture(loop_scope="session")
async def pages(cafe: Core, chat: WebChat, hub: ChatHub) -> AsyncIterator[dict[str, str]]:
    """What to open, by what it is: each with what there is and with what there is not."""
    await record(cafe, cast.purchase("1", "100.00"))
    voucher = (await redeem(cafe, cast.ref("anna"), "free_drink", "1")).voucher
    app = web.Application()
    own = (
        Front(cafe, lambda: CONTACTS),
        Invitation(cafe, lambda: CONTACTS),
        Unsubscribe(cafe, LINKS),
        VoucherPage(cafe),
    )
    app.add_routes([*(route for page in own for route in page.routes())])
    app.add_routes([route for route in chat_routes(chat, hub) if route.path != "/"])
    async with TestServer(app) as server:
        paths = {
            "front": "/",
            "invitation": f"/r/{(await member(cafe, cast.ref('anna'))).code}",
            "no invitation": "/r/x",
            "voucher": f"/v/{voucher}",
            "no voucher": "/v/x",
            "unsubscribing": LINKS.url("email", "anna@example.com"),
            "no unsubscribing": "/u/x",
        }
        yield {name: str(server.make_url(path)) for name, path in paths.items()}
        await chat.close()


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
async def test_no_page_keeps_anybody_out(browser: Browser, pages: dict[str, str], phone: bool) -> None:
    context = await browser.new_context(
        viewport={"width": 390, "height": 844} if phone else {"width": 1280, "height": 800},
        is_mobile=phone,
        has_touch=phone,
        color_scheme="dark" if phone else "light",
    )
    page = await context.new_page()
    found = []
    for name, url in pages.items():
        await page.goto(url)
        found += [f"{name}: {fault}" for fault in await faults(page)]
    assert found == [], "\n".join(found)
    await context.close()
