"""A copy of everything, its link, and erasing oneself in a chat."""

import json
import re
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from bot.actions.balance import member
from bot.actions.converse import converse_many
from bot.actions.core import Core
from bot.actions.enrol import erase
from bot.actions.privacy import link, personal_data
from bot.actions.readable_copy import readable
from bot.actions.recording.record import record
from bot.actions.redeem import redeem
from bot.errors import NotFound
from bot.messages import Inbound, Outbound
from bot.storage import chats, tries
from bot.storage.ids import new_id
from bot.storage.personal import SECTIONS
from bot.storage.tables import entries, messages, metadata, self_stamps
from bot.web.pages.own_data import OwnData
from tests.cast import NOON, Watch, cafe, purchase, ref

BENCE = ("telegram", "2222")
NOBODYS = {
    "api_keys", "users", "programmes", "runs", "senders", "stocks", "reward_codes", "news", "payments", "tries",
}  # fmt: skip
"""Of the installation, or numbers about what stands elsewhere in the copy."""
SECRET = {"link_codes", "link_tokens", "fingerprints", "staff_messages"}
"""Hashes of what was proven, and who of the staff wrote a message that stands in the copy."""


async def says(core: Core, *texts: str) -> list[Outbound]:
    """The answers to the last."""
    replies: list[Outbound] = []
    for text in texts:
        [replies] = await converse_many(core, [Inbound(*BENCE, str(new_id()), text, core.clock())])
    return replies


@pytest.fixture
async def shop(cafe: Core) -> Core:
    """Bence has lived a little; links begin with a real address."""
    object.__setattr__(cafe, "public_url", "https://bean.example")
    await says(cafe, "language en", "mennyi pontom van?", "balance", "settings quiet", "22-8")
    await record(cafe, purchase("1", "130.00", who="bence", coffees=3, location="Secret Street"))
    await redeem(cafe, ref("bence"), "free_drink", "r1")
    return cafe


def test_every_table_is_in_the_copy_or_known_not_to_be_personal() -> None:
    left = metadata.tables.keys() - {table.name for table in SECTIONS.values()}
    assert left == NOBODYS | SECRET & left


async def test_the_copy_holds_everything_that_is_theirs_and_nothing_of_others(shop: Core) -> None:
    data = json.loads(json.dumps(await personal_data(shop, ref("bence"))))
    [profile] = data["profile"]
    assert (profile["name"], profile["quiet_hours"], profile["id"]) == ("Bence", "22:00-08:00", data["member"])
    assert data["addresses"][0]["address"] == "2222"
    assert [row["points"] for row in data["ledger"]] == [130, -100]
    assert data["activities"][0]["location"] == "Secret Street"
    assert len(data["vouchers"]) == len(data["redemptions"]) == 1
    assert "mennyi pontom van?" in [row["text"] for row in data["messages received"]]
    assert any("You have" in row["text"] for row in data["messages sent"])
    assert "anna" not in str(data).lower()
    assert "code_hash" not in str(data)


async def test_the_copy_can_be_read_by_people(shop: Core) -> None:
    text = readable(await personal_data(shop, ref("bence")), cafe())
    assert "profile:\n  1:\n" in text
    assert "    name: Bence\n" in text
    assert "    spent: 130.00 EUR\n" in text
    assert "    amount: 130.00 EUR\n" in text
    assert "          name: Flat white\n          category: coffee\n          quantity: 3\n" in text
    assert "    points: 130\n" in text
    assert "None" not in text


@pytest.fixture
async def browser(shop: Core) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    app = web.Application()
    app.add_routes(OwnData(shop).routes())
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_the_link_is_told_in_the_chat_that_asked_and_only_its_button_hands_anything_out(
    shop: Core, browser: TestClient[web.Request, web.Application], clock: Watch
) -> None:
    [told] = await says(shop, "export my data")
    assert (told.channel, told.address) == BENCE
    found = re.search(r"https://bean.example(/d/\S+)", told.text)
    assert found
    for ask in (browser.get, browser.head):
        page = await ask(found[1])
        assert (page.status, page.headers["X-Robots-Tag"]) == (200, "noindex, nofollow")
        assert "Bence" not in await page.text()
    hungarian = await browser.get(found[1], headers={"Accept-Language": "hu"})
    assert '<html lang="en">' in await hungarian.text()
    copy = await browser.post(found[1])
    assert copy.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert (copy.headers["Cache-Control"], copy.content_type) == ("no-store", "application/json")
    assert (await copy.json(content_type=None))["profile"][0]["name"] == "Bence"
    unreadable = {"Content-Type": "multipart/form-data"}
    text = await browser.post(f"{found[1]}?as=text", data=b"no form", headers=unreadable)
    assert "name: Bence" in await text.text()
    clock.moves(hours=24)
    assert (await browser.get(found[1])).status == (await browser.post(found[1])).status == 404


async def test_a_link_that_is_not_ours_or_whose_member_is_gone_hands_nothing_out(
    shop: Core, browser: TestClient[web.Request, web.Application]
) -> None:
    bence = await member(shop, ref("bence"))
    path = link(shop, bence.id, NOON).removeprefix("https://bean.example")
    for wrong in ("/d/x", path[:-2], "/d/%ff", f"/d/{'A' * 3000}"):
        assert (await browser.post(wrong)).status == 404
    await erase(shop, ref("bence"))
    assert (await browser.post(path)).status == 404


async def test_the_exact_words_erase_and_the_chat_is_a_strangers(shop: Core) -> None:
    async with shop.database.write() as tx:
        await tries.count(tx, "self-stamp:telegram:2222", NOON, NOON - NOON)
        told = {"member_id": (await member(shop, ref("bence"))).id, "location": "secret", "step": 1, "at": NOON}
        await tx.execute(self_stamps.insert().values(**told))
    async with shop.database.read() as tx:
        before = (await tx.execute(select(entries.c.points))).all()
    await says(shop, "erase my data", "yes", "erase my data")
    assert (await member(shop, ref("bence"))).name == "Bence"
    [last] = await says(shop, "erase everything")
    assert "is erased" in last.text
    with pytest.raises(NotFound):
        await personal_data(shop, ref("bence"))
    async with shop.database.read() as tx:
        assert (await chats.load(tx, BENCE[0], [BENCE[1]]))["2222"].member_id is None
        assert (await tx.execute(select(entries.c.points))).all() == before
        rows = {name: str((await tx.execute(select(table))).all()) for name, table in metadata.tables.items()}
        left = list((await tx.execute(select(messages.c.text).where(messages.c.address != ""))).scalars())
    assert left == [last.text], "nothing but the last words is still there"
    for trace in ("Bence", "bence", "Secret Street", "secret", "mennyi pontom", "22:00"):
        assert [name for name, text in rows.items() if trace in text] == []
    assert {name for name, text in rows.items() if "2222'" in text} == {"addresses", "messages"}
    assert "not a member" in (await says(shop, "balance"))[0].text


async def test_by_mail_a_forged_sender_erases_nobody(shop: Core) -> None:
    anna = ("email", "anna@example.com")

    async def writes(text: str) -> str:
        [[reply]] = await converse_many(shop, [Inbound(*anna, str(new_id()), text, NOON)])
        return reply.text

    told = await writes("erase my data")
    await writes("erase everything")
    assert (await member(shop, ref("anna"))).name == "Anna"
    told = await writes("erase my data")
    found = re.search(r"erase everything \d{6}", told)
    assert found
    await writes(found[0])
    with pytest.raises(NotFound):
        await member(shop, ref("anna"))
