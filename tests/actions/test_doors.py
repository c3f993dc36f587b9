"""One conversation, many doors: a chat becomes a member's by a link, a code or a number that is vouched for."""

import asyncio
import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.actions.balance import balance, member
from bot.actions.converse import converse_many
from bot.actions.core import Core
from bot.actions.enrol import NewMember
from bot.actions.intake import MemberRef
from bot.actions.recording.record import record
from bot.storage import tables
from bot.storage.members import Address
from tests.actions.test_converse import BENCE, CHARLIE, chat, said, says
from tests.cast import ANNA, CAFE, Watch, core, joins, purchase, ref

PHONE = "+36301111111"
CONTACTS = {"telegram": "bean_bot", "sms": "+3611", "whatsapp": "+3622", "email": "hi@example.com", "web": None}
WINDOW = "visitor"


@pytest.fixture
def served(cafe: Core) -> Core:
    return replace(cafe, contacts=lambda: CONTACTS, public_url="https://cafe.example")


async def link(core: Core, address: str = PHONE, channel: str = "sms") -> tuple[str, str]:
    """What a member is told who asks for their other chats, and the token in it."""
    told = await says(core, "connect telegram", address, channel)
    found = re.search(r"link_[A-Za-z0-9_-]{22}", told)
    assert found, told
    return told, found[0]


async def owner(core: Core, address: str, channel: str) -> int | None:
    return (await chat(core, address, channel)).member_id


async def test_a_member_gets_a_link_for_each_other_channel(served: Core) -> None:
    told, token = await link(served)
    assert f"Telegram: https://t.me/bean_bot?start={token}" in told
    assert f"WhatsApp: https://wa.me/3622?text={token}" in told
    assert f"Chat in the browser: https://cafe.example/chat?link={token.removeprefix('link_')}" in told
    assert "+3611" not in told, "this is the chat they write from"
    assert len(token) <= 64


async def test_the_first_of_the_links_can_be_scanned(served: Core) -> None:
    [[told]] = await converse_many(served, [said("link", PHONE, "sms")])
    assert told.picture is not None
    assert told.picture.data["link"].startswith("https://t.me/bean_bot?start=link_")


async def test_the_other_chat_becomes_theirs_after_a_yes_and_only_once(served: Core) -> None:
    await record(served, purchase("1", "120.00"))
    _, token = await link(served)
    assert await says(served, f"/start {token}", CHARLIE) == "Link this chat to A***? Answer yes or no."
    assert await owner(served, CHARLIE, "telegram") is None
    assert (await says(served, "yes", CHARLIE)).startswith("Hello Anna!\nYou have 120 points.")
    assert "does not hold any more" in await says(served, f"/start {token}", "4444")


async def test_a_no_leaves_the_chat_as_it_was_and_the_link_good(served: Core) -> None:
    _, token = await link(served)
    await says(served, token, WINDOW, "web")
    assert "nothing was changed" in await says(served, "no", WINDOW, "web")
    assert await owner(served, WINDOW, "web") is None
    await says(served, token, WINDOW, "web")
    assert (await says(served, "yes", WINDOW, "web")).startswith("Hello Anna!")


async def test_a_link_holds_for_ten_minutes(served: Core, clock: Watch) -> None:
    _, token = await link(served)
    await says(served, token, CHARLIE)
    clock.moves(minutes=10)
    assert "does not hold any more" in await says(served, "yes", CHARLIE)
    assert await owner(served, CHARLIE, "telegram") is None


async def test_of_two_chats_that_say_yes_at_the_same_time_one_is_linked(served: Core, database_url: str) -> None:
    _, token = await link(served)
    for address in (CHARLIE, "4444"):
        await says(served, token, address)
    async with core(database_url) as other:
        await asyncio.gather(says(served, "yes", CHARLIE), says(other, "yes", "4444"))
    linked = [await owner(served, address, "telegram") for address in (CHARLIE, "4444")]
    assert linked.count(None) == 1


async def test_a_link_is_not_kept_readable(served: Core) -> None:
    _, token = await link(served)
    async with served.database.read() as tx:
        rows = (await tx.execute(select(tables.link_tokens))).all()
    assert len(rows) == 1
    assert token.removeprefix("link_") not in str(rows)


async def test_a_mail_proves_nothing_so_no_link_works_there(served: Core) -> None:
    _, token = await link(served)
    assert "does not hold any more" in await says(served, token, "mallory@example.com", "email")


async def test_what_was_bought_as_a_guest_comes_along(database_url: str, clock: Watch) -> None:
    async with core(database_url, clock, CAFE + "\n[guests]\nclaim_days = 30\n") as shop:
        await joins(shop, ANNA)
        await record(shop, purchase("1", "40.00", member=MemberRef(phone="+36305555555")))
        _, token = await link(replace(shop, contacts=lambda: CONTACTS))
        await says(shop, token, "+36305555555", "whatsapp")
        await says(shop, "yes", "+36305555555", "whatsapp")
        assert (await balance(shop, ref("anna"))).state.points == 40


async def test_a_link_opened_in_anothers_chat_asks_whether_to_make_one_of_the_two(served: Core) -> None:
    await record(served, purchase("1", "120.00"))
    await record(served, purchase("2", "30.00", who="bence"))
    _, token = await link(served)
    asked = await says(served, f"/start {token}")
    assert all(words in asked for words in ("30 pont", "A***", "120 pont")), asked
    assert (await balance(served, ref("bence"))).state.points == 30
    assert "Egyenleged: 150 pont" in await says(served, "yes")
    assert (await member(served, ref("anna"))).locale == "hu"
    assert (await balance(served, ref("bence"))).state.points == 150
    assert (await member(served, ref("bence"))).id == (await member(served, ref("anna"))).id


@pytest.mark.parametrize("answer", ["no", "ok maybe", "yess", "what?", "cancel"])
async def test_only_an_exact_yes_makes_one_of_two(served: Core, answer: str) -> None:
    await joins(served, NewMember(name="Dora", addresses=(Address("web", WINDOW),), external_id="dora"))
    _, token = await link(served)
    assert "You have two memberships: this one with 0 points, and that of A*** with 0 points." in await says(
        served, token, WINDOW, "web"
    )
    await says(served, answer, WINDOW, "web")
    assert (await member(served, ref("dora"))).id != (await member(served, ref("anna"))).id


async def test_a_code_proves_another_membership_too(served: Core) -> None:
    await record(served, purchase("1", "120.00"))
    await joins(served, NewMember(name="Dora", addresses=(Address("web", WINDOW),), external_id="dora"))
    assert "your other membership" in await says(served, "merge", WINDOW, "web")
    await says(served, PHONE, WINDOW, "web")
    async with served.database.read() as tx:
        sent = (await tx.execute(select(tables.messages.c.text).where(tables.messages.c.address == PHONE))).scalars()
        [code] = [found[0] for text in sent if (found := re.search(r"\d{6}", text))]
    assert "A*** with 120 points" in await says(served, code, WINDOW, "web")
    assert await says(served, "yes", WINDOW, "web") == (
        "Done: your two memberships are one now. You have 120 points, and both of your member numbers lead here."
    )
    assert (await member(served, ref("dora"))).name == "Anna"


async def test_a_strangers_own_number_links_the_chat_to_the_member_who_has_it(served: Core) -> None:
    told = await says(served, "", CHARLIE, phone=PHONE)
    assert told.startswith("Your phone number belongs to a member, so this chat is yours now.\nHello Anna!")
    assert (await member(served, ref("anna"))).address("telegram") == CHARLIE


async def test_a_members_own_number_becomes_theirs_without_consent_to_offers(served: Core) -> None:
    await says(served, "", BENCE, phone="+36302222222")
    [way] = [a for a in (await member(served, ref("bence"))).addresses if a.channel == "sms"]
    assert (way.address, way.marketing) == ("+36302222222", None)
    again = await says(served, "", BENCE, phone="+36302222222")
    assert len(again.splitlines()) > 1


async def test_a_members_number_that_is_another_members_asks_whether_to_make_one(served: Core) -> None:
    await says(served, "language en", BENCE)
    assert "You have two memberships" in await says(served, "", BENCE, phone=PHONE)
    await says(served, "yes", BENCE)
    assert (await member(served, ref("bence"))).id == (await member(served, ref("anna"))).id


async def test_a_number_that_nobody_has_goes_along_into_joining(served: Core) -> None:
    await says(served, "join", CHARLIE)
    told = await says(served, "", CHARLIE, phone="+36303333333")
    assert told.startswith("Thank you, I have noted your phone number.\nWhat is your name?")
    for text in ("Charlie", "skip", "yes"):
        await says(served, text, CHARLIE)
    charlie = await member(served, MemberRef(telegram=CHARLIE))
    assert {(a.channel, a.address, a.marketing) for a in charlie.addresses} == {
        ("telegram", CHARLIE, True),
        ("sms", "+36303333333", None),
    }


async def test_a_chat_answered_by_two_processes_at_once_loses_no_step(cafe: Core, database_url: str) -> None:
    async with core(database_url) as other:
        await asyncio.gather(says(cafe, "join", CHARLIE), says(other, "balance", CHARLIE))
        await says(cafe, "cancel", CHARLIE)
        await says(cafe, "join", CHARLIE)
        # Whoever comes second finds what the first has asked: one name is taken, the other is no birthday.
        both = await asyncio.gather(says(cafe, "Charlie", CHARLIE), says(other, "Charlotte", CHARLIE))
        assert sum("Nice to meet you" in told for told in both) == 1
        assert sum("could not read that" in told for told in both) == 1
        done = await asyncio.gather(says(cafe, "skip", CHARLIE), says(other, "yes", CHARLIE))
        assert any("May we send you news" in told for told in done)
    async with cafe.database.read() as tx:
        lines = (await tx.execute(select(tables.inbound.c.text).where(tables.inbound.c.address == CHARLIE))).scalars()
        assert len(list(lines)) == 8
