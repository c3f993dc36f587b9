"""A phone number is one person's, by SMS and on WhatsApp."""

from typing import Any

import pytest

from bot.actions.balance import member
from bot.actions.converse import converse_many
from bot.actions.core import Core
from bot.actions.enrol import Changes, NewMember, change, enrol, erase
from bot.actions.intake import MemberRef
from bot.errors import Conflict, NotFound
from bot.messages import Inbound, InboundKind
from bot.storage.members import Address
from tests.cast import NOON, ref

ANNAS, CHARLIES, OTHER = "+36301111111", "+36303333333", "+36304444444"
CHARLIE = NewMember(name="Charlie", addresses=(Address("whatsapp", CHARLIES, True),), external_id="charlie")


def by_phone(number: str) -> MemberRef:
    return MemberRef.model_validate({"phone": number})


async def says(core: Core, text: str, address: str, channel: str = "whatsapp", sid: str = "", **heard: Any) -> str:
    [replies] = await converse_many(core, [Inbound(channel, address, sid or text, text, NOON, **heard)])
    return "\n".join(reply.text for reply in replies)


async def test_who_is_only_on_whatsapp_is_found_by_their_number(cafe: Core) -> None:
    charlie = await enrol(cafe, CHARLIE)
    assert (await member(cafe, by_phone(CHARLIES))).id == charlie.id
    assert charlie.phone == CHARLIES
    await erase(cafe, by_phone(CHARLIES))
    with pytest.raises(NotFound):
        await member(cafe, by_phone(CHARLIES))


@pytest.mark.parametrize(("channel", "number"), [("whatsapp", ANNAS), ("sms", ANNAS), ("sms", CHARLIES)])
async def test_a_number_that_is_a_members_by_either_is_refused_and_names_them(
    cafe: Core, channel: str, number: str
) -> None:
    owner = await member(cafe, ref("anna")) if number == ANNAS else await enrol(cafe, CHARLIE)
    with pytest.raises(Conflict) as caught:
        await enrol(cafe, NewMember(name="Somebody", addresses=(Address(channel, number),)))
    assert caught.value.facts == {"member": str(owner.id)}
    with pytest.raises(Conflict):
        await change(cafe, ref("bence"), Changes(addresses={channel: number}))


async def test_ones_own_number_may_be_used_on_both(cafe: Core) -> None:
    anna = await change(cafe, ref("anna"), Changes(consents={"whatsapp": True}))
    assert Address("whatsapp", ANNAS, True) in anna.addresses
    await enrol(cafe, CHARLIE)
    charlie = await change(cafe, ref("charlie"), Changes(addresses={"sms": CHARLIES}))
    assert [way.channel for way in charlie.addresses] == ["sms", "whatsapp"]


async def test_another_number_by_sms_takes_nobody_off_whatsapp(cafe: Core) -> None:
    await enrol(cafe, CHARLIE)
    charlie = await change(cafe, ref("charlie"), Changes(addresses={"sms": OTHER}))
    assert (charlie.address("sms"), charlie.address("whatsapp")) == (OTHER, CHARLIES)
    assert (await member(cafe, by_phone(CHARLIES))).id == (await member(cafe, by_phone(OTHER))).id


async def test_who_writes_on_whatsapp_from_a_members_number_is_that_member(cafe: Core) -> None:
    assert (await says(cafe, "hello", ANNAS)).startswith("Hello Anna!")
    anna = await member(cafe, ref("anna"))
    [way] = [way for way in anna.addresses if way.channel == "whatsapp"]
    assert (way.address, way.marketing) == (ANNAS, None)
    assert "You are not a member" in await says(cafe, "hello", OTHER, sid="2")


async def test_a_text_message_alone_proves_no_whatsapp_number(cafe: Core) -> None:
    await enrol(cafe, CHARLIE)
    assert "You are not a member" in await says(cafe, "hello", CHARLIES, "sms")


@pytest.mark.parametrize("word", ["Állj!", "berhenti", "退订", "unsubscribe me"])
async def test_an_opt_out_word_that_twilio_does_not_know_is_confirmed_once_and_then_there_is_silence(
    cafe: Core, word: str
) -> None:
    assert "START" in await says(cafe, word, ANNAS, "sms")
    assert await says(cafe, "balance", ANNAS, "sms") == ""
    assert await says(cafe, f"{word} ", ANNAS, "sms") == ""


async def test_an_opt_out_word_that_twilio_answers_gets_no_answer_of_ours(cafe: Core) -> None:
    stop = Inbound("sms", ANNAS, "1", "STOP", NOON, kind=InboundKind.STOPPED, answered=True)
    again = Inbound("sms", ANNAS, "2", "STOP", NOON, kind=InboundKind.STOPPED, answered=True)
    assert await converse_many(cafe, [stop, again]) == [[], []]
    [way] = [way for way in (await member(cafe, ref("anna"))).addresses if way.channel == "sms"]
    assert (way.stopped_at, way.marketing) == (NOON, False)


async def test_a_word_of_the_carriers_that_nobody_else_answers_is_confirmed_once(cafe: Core) -> None:
    assert "START" in await says(cafe, "QUIT", ANNAS, "sms", kind=InboundKind.STOPPED)
    assert await says(cafe, "QUIT", ANNAS, "sms", kind=InboundKind.STOPPED, sid="2") == ""
    assert (await says(cafe, "START", ANNAS, "sms", sid="3")).startswith("Welcome back!")


@pytest.mark.parametrize("word", ["START", "UNSTOP", "YES"])
async def test_who_left_at_twilio_comes_back_by_its_words_and_is_answered_by_twilio_alone(
    cafe: Core, word: str
) -> None:
    await says(cafe, "redeem free drink", ANNAS, "sms", sid="0")
    await says(cafe, "STOP", ANNAS, "sms", kind=InboundKind.STOPPED, answered=True)
    assert await says(cafe, word, ANNAS, "sms", lifts=True, sid="2") == ""
    assert (await says(cafe, "yes", ANNAS, "sms", lifts=True, sid="3")).startswith("Sorry, I did not understand")
    assert "points" in await says(cafe, "balance", ANNAS, "sms", sid="4")


@pytest.mark.parametrize("left", ["Állj!", "unsubscribe me"])
async def test_who_left_by_what_twilio_did_not_hear_is_welcomed_back_by_us(cafe: Core, left: str) -> None:
    await says(cafe, left, ANNAS, "sms")
    assert (await says(cafe, "START", ANNAS, "sms", lifts=True, sid="2")).startswith("Welcome back!")


async def test_a_newcomer_who_writes_start_by_text_message_is_asked_for_their_name(cafe: Core) -> None:
    assert "your name" in await says(cafe, "START", CHARLIES, "sms", lifts=True)


async def test_help_that_twilio_answers_is_no_answer_to_what_was_asked(cafe: Core) -> None:
    await says(cafe, "join", CHARLIES, "sms", sid="0")
    assert await says(cafe, "HELP", CHARLIES, "sms", answered=True) == ""
    assert "birthday" in await says(cafe, "Charlie", CHARLIES, "sms", sid="2")


async def test_a_yes_that_twilio_answered_as_start_is_heard_where_it_was_asked_for(cafe: Core) -> None:
    assert await says(cafe, "YES", CHARLIES, "sms", answered=True, lifts=True, sid="0") == ""
    for n, text in enumerate(("join", "Charlie", "skip"), 1):
        await says(cafe, text, CHARLIES, "sms", sid=str(n))
    assert "member" in await says(cafe, "YES", CHARLIES, "sms", answered=True, lifts=True, sid="9")
