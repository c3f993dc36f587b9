from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.actions.balance import member
from bot.actions.core import Core
from bot.actions.enrol import NewMember, erase
from bot.storage.members import Address
from bot.storage.tables import addresses, consents
from bot.web.pages.unsubscribe import Links, Unsubscribe
from tests.cast import ANNA, core, joins, ref

LINKS = Links(b"a secret of sixteen or more", "https://bean.example/")
URL = LINKS.url("email", "anna@example.com")
Browser = TestClient[web.Request, web.Application]


@pytest.fixture
async def cafe(database_url: str) -> AsyncIterator[Core]:
    async with core(database_url) as cafe:
        await joins(cafe, ANNA)
        yield cafe


@pytest.fixture
async def browser(cafe: Core) -> AsyncIterator[Browser]:
    app = web.Application()
    app.add_routes(Unsubscribe(cafe, LINKS).routes())
    async with TestClient(TestServer(app)) as client:
        yield client


def path(url: str) -> str:
    return url.removeprefix("https://bean.example")


async def consent(cafe: Core) -> list[bool | None]:
    return [address.marketing for address in (await member(cafe, ref("anna"))).addresses]


async def log(cafe: Core) -> list[tuple[str, bool, str]]:
    columns = (consents.c.channel, consents.c.granted, consents.c.source)
    async with cafe.database.read() as tx:
        return [tuple(row) for row in await tx.execute(select(*columns).order_by(consents.c.id))]


async def test_a_look_at_the_link_changes_nothing(cafe: Core, browser: Browser) -> None:
    for ask in (browser.get, browser.head):
        assert (await ask(path(URL))).status == 200
    assert await consent(cafe) == [True, True]


async def test_the_button_ends_marketing_on_that_address_only_and_says_so(cafe: Core, browser: Browser) -> None:
    page = await (await browser.get(path(URL))).text()
    assert 'method="post"' in page
    assert "Bean &amp; Leaf" in page
    answer = await browser.post(path(URL), data={"List-Unsubscribe": "One-Click"}, allow_redirects=False)
    assert answer.status == 200
    assert "no more offers" in await answer.text()
    assert (await member(cafe, ref("anna"))).addresses == (
        Address("email", "anna@example.com", False),
        Address("sms", "+36301111111", True),
    )


async def test_the_page_speaks_the_members_language_and_where_none_is_known_the_browsers(
    cafe: Core, browser: Browser
) -> None:
    await joins(cafe, NewMember(addresses=(Address("email", "dora@example.com"),), locale="en"))
    doras, strangers = (path(LINKS.url("email", f"{who}@example.com")) for who in ("dora", "nobody"))
    hungarian = {"Accept-Language": "hu"}
    for url, lang in ((doras, "en"), (path(URL), "hu"), (strangers, "hu"), ("/u/x", "hu")):
        assert f'<html lang="{lang}">' in await (await browser.get(url, headers=hungarian)).text(), url
    assert '<html lang="en">' in await (await browser.post(doras, headers=hungarian)).text()


async def test_pressed_again_it_is_written_down_once(cafe: Core, browser: Browser) -> None:
    for _ in range(3):
        assert (await browser.post(path(URL))).status == 200
    assert await log(cafe) == [("email", True, "api"), ("sms", True, "api"), ("email", False, "unsubscribe link")]
    anna = await member(cafe, ref("anna"))
    async with cafe.database.read() as tx:
        assert set((await tx.execute(select(consents.c.member_id))).scalars()) == {anna.id}


async def test_the_link_of_one_who_was_erased_writes_nothing_down(cafe: Core, browser: Browser) -> None:
    await erase(cafe, ref("anna"))
    assert (await browser.post(path(URL))).status == 200
    assert await log(cafe) == []
    async with cafe.database.read() as tx:
        assert (await tx.execute(select(addresses))).all() == []


@pytest.mark.parametrize(
    "token", ["x", "á", "====", "%00", URL[-20:], path(URL)[3:-4], path(URL)[3:].swapcase(), "A" * 5000]
)
async def test_a_link_that_is_not_ours_is_not_found_and_does_nothing(cafe: Core, browser: Browser, token: str) -> None:
    for ask in (browser.get, browser.post):
        answer = await ask(f"/u/{token}")
        assert answer.status == 404
        assert "not valid" in await answer.text()
    assert await consent(cafe) == [True, True]


@given(st.sampled_from(["email", "sms"]), st.text(st.characters(exclude_categories=["Cs"])))
def test_a_link_names_its_address_and_nobody_elses(channel: str, address: str) -> None:
    token = LINKS.url(channel, address).rpartition("/")[2]
    assert LINKS.read(token) == (channel, address)
    assert Links(b"the secret of another place", "https://bean.example").read(token) is None


@given(st.text())
def test_no_text_at_all_is_a_link_by_chance(token: str) -> None:
    assert LINKS.read(token) is None
