"""A member of whose language nothing is known is talked to in the first one, until the first thing tells another."""

import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.actions.balance import member
from bot.actions.converse import converse_many
from bot.actions.core import Core
from bot.actions.enrol import Changes, NewMember, change, enrol
from bot.actions.intake import MemberRef
from bot.actions.merging import merge
from bot.actions.moving.arrivals import import_people
from bot.actions.moving.roster import export_people
from bot.actions.profile import ProfileIn, as_changes
from bot.storage.members import Address
from bot.storage.tables import messages
from tests.actions.test_converse import chat, said, says, words
from tests.cast import Watch, cafe, core, joins, ref

PHONE = "+36303333333"
SMS = (PHONE, "sms")
TAIPEI: Any = ("+886912345678", "sms")
MADE = NewMember(name="Charlie", addresses=(Address("sms", PHONE),), external_id="charlie")
"""As a till makes a member that it was told no language of."""


@pytest.fixture
async def made(cafe: Core) -> Core:
    await joins(cafe, MADE)
    return cafe


async def locale(core: Core, who: MemberRef | None = None) -> str:
    return (await member(core, who or ref("charlie"))).locale


@pytest.mark.parametrize(
    ("question", "language", "answer"),
    [
        ("Mennyi pontom van?", "hu", "0 pont"),
        ("berapa mata saya", "ms", "0 mata"),
        ("我有多少积分", "zh-Hans", "0积分"),
        ("我有多少點數", "zh-Hant", "0點"),
    ],
)
async def test_their_words_tell_their_language_and_it_stays_theirs(
    made: Core, question: str, language: str, answer: str
) -> None:
    assert "0 points" in await says(made, "balance", *SMS)
    assert await locale(made) == ""
    assert answer in await says(made, question, *SMS)
    assert await locale(made) == language
    assert answer in await says(made, "how many points do I have", *SMS)


async def test_words_that_are_clearly_of_the_first_language_are_kept_too(made: Core) -> None:
    assert "0 points" in await says(made, "how many points do I have?", *SMS)
    assert "0 points" in await says(made, "Mennyi pontom van?", *SMS)
    assert await locale(made) == "en"


async def test_words_that_two_scripts_share_give_way_to_the_first_that_are_in_one_alone(cafe: Core) -> None:
    assert "稱呼" in await says(cafe, "加入", *TAIPEI)
    assert "生日" in await says(cafe, "王小明", *TAIPEI)
    assert (await chat(cafe, *TAIPEI)).locale == "zh-TW"
    assert "好禮給您嗎" in await says(cafe, "跳過", *TAIPEI)
    await says(cafe, "不要", *TAIPEI)
    assert await locale(cafe, MemberRef(phone=TAIPEI[0])) == "zh-Hant"


@pytest.mark.parametrize(
    ("said", "answer", "language"), [("點數", "0點", "zh-Hant"), ("我有多少积分", "0积分", "zh-Hans")]
)
async def test_a_member_whose_script_is_open_is_guessed_at_until_their_words_tell_it(
    cafe: Core, said: str, answer: str, language: str
) -> None:
    await joins(cafe, replace(MADE, addresses=(Address("sms", TAIPEI[0]),)))
    assert "您好" in await says(cafe, "你好", *TAIPEI)
    assert await locale(cafe) == "zh-TW"
    assert answer in await says(cafe, said, *TAIPEI)
    assert answer in await says(cafe, "點數", *TAIPEI)
    assert await locale(cafe) == language


async def test_two_of_their_chats_that_write_at_once_tell_it_once(made: Core) -> None:
    await joins(made, NewMember(addresses=(Address("sms", "+36304444444"),), external_id="dora"))
    await merge(made, ref("charlie"), ref("dora"), "test")
    both = [said("berapa mata saya", *SMS), said("Mennyi pontom van?", "+36304444444", "sms")]
    assert ["0 mata" in words(replies) for replies in await converse_many(made, both)] == [True, True]


@pytest.mark.parametrize("told", ["en", "de"])
async def test_what_was_told_is_overridden_by_no_guess(cafe: Core, told: str) -> None:
    await joins(cafe, replace(MADE, locale=told, addresses=(*MADE.addresses, Address("telegram", "3333"))))
    assert "0 points" in await says(cafe, "Mennyi pontom van?", *SMS)
    assert "0 points" in await says(cafe, "Mennyi pontom van?", "3333", locale="hu")
    assert await locale(cafe) == told


async def test_what_was_chosen_is_overridden_by_no_guess_until_it_is_taken_back(made: Core) -> None:
    await says(made, "language english", *SMS)
    assert "0 points" in await says(made, "Mennyi pontom van?", *SMS)
    nothing = as_changes(ProfileIn(locale=None), cafe(), made.clock())
    assert (await change(made, ref("charlie"), nothing)).locale == ""


@pytest.mark.parametrize(("app", "language"), [("hu-HU", "hu"), ("zh-TW", "zh-Hant"), ("de", ""), ("", "")])
async def test_their_app_tells_it_where_it_is_set_to_one_that_is_offered(cafe: Core, app: str, language: str) -> None:
    await joins(cafe, replace(MADE, addresses=(Address("telegram", "3333"),)))
    await says(cafe, "balance", "3333", locale=app)
    assert await locale(cafe) == language
    assert ("0 pont" in await says(cafe, "Mennyi pontom van?", "3333", locale=app)) is (language != "zh-Hant")


@pytest.mark.parametrize(("first", "app"), [("Szia!", ""), ("hello", "hu")])
async def test_a_chat_brings_its_language_along_when_it_is_linked(made: Core, first: str, app: str) -> None:
    window: Any = ("visitor", "web")
    await says(made, first, *window, locale=app)
    await says(made, "link", *window, locale=app)
    await says(made, PHONE, *window, locale=app)
    async with made.database.read() as tx:
        [sent] = (await tx.execute(select(messages.c.text).where(messages.c.address == PHONE))).scalars()
    [code] = re.findall(r"\d{6}", sent)
    assert "Charlie" in await says(made, code, *window, locale=app)
    assert await locale(made) == "hu"


async def test_who_is_made_a_member_after_they_wrote_has_the_language_of_that_talk(cafe: Core) -> None:
    await says(cafe, "Szia!", *SMS)
    assert (await enrol(cafe, MADE)).locale == "hu"
    await says(cafe, "berapa mata saya", "+36304444444", "sms")
    other = Changes(addresses={"sms": "+36304444444"})
    assert (await change(cafe, ref("charlie"), other)).locale == "hu"
    assert (await change(cafe, ref("bence"), Changes(addresses={"sms": PHONE}))).locale == "hu"


async def test_an_address_of_a_talk_brings_its_language_to_who_is_given_it_later(cafe: Core) -> None:
    await says(cafe, "berapa mata saya", *SMS)
    assert (await change(cafe, ref("anna"), Changes(addresses={"sms": PHONE}))).locale == "ms"


@pytest.mark.parametrize(
    ("join", "app", "language"), [("join", "", ""), ("csatlakozom", "", "hu"), ("join", "hu", "hu")]
)
async def test_who_joins_in_a_chat_has_what_it_tells(cafe: Core, join: str, app: str, language: str) -> None:
    for text in (join, "Charlie", "1992-02-29", "no"):
        await says(cafe, text, "3333", locale=app)
    assert await locale(cafe, MemberRef(telegram="3333")) == language


@pytest.mark.parametrize(("kept", "other", "left"), [("", "hu", "hu"), ("en", "hu", "en"), ("en", "", "en")])
async def test_of_two_who_become_one_what_is_known_of_either_holds(
    cafe: Core, kept: str, other: str, left: str
) -> None:
    dora = NewMember(external_id="dora", locale=other)
    await joins(cafe, replace(MADE, locale=kept), dora)
    await merge(cafe, ref("charlie"), ref("dora"), "test")
    assert await locale(cafe) == left


async def test_in_a_file_of_members_it_is_left_out_and_stays_unknown(
    made: Core, other_database_url: str, clock: Watch, tmp_path: Path
) -> None:
    await joins(made, NewMember(external_id="dora", locale="hu"))
    told = await moved_out(made)
    (tmp_path / "people.csv").write_text(told, "utf-8")
    async with core(other_database_url, clock) as elsewhere:
        await import_people(elsewhere, tmp_path / "people.csv", {}, lambda _: None)
        assert (await locale(elsewhere), await locale(elsewhere, ref("dora"))) == ("", "hu")
        assert await moved_out(elsewhere) == told


async def moved_out(core: Core) -> str:
    out = io.StringIO()
    await export_people(core, out, lambda _: None)
    return out.getvalue()
