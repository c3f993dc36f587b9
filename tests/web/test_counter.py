"""The counter's screen and the page that scanning leads to."""

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.actions.core import Core
from bot.actions.self_stamping import STEP, code_for, step_at
from bot.storage import programmes
from bot.web import server
from bot.web.pages.counter import CounterPages, token
from tests import cast
from tests.web.api import Client

CONTACTS = {
    "web": None,
    "telegram": "bean_bot",
    "sms": "+14155550000",
    "whatsapp": "+14155550001",
    "email": "hi@shop.test",
}


@pytest.fixture
async def client(core: Core) -> AsyncIterator[Client]:
    pages = CounterPages(core, lambda: CONTACTS)
    async with TestClient(TestServer(server.build(core, extra_routes=pages.routes()))) as client:
        yield client


async def told(client: Client, path: str, **headers: str) -> tuple[int, str]:
    async with client.get(path, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_the_screen_shows_the_code_of_now_and_how_long_it_lasts(
    client: Client, core: Core, clock: cast.Watch
) -> None:
    path = f"/counter/{token(core.secret, 'counter')}"
    status, page = await told(client, path)
    code = code_for(core.secret, "counter", step_at(clock()))
    assert status == 200
    assert code in page and "At the counter" in page and "<svg" in page
    clock.moves(seconds=STEP - 1)
    async with client.get(f"{path}/code") as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        shown = await answer.json()
    assert (shown["code"], shown["seconds"]) == (code, 1)
    clock.moves(seconds=1)
    async with client.get(f"{path}/code") as answer:
        assert (await answer.json())["code"] == code_for(core.secret, "counter", step_at(clock())) != code


async def test_the_screen_speaks_the_browsers_language(client: Client, core: Core) -> None:
    _, page = await told(client, f"/counter/{token(core.secret, 'counter')}", **{"Accept-Language": "zh-TW"})
    assert "掃碼蓋章" in page


async def test_no_stamp_is_promised_where_coming_brings_none(client: Client, core: Core) -> None:
    paths = (
        f"/counter/{token(core.secret, 'counter')}",
        f"/s/{code_for(core.secret, 'counter', step_at(core.clock()))}",
    )
    assert ["stamp" in (await told(client, path))[1] for path in paths] == [True, True]
    async with core.database.write() as tx:
        await programmes.publish(tx, cast.CAFE.replace("self_stamps = true", ""), core.clock())
    assert ["stamp" in (await told(client, path))[1] for path in paths] == [False, False]


@pytest.mark.parametrize("shown", ["counter", "counter.AAAAAAAAAAAAAAAAAAAAAA", "nowhere.x", "é.ű", "."])
async def test_without_its_token_nobody_sees_a_counters_code(client: Client, shown: str) -> None:
    assert (await told(client, f"/counter/{shown}"))[0] == 404
    assert (await told(client, f"/counter/{shown}/code"))[0] == 404


async def test_a_token_opens_its_own_counter_only(client: Client, core: Core) -> None:
    other = token(core.secret, "elsewhere")
    assert (await told(client, f"/counter/{other}"))[0] == 404
    assert (await told(client, f"/counter/counter.{other.partition('.')[2]}"))[0] == 404


async def test_who_scans_chooses_where_to_write(client: Client, core: Core, clock: cast.Watch) -> None:
    code = code_for(core.secret, "counter", step_at(clock()))
    status, page = await told(client, f"/s/{code.lower()}")
    assert status == 200
    for link in (
        f"/chat?checkin={code}",
        f"https://t.me/bean_bot?start=s_{code}",
        f"sms:+14155550000?body={code}",
        f"https://wa.me/14155550001?text={code}",
        f"mailto:hi@shop.test?subject={code}",
    ):
        assert f'href="{link}"' in page, link


async def test_what_is_no_code_leads_to_joining(client: Client) -> None:
    status, page = await told(client, "/s/hello")
    assert status == 404
    assert "start=join" in page
    assert "This code does not hold any more." in page
    assert "How to join" in page
