"""Gifts, causes and invitations in the chat: asked once more before anything is given, in both languages."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from bot.actions.balance import balance
from bot.actions.converse import converse_many
from bot.actions.core import Core
from bot.actions.donate import giving
from bot.actions.recording.record import record
from bot.messages import Inbound, Outbound, Purpose
from bot.storage import tables
from bot.storage.donations import Total
from bot.storage.referrals import WAITING, brought
from tests.actions.asking import count, unbroken
from tests.actions.test_converse import says, words
from tests.cast import ANNA, BENCE, CAFE, NOON, Watch, core, joins, purchase, ref

PHONE = "+36301111111"
DOCUMENT = (
    CAFE
    + '\n[[causes]]\nkey = "trees"\nname = { en = "Trees", hu = "Fák" }\nabout = { en = "Oaks", hu = "Tölgyek" }\n'
    + '[[causes]]\nkey = "dogs"\nname = { en = "Dogs", hu = "Kutyák" }\n[points_value]\npoint = "0.01"\n'
    + '[referrals]\nreferrer = { points = 100 }\nfriend = { credit = "5.00" }\n'
)


@pytest.fixture
async def sharing(database_url: str, clock: Watch) -> AsyncIterator[Core]:
    """Anna (English, by SMS) has 120 points, Bence (Hungarian, on Telegram) has none."""
    async with core(database_url, clock, DOCUMENT) as cafe:
        await joins(cafe, ANNA, BENCE)
        await record(cafe, purchase("1", "120.00"))
        yield cafe
        await unbroken(cafe)


async def anna(core: Core, text: str) -> str:
    return await says(core, text, PHONE, "sms")


async def code(core: Core, who: str) -> str:
    return (await balance(core, ref(who))).member.code


async def points(core: Core, who: str = "anna") -> int:
    return (await balance(core, ref(who))).state.points


async def test_a_gift_is_asked_for_once_more_and_told_to_who_gets_it(sharing: Core) -> None:
    bence = await code(sharing, "bence")
    assert f"Give 50 points to {bence}?" in await anna(sharing, f"gift 50 to {bence.lower().replace('-', '')}")
    assert await points(sharing) == 120
    assert f"Done: 50 points given to {bence}. You have 70 points." in await anna(sharing, "yes")
    assert (await points(sharing), await points(sharing, "bence")) == (70, 50)
    async with sharing.database.read() as tx:
        told = select(tables.messages).where(tables.messages.c.purpose == Purpose.NOTICE.value)
        [notice] = (await tx.execute(told)).all()
    assert (notice.address, "50 pont" in notice.text) == ("2222", True)


async def test_a_gift_is_put_together_turn_by_turn(sharing: Core) -> None:
    assert "How many points, and to whom?" in await anna(sharing, "gift")
    assert "Who is to get 20 points?" in await anna(sharing, "20")
    assert "Give 20 points to +36 30 999 9999?" in await anna(sharing, "+36 30 999 9999")
    assert "I cannot give anything to +36 30 999 9999" in await anna(sharing, "yes")
    assert "did not understand" in await anna(sharing, "yes") or await points(sharing) == 120
    assert await points(sharing) == 120


@pytest.mark.parametrize("no", ["no", "cancel", "balance"])
async def test_whoever_does_not_say_yes_gives_nothing(sharing: Core, no: str) -> None:
    await anna(sharing, f"gift 20 {await code(sharing, 'bence')}")
    await anna(sharing, no)
    await anna(sharing, "yes")
    assert (await points(sharing), await count(sharing, tables.gifts)) == (120, 0)


async def test_more_than_one_has_is_refused_before_asking(sharing: Core) -> None:
    assert "You have only 120 points" in await anna(sharing, f"gift 121 {await code(sharing, 'bence')}")
    assert "These points are yours already" in await _yes(sharing, f"gift 1 {PHONE}")


async def _yes(core: Core, text: str) -> str:
    await anna(core, text)
    return await anna(core, "yes")


async def test_an_old_yes_button_asks_again_and_gives_nothing(sharing: Core) -> None:
    bence = await code(sharing, "bence")
    said = Inbound("sms", PHONE, "b1", f"gift 20 {bence}", NOON)
    [[asked]] = await converse_many(sharing, [said])
    yes = asked.buttons[0].says
    await anna(sharing, "no")
    assert "Give 20 points" in await anna(sharing, yes)
    assert await points(sharing) == 120
    assert "Done" in await anna(sharing, yes)
    assert await points(sharing) == 100


async def test_the_same_yes_told_twice_gives_once(sharing: Core) -> None:
    await anna(sharing, f"gift 20 {await code(sharing, 'bence')}")
    yes = Inbound("sms", PHONE, "same", "yes", NOON)
    answers: list[list[Outbound]] = [(await converse_many(sharing, [yes]))[0] for _ in range(2)]
    assert ("Done" in words(answers[0]), answers[1]) == (True, [])
    assert await points(sharing) == 100


async def test_bence_gives_in_hungarian(sharing: Core) -> None:
    await record(sharing, purchase("b", "60.00", who="bence"))
    assert "Ajándékozol ennyit: 50 pont" in await says(sharing, "ajándék 50 anna@example.com")
    assert "Kész: 50 pont" in await says(sharing, "igen")
    assert await points(sharing) == 170


async def test_points_are_donated_to_a_cause_chosen_by_number(sharing: Core) -> None:
    listed = await anna(sharing, "donate")
    assert "1. Trees: 0 points so far, 0 points of it from you. Oaks" in listed
    assert "How many points would you like to give to: Dogs?" in await anna(sharing, "2")
    assert "Give 50 points (€0.50) to: Dogs?" in await anna(sharing, "50")
    assert "Thank you! 50 points given to: Dogs. You have 70 points." in await anna(sharing, "yes")
    assert (await giving(sharing)).totals == {"dogs": Total(50, 0)}
    assert "2. Dogs: 50 points so far, 50 points of it from you" in await anna(sharing, "donate")


async def test_donating_can_be_said_at_once_in_hungarian(sharing: Core) -> None:
    await record(sharing, purchase("b", "60.00", who="bence"))
    assert "50 pont" in await says(sharing, "adomány 50 fák")
    assert "Köszönjük" in await says(sharing, "igen")
    assert (await giving(sharing)).totals == {"trees": Total(50, 0)}


@pytest.mark.parametrize("said", ["donate round up", "round up"])
async def test_purchases_are_rounded_up_from_yes_to_no(sharing: Core, said: str) -> None:
    assert "Shall we round your purchases up" in await anna(sharing, said)
    assert "rounded up for: Trees" in await anna(sharing, "1")
    await record(sharing, purchase("2", "7.35"))
    assert "€0.65" in await anna(sharing, "donate")
    await anna(sharing, "round up")
    assert "not rounded up" in await anna(sharing, "no")
    await record(sharing, purchase("3", "7.35"))
    assert (await giving(sharing)).totals == {"trees": Total(0, 65)}


async def test_an_invitation_names_code_and_terms_and_counts_who_came(sharing: Core) -> None:
    mine = await code(sharing, "anna")
    told = await anna(sharing, "invite")
    assert f"join {mine}" in told
    assert "you get 100 points, and they get €5 of credit" in told
    for text in (f"/start r_{mine}", "Charlie", "rewards", "skip", "language english", "yes"):
        await says(sharing, text, "3333")
    assert "1 friend has joined through you so far." in await anna(sharing, "invite")
    async with sharing.database.read() as tx:
        assert await brought(tx, (await balance(sharing, ref("anna"))).member.id) == {WAITING: 1}


async def test_a_friends_code_may_be_typed_and_a_name_stays_a_name(sharing: Core) -> None:
    mine = await code(sharing, "anna")
    assert "What is your name" in await says(sharing, f"join {mine.lower()}", "4444")
    assert "Nice to meet you, Charlie!" in await says(sharing, "join Charlie", "5555")
    for text in ("Dora", "skip", "no"):
        await says(sharing, text, "4444")
    assert "1 friend" in await anna(sharing, "invite")


async def test_strangers_are_asked_to_join_before_they_share(sharing: Core) -> None:
    for text in ("gift 5 anna@example.com", "donate", "round up", "invite"):
        assert "not a member" in await says(sharing, text, "9999")


async def test_where_there_are_no_causes_that_is_said(cafe: Core) -> None:
    assert "nincs jótékony cél" in await says(cafe, "adomány")
