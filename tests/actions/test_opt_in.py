"""Double opt-in: offers come to a mail address only after its owner said so from there."""

import re

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from bot.actions import consent, opt_in
from bot.actions.balance import member
from bot.actions.converse import converse_many
from bot.actions.core import Core
from bot.actions.enrol import Changes, NewMember, change, erase
from bot.actions.intake import MemberRef
from bot.messages import Inbound
from bot.storage.ids import new_id
from bot.storage.members import Address
from bot.storage.tables import messages, opt_ins
from bot.web.pages.confirmation import Confirmation
from tests.cast import Watch, joins

MAIL = "charlie@example.com"
CHARLIE = MemberRef(email=MAIL)
DORA = NewMember("Dora", (Address("telegram", "4444"), Address("email", "dora@example.com")), external_id="dora")


async def says(core: Core, *texts: str, channel: str = "email", address: str = MAIL) -> str:
    """The answers to the last."""
    replies = []
    for text in texts:
        [replies] = await converse_many(core, [Inbound(channel, address, str(new_id()), text, core.clock())])
    return "\n".join(reply.text for reply in replies)


async def marketing(core: Core, who: MemberRef = CHARLIE) -> bool | None:
    return next(way.marketing for way in (await member(core, who)).addresses if way.channel == "email")


async def mails(core: Core, address: str = MAIL) -> list[str]:
    """What was sent to be confirmed."""
    query = select(messages.c.text).where(messages.c.address == address, messages.c.purpose == "notice")
    async with core.database.read() as tx:
        return list((await tx.execute(query.order_by(messages.c.id))).scalars())


async def code(core: Core, address: str = MAIL) -> str:
    found = re.search(r"code (\d{6})", (await mails(core, address))[-1])
    assert found
    return found[1]


async def sources(core: Core, who: MemberRef = CHARLIE) -> list[tuple[str, bool]]:
    return [(line.consent.source, line.consent.granted) for line in await consent.history(core, who)]


@pytest.fixture
async def joined(cafe: Core) -> Core:
    """Charlie joined by mail, or somebody who wrote in Charlie's name."""
    assert "We have sent a mail to charlie@example.com" in await says(cafe, "join Charlie", "skip", "yes")
    return cafe


async def test_who_joins_by_mail_gets_offers_only_after_the_code_is_answered(joined: Core) -> None:
    assert await marketing(joined) is None
    assert "confirmed" in await says(joined, await code(joined))
    assert await marketing(joined) is True
    assert await sources(joined) == [("opt-in asked", False), ("opt-in confirmed", True)]
    [_, confirmed] = await consent.history(joined, CHARLIE)
    assert "May we send you news" in confirmed.consent.words


async def test_who_says_no_is_not_written_to(cafe: Core) -> None:
    await says(cafe, "join Charlie", "skip", "no")
    assert await mails(cafe) == []
    assert await marketing(cafe) is False


async def test_five_wrong_codes_end_it(joined: Core) -> None:
    right = await code(joined)
    for n in range(1, 6):
        assert "wrong or too old" in await says(joined, f"{(int(right) + n) % 1_000_000:06}")
    assert "wrong or too old" in await says(joined, right)
    assert await marketing(joined) is None


async def test_the_code_holds_seven_days(joined: Core, clock: Watch) -> None:
    right = await code(joined)
    clock.moves(days=7)
    await says(joined, right)
    assert await marketing(joined) is None


async def test_stop_ends_what_waits_and_no_code_brings_it_back(joined: Core) -> None:
    right = await code(joined)
    await says(joined, "STOP", "START", right)
    assert await marketing(joined) is False


async def test_from_another_chat_of_theirs_the_code_is_taken_as_well(cafe: Core) -> None:
    await joins(cafe, DORA)
    told = await says(cafe, "settings marketing email on", "yes", channel="telegram", address="4444")
    assert "dora@example.com" in told
    dora = MemberRef(external_id="dora")
    assert await marketing(cafe, dora) is None
    await says(cafe, await code(cafe, "dora@example.com"), channel="telegram", address="4444")
    assert await marketing(cafe, dora) is True


async def test_nobody_is_flooded_with_questions(joined: Core, clock: Watch) -> None:
    for _ in range(5):
        await says(joined, "settings marketing email on", "yes")
    assert len(await mails(joined)) == 1
    clock.moves(minutes=10)
    await says(joined, "settings marketing email on", "yes")
    assert len(await mails(joined)) == 2


async def test_what_the_business_tells_by_the_api_holds_at_once(cafe: Core) -> None:
    await joins(cafe, DORA)
    after = await change(cafe, MemberRef(external_id="dora"), Changes(consents={"email": True}))
    assert Address("email", "dora@example.com", True) in after.addresses


async def test_the_code_is_not_kept_readable_and_goes_with_the_member(joined: Core) -> None:
    async with joined.database.read() as tx:
        assert await code(joined) not in str((await tx.execute(select(opt_ins))).all())
    await erase(joined, CHARLIE)
    async with joined.database.read() as tx:
        assert (await tx.execute(select(opt_ins))).all() == []


async def test_an_address_that_became_anothers_is_not_signed_up(joined: Core) -> None:
    right = await code(joined)
    await change(joined, CHARLIE, Changes(addresses={"email": "c@example.com"}))
    await joins(joined, NewMember("Dora", (Address("email", MAIL),)))
    await says(joined, right)
    assert await marketing(joined) is None


async def link(core: Core) -> str:
    found = re.search(r"/c/\S+", (await mails(core))[-1])
    assert found
    return found[0]


@pytest.fixture
def _public(cafe: Core) -> None:
    object.__setattr__(cafe, "public_url", "https://bean.example")


@pytest.mark.usefixtures("_public")
async def test_only_the_button_of_the_page_confirms_and_it_may_be_pressed_twice(joined: Core) -> None:
    app = web.Application()
    app.add_routes(Confirmation(joined).routes())
    async with TestClient(TestServer(app)) as browser:
        path = await link(joined)
        for ask in (browser.get, browser.head):
            answer = await ask(path)
            assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
        assert await marketing(joined) is None
        for known, words in (("", "Köszönjük"), ("en", "Thank you")):
            await change(joined, CHARLIE, Changes({"locale": known}))
            answer = await browser.post(path, allow_redirects=False, headers={"Accept-Language": "hu"})
            assert answer.status == 200
            assert words in await answer.text()
        assert await marketing(joined) is True
        for wrong in ("/c/x", path[:-3], path.swapcase().lower().replace("/C/", "/c/"), "/c/%00", "/c/á"):
            assert (await browser.post(wrong)).status == 404
    assert await sources(joined) == [("opt-in asked", False), ("opt-in confirmed", True)]


@pytest.mark.usefixtures("_public")
async def test_a_link_that_lapsed_or_was_stopped_confirms_nothing(joined: Core, clock: Watch) -> None:
    token = (await link(joined)).removeprefix("/c/")
    assert await opt_in.holds(joined, token)
    await says(joined, "STOP")
    assert not await opt_in.confirm_link(joined, token)
    clock.moves(days=7)
    assert not await opt_in.holds(joined, token)
    assert await marketing(joined) is False
