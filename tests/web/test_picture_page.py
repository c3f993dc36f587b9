"""A message's picture by its link: nobody but us can make one, and an erased member's shows nothing."""

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.core import Core
from bot.messages import Outbound, Picture, Purpose
from bot.pictures import Gallery
from bot.storage import erasure, members, outbox
from bot.web import server
from bot.web.pages.pictures import PicturePage
from tests import cast
from tests.web.api import Client

VOUCHER = Picture(
    "voucher", {"language": "en", "programme": "Bean & Leaf", "code": "K7M2", "reward": "Any drink"}, "K7M2: any drink"
)


@pytest.fixture
def page(core: Core) -> PicturePage:
    return PicturePage(core, Gallery())


@pytest.fixture
async def client(core: Core, page: PicturePage) -> AsyncIterator[Client]:
    async with TestClient(TestServer(server.build(core, extra_routes=page.routes()))) as client:
        yield client


@pytest.fixture
async def message(core: Core) -> int:
    """Anna was sent her voucher as a picture."""
    async with core.database.write() as tx:
        anna = await anna_in(tx)
        sent = Outbound(7, "web", "anna", Purpose.REPLY, "K7M2", picture=VOUCHER)
        await outbox.add(tx, [outbox.Draft(sent, anna)], cast.NOON)
    return 7


async def anna_in(tx: AsyncConnection) -> int:
    return int((await members.find(tx, "external_id", ["anna"]))["anna"])


async def status(client: Client, url: str) -> int:
    async with client.get(url[url.index("/p/") :]) as answer:
        return answer.status


async def test_a_picture_is_shown_by_its_link(client: Client, page: PicturePage, message: int) -> None:
    url = page.url(message)
    async with client.get(url[url.index("/p/") :]) as answer:
        assert (answer.status, answer.content_type) == (200, "image/png")
        assert (await answer.read()).startswith(b"\x89PNG\r\n")
        assert "private" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "name", ["7.png", "7.AAAAAAAAAAAAAAAAAAAAAA.png", "7.é.png", "../7.png", "99999999999999999999.x.png"]
)
async def test_a_link_that_we_did_not_make_shows_nothing(client: Client, message: int, name: str) -> None:
    assert await status(client, f"/p/{name}") == 404


async def test_a_link_holds_for_its_own_message_only(client: Client, page: PicturePage, message: int) -> None:
    assert await status(client, page.url(message).replace("/7.", "/8.")) == 404
    assert await status(client, page.url(8)) == 404


async def test_a_picture_that_no_font_can_write_is_not_shown_half_empty(
    client: Client, page: PicturePage, core: Core
) -> None:
    words = Picture("voucher", {**VOUCHER.data, "reward": "ბენცე"}, "K7M2")
    async with core.database.write() as tx:
        sent = Outbound(9, "web", "anna", Purpose.REPLY, "K7M2", picture=words)
        await outbox.add(tx, [outbox.Draft(sent, None)], cast.NOON)
    assert await status(client, page.url(9)) == 404


async def test_an_erased_member_leaves_no_picture(client: Client, page: PicturePage, core: Core, message: int) -> None:
    async with core.database.write() as tx:
        await erasure.erase(tx, await anna_in(tx), "gone", cast.NOON)
    assert await status(client, page.url(message)) == 404
