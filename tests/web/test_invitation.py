"""The page behind a friend's link."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.actions.balance import member
from bot.actions.core import Core
from bot.actions.enrol import NewMember
from bot.web.pages.invitation import Invitation
from tests.cast import core, joins, ref

Browser = TestClient[web.Request, web.Application]
CONTACTS = {"web": None, "telegram": "bean_bot", "sms": "+36201234567", "email": "hi@example.com"}


@pytest.fixture
async def cafe(sqlite_url: str) -> AsyncIterator[Core]:
    async with core(sqlite_url) as cafe:
        await joins(cafe, NewMember(name="Anna <b>Kovács</b>", external_id="anna"), NewMember(external_id="nameless"))
        yield cafe


@pytest.fixture
async def browser(cafe: Core) -> AsyncIterator[Browser]:
    app = web.Application()
    app.add_routes(Invitation(cafe, lambda: CONTACTS).routes())
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_it_says_who_invites_by_first_name_and_carries_the_code_to_every_channel(
    cafe: Core, browser: Browser
) -> None:
    code = (await member(cafe, ref("anna"))).code
    answer = await browser.get(f"/r/{code.lower()}", headers={"Accept-Language": "en"})
    page = await answer.text()
    assert answer.status == 200
    assert "<h1>Anna invites you to Bean &amp; Leaf</h1>" in page
    assert "Kov" not in page
    assert f'href="https://t.me/bean_bot?start=r_{code}"' in page
    assert f'href="sms:+36201234567?body=JOIN%20{code}"' in page
    assert f'href="mailto:hi@example.com?subject=join%20{code}"' in page
    assert f"Write here: join {code}" in page


async def test_it_speaks_the_visitors_language(cafe: Core, browser: Browser) -> None:
    code = (await member(cafe, ref("nameless"))).code
    page = await (await browser.get(f"/r/{code}", headers={"Accept-Language": "hu"})).text()
    assert "Meghívást kaptál ide: Bean &amp; Leaf" in page


@pytest.mark.parametrize("code", ["2222-2222", "x", "%00", "<script>", "A" * 300])
async def test_an_unknown_code_still_shows_how_to_join(browser: Browser, code: str) -> None:
    answer = await browser.get(f"/r/{code}")
    page = await answer.text()
    assert answer.status == 404
    assert "start=join" in page
    assert "<script>" not in page
