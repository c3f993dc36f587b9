"""Talking with the café, with the database behind it: what was said is kept, done and answered once."""

import asyncio
from dataclasses import replace
from functools import partial
from itertools import count as numbers
from typing import Any

import pytest
from sqlalchemy import select

from bot.actions.balance import balance
from bot.actions.balance import member as member_of
from bot.actions.batching import Batcher
from bot.actions.converse import converse_many
from bot.actions.core import Core
from bot.actions.intake import MemberRef
from bot.actions.recording.record import record
from bot.actions.vouchers import look_up
from bot.messages import Inbound, InboundKind, Outbound, Purpose
from bot.storage import chats, transcripts
from bot.storage.members import Member
from bot.storage.tables import consents, inbound, members, messages, vouchers
from bot.storage.transcripts import Asked
from tests.actions.asking import count
from tests.cast import NOON, Watch, core, purchase, ref

BENCE, CHARLIE = "2222", "3333"
_ids = numbers(1)


def said(text: str, address: str = BENCE, channel: str = "telegram", **more: Any) -> Inbound:
    return Inbound(channel, address, more.pop("id", None) or f"u{next(_ids)}", text, NOON, **more)


def words(replies: list[Outbound]) -> str:
    return "\n".join(reply.text for reply in replies)


async def says(core: Core, text: str, address: str = BENCE, channel: str = "telegram", **more: Any) -> str:
    """What is answered, all replies together."""
    [replies] = await converse_many(core, [said(text, address, channel, **more)])
    return words(replies)


async def chat(core: Core, address: str = BENCE, channel: str = "telegram") -> chats.Chat:
    async with core.database.read() as tx:
        return (await chats.load(tx, channel, [address]))[address]


async def joined(core: Core, address: str = CHARLIE) -> Member:
    for text in ("join", "Charlie", "29 February 1992", "yes"):
        await says(core, text, address)
    return await member_of(core, MemberRef(telegram=address))


async def test_a_stranger_joins_in_four_turns(cafe: Core) -> None:
    charlie = await joined(cafe)
    assert (charlie.name, str(charlie.birthday), charlie.locale) == ("Charlie", "1992-02-29", "")
    assert (charlie.addresses[0].marketing, charlie.preferred_channel) == (True, "telegram")
    assert (await chat(cafe, CHARLIE)).dialog is None
    async with cafe.database.read() as tx:
        [row] = (await tx.execute(select(consents).where(consents.c.member_id == charlie.id))).all()
    assert (row.granted, row.source) == (True, "chat")
    assert "May we send you news" in row.words


async def test_four_turns_in_one_batch_are_taken_in_order(cafe: Core) -> None:
    turns = [said(text, CHARLIE) for text in ("join", "Charlie", "skip", "no", "balance")]
    answers = await converse_many(cafe, turns)
    assert "What is your name" in words(answers[0])
    assert "You are now a member" in words(answers[3])
    assert "0 points" in words(answers[4])
    assert (await member_of(cafe, MemberRef(telegram=CHARLIE))).addresses[0].marketing is False


async def test_a_balance_is_told_in_the_members_language(cafe: Core) -> None:
    await record(cafe, purchase("1", "87.00", who="bence", coffees=8))
    assert "87 pont" in await says(cafe, "egyenleg")
    assert "English" in await says(cafe, "language english")
    assert "87 points" in await says(cafe, "balance")
    assert (await member_of(cafe, ref("bence"))).locale == "en"


async def test_a_reward_is_redeemed_once_and_its_voucher_holds(cafe: Core) -> None:
    await record(cafe, purchase("1", "130.00", who="bence"))
    await says(cafe, "language en")
    answer = await says(cafe, "redeem 1")
    if "yes" in answer.lower():
        answer = await says(cafe, "yes")
    async with cafe.database.read() as tx:
        [code] = (await tx.execute(select(vouchers.c.code))).scalars()
    assert code in answer
    assert (await look_up(cafe, code)).because == "redemption"
    assert (await balance(cafe, ref("bence"))).state.points == 30


async def test_what_the_provider_tells_twice_is_answered_and_done_once(cafe: Core) -> None:
    told = said("balance", id="same")
    first, again = await converse_many(cafe, [told, said("balance", id="same")])
    assert (len(first), again) == (1, [])
    assert await converse_many(cafe, [told]) == [[]]
    assert await converse_many(cafe, [told, told]) == [[], []]
    assert (await count(cafe, inbound), await count(cafe, messages)) == (1, 1)


async def test_the_same_message_object_twice_is_answered_once(cafe: Core) -> None:
    told = said("balance")
    answers = await converse_many(cafe, [told, told])
    assert [len(replies) for replies in answers] == [1, 0]


async def test_the_same_id_on_another_channel_is_another_message(cafe: Core) -> None:
    answers = await converse_many(cafe, [said("help", id="1"), said("help", "+36301111111", "sms", id="1")])
    assert all(answers)


async def test_two_processes_that_are_told_the_same_answer_once(cafe: Core, database_url: str) -> None:
    async with core(database_url) as other:
        for n in range(5):
            told = [said("join", CHARLIE, id=f"same {n}")]
            answers = await asyncio.gather(*(converse_many(one, told) for one in (cafe, other)))
            assert sorted(len(replies) for [replies] in answers) == [0, 1]


async def test_a_reply_is_in_the_outbox_when_it_is_handed_over(cafe: Core) -> None:
    [[reply]] = await converse_many(cafe, [said("balance")])
    async with cafe.database.read() as tx:
        row = (await tx.execute(select(messages))).one()
    assert (row.id, row.state, row.purpose, row.attempts) == (reply.id, "sending", "reply", 1)
    assert (row.text, row.address, row.created_at) == (reply.text, BENCE, NOON)
    assert (await member_of(cafe, ref("bence"))).id == row.member_id


async def test_stop_ends_it_with_one_confirmation_and_then_there_is_silence(cafe: Core) -> None:
    assert await says(cafe, "STOP") != ""
    stopped = await chat(cafe)
    assert stopped.stopped_at == NOON
    assert [await says(cafe, text) for text in ("balance", "hello?", "yes", "STOP")] == [""] * 4
    assert await says(cafe, "start") != ""
    assert (await chat(cafe)).stopped_at is None


async def test_stop_withdraws_consent_and_coming_back_does_not_give_it(cafe: Core) -> None:
    charlie = await joined(cafe)
    await says(cafe, "stop", CHARLIE)
    await says(cafe, "start", CHARLIE)
    [way] = (await member_of(cafe, MemberRef(id=str(charlie.id)))).addresses
    assert (way.marketing, way.stopped_at) == (False, None)
    async with cafe.database.read() as tx:
        columns = (consents.c.purpose, consents.c.granted)
        log = select(*columns).where(consents.c.member_id == charlie.id).order_by(consents.c.id)
        told = [tuple(row) for row in await tx.execute(log)]
    assert told == [("marketing", True), ("all", False), ("all", True)]


@pytest.mark.parametrize("text", ["when does the last stop leave?", "the last stop before home", "don't stop"])
async def test_the_word_inside_a_sentence_stops_nothing(cafe: Core, text: str) -> None:
    await says(cafe, text)
    assert (await chat(cafe)).stopped_at is None


async def test_who_blocks_us_is_gone_and_who_comes_back_is_there_again(cafe: Core) -> None:
    assert await says(cafe, "", kind=InboundKind.STOPPED) == ""
    assert (await chat(cafe)).gone_at == NOON
    assert await says(cafe, "", kind=InboundKind.RESUMED) == ""
    assert (await chat(cafe)).gone_at is None


async def test_who_writes_after_being_gone_is_there_again(cafe: Core) -> None:
    await says(cafe, "", kind=InboundKind.STOPPED)
    assert await says(cafe, "balance") != ""
    assert (await chat(cafe)).gone_at is None


async def test_a_stop_that_the_provider_has_answered_gets_no_second_answer(cafe: Core) -> None:
    phone = "+36301111111"
    assert await says(cafe, "STOP", phone, "sms", kind=InboundKind.STOPPED, answered=True) == ""
    assert (await chat(cafe, phone, "sms")).stopped_at == NOON
    assert await says(cafe, "START", phone, "sms", kind=InboundKind.RESUMED, answered=True) == ""
    assert (await chat(cafe, phone, "sms")).stopped_at is None


async def test_a_chat_is_linked_by_a_code_sent_to_the_phone(cafe: Core) -> None:
    await record(cafe, purchase("1", "42.00"))
    window = ("visitor", "web")
    await says(cafe, "link", *window)
    await says(cafe, "+36301111111", *window)
    async with cafe.database.read() as tx:
        notice = (await tx.execute(select(messages).where(messages.c.purpose == Purpose.NOTICE.value))).one()
    assert (notice.channel, notice.address, notice.state) == ("sms", "+36301111111", "queued")
    code = next(word.strip(".") for word in notice.text.split() if word.strip(".").isdecimal())
    assert "Anna" in await says(cafe, code, *window)
    assert "42 points" in await says(cafe, "balance", *window)


async def test_an_answer_to_a_mail_stays_in_its_conversation(cafe: Core) -> None:
    mail = said("balance", "anna@example.com", "email", subject="My points", thread="<1@mail>")
    [[reply]] = await converse_many(cafe, [mail])
    assert (reply.subject, reply.thread) == ("Re: My points", "<1@mail>")


async def test_many_chats_at_once_are_each_answered_and_in_order(cafe: Core) -> None:
    talk = Batcher(partial(converse_many, cafe))
    turns = ("join", "Guest", "skip", "no")

    async def guest(number: int) -> list[str]:
        return [words(await talk(said(turn, f"9{number}"))) for turn in turns]

    answers = await asyncio.gather(*(guest(number) for number in range(20)))
    assert all("You are now a member" in each[-1] for each in answers)
    assert await count(cafe, members) == 22


async def test_a_question_that_waited_too_long_is_not_answered_by_a_yes(cafe: Core, clock: Watch) -> None:
    for text in ("join", "Charlie", "skip"):
        await says(cafe, text, CHARLIE)
    clock.moves(days=30)
    assert await says(cafe, "yes", CHARLIE) != ""
    assert await count(cafe, members) == 2


async def test_the_transcripts_of_many_talks_read_as_they_were_said(cafe: Core) -> None:
    for text in ("join", "Charlie"):
        await says(cafe, text, CHARLIE)
    await says(cafe, "rewards")
    whole, his, nobodys = Asked("telegram", CHARLIE, 0, 10), Asked("telegram", BENCE, 0, 1), Asked("sms", CHARLIE, 0, 9)
    async with cafe.database.read() as tx:
        lines, last_of_his, none = await transcripts.newest(tx, [whole, his, nobodys])
        parts = [replace(whole, after=lines[1].id, limit=1), replace(whole, before=lines[3].id, limit=2)]
        last, middle, again = await transcripts.newest(tx, [*parts, whole])
    assert [line.ours for line in lines] == [False, True, False, True]
    assert [line.text for line in lines if not line.ours] == ["join", "Charlie"]
    assert [line.language for line in lines] == ["", "en", "", "en"]
    assert (last, middle, again, none) == (lines[-1:], lines[1:3], lines, [])
    assert [line.ours for line in last_of_his] == [True]


async def test_what_no_database_can_store_is_left_out_and_the_rest_answered(cafe: Core) -> None:
    asked = await says(cafe, "\0reward\ud800s\0", name="Ben\0ce", subject="\0hi", thread="<\udfff1>")
    assert "100 pont" in asked
    odd = Inbound("telegram", CHARLIE, "callback:\0\ud800", "help", cafe.clock(), locale="\udfff")
    [[_]] = await converse_many(cafe, [odd])
    async with cafe.database.read() as tx:
        assert (await tx.execute(select(inbound.c.text).order_by(inbound.c.id))).scalars().all() == ["rewards", "help"]


async def test_a_stranger_is_answered_in_the_language_of_their_first_words(cafe: Core) -> None:
    address = "+36305555555"
    assert "Hogy hívnak?" in await says(cafe, "csatlakozom", address, "sms")
    assert "Mikor születtél?" in await says(cafe, "Charlie", address, "sms")
    assert (await chat(cafe, address, "sms")).locale == "hu"


async def test_what_the_provider_says_of_the_language_goes_before_words(cafe: Core) -> None:
    assert "What is your name?" in await says(cafe, "csatlakozom", CHARLIE, locale="en")
