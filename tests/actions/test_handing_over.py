"""Staff in the talk: the bot is silent while they have it."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.actions import handing_over
from bot.actions.core import Core
from bot.actions.upkeep import upkeep
from bot.conversation.commands import AskPerson
from bot.conversation.understanding import understand
from bot.errors import Conflict, NotFound
from bot.storage import tables
from bot.wording import languages
from tests.actions.test_converse import BENCE, CHARLIE, chat, says
from tests.cast import Watch
from tests.unit.conversation.talk import CAFE, bence

PLACE = ("telegram", CHARLIE)
CALLED = "I have called somebody from Bean & Leaf. They will answer you here, and until then I keep quiet."


@pytest.fixture
async def called(cafe: Core) -> Core:
    """Charlie, whom nobody knows, asked for a person."""
    assert await says(cafe, "I want to talk to a person", CHARLIE) == CALLED
    return cafe


async def left(core: Core, channel: str = "telegram", address: str = CHARLIE) -> Sequence[tuple[str, str]]:
    """What was put in the outbox for them, with its purpose."""
    async with core.database.read() as tx:
        theirs = (tables.messages.c.channel == channel) & (tables.messages.c.address == address)
        query = select(tables.messages.c.text, tables.messages.c.purpose).where(theirs).order_by(tables.messages.c.id)
        return [(row[0], row[1]) for row in await tx.execute(query)]


async def test_after_it_was_said_once_the_bot_is_silent(called: Core) -> None:
    for text in ("hello?", "balance", "person", "1", "yes"):
        assert await says(called, text, CHARLIE) == ""
    assert len(await left(called)) == 1
    assert (await says(called, "balance", BENCE)) != ""


async def test_stop_works_all_the_same_and_ends_it(called: Core) -> None:
    assert "no more messages here" in await says(called, "STOP", CHARLIE)
    assert (await chat(called, CHARLIE)).person_since is None
    with pytest.raises(Conflict, match="STOP"):
        await handing_over.answer(called, *PLACE, "Hello!", "1", "Dora")
    await says(called, "START", CHARLIE)
    assert await says(called, "balance", CHARLIE) != ""


async def test_staff_see_who_waits_whoever_wrote_last_first(called: Core, clock: Watch) -> None:
    clock.moves(minutes=1)
    await says(called, "person")
    assert [one.address for one in await handing_over.listed(called, 50, waiting=True)] == [BENCE, CHARLIE]
    await handing_over.answer(called, "telegram", BENCE, "Hi Bence!", "1", "Dora")
    assert [one.address for one in await handing_over.listed(called, 50, waiting=True)] == [CHARLIE]
    assert [one.name for one in await handing_over.listed(called, 50)] == ["Bence", None]
    clock.moves(minutes=1)
    await says(called, "Thanks, and …")
    [first, _] = await handing_over.listed(called, 50, waiting=True)
    assert (first.address, first.waits) == (BENCE, clock.now)


async def test_what_staff_say_leaves_as_a_reply_once(called: Core) -> None:
    said = await handing_over.answer(called, *PLACE, "What can I do for you?", "a1", "Dora")
    again = await handing_over.answer(called, *PLACE, "What can I do for you?", "a1", "Dora")
    assert (again.message, again.duplicate, said.duplicate) == (said.message, True, False)
    assert (await left(called))[1:] == [("What can I do for you?", "reply")]
    with pytest.raises(Conflict, match="other words"):
        await handing_over.answer(called, *PLACE, "Something else", "a1", "Dora")


async def test_the_transcript_tells_who_of_staff_said_it(called: Core) -> None:
    await handing_over.answer(called, *PLACE, "What can I do for you?", "a1", "Dora")
    async with called.database.write() as tx:
        await tx.execute(tables.messages.update().values(state="sent"))
    _, lines = await handing_over.transcript(called, *PLACE, 0, 50)
    assert [(line.ours, by) for line, by in lines] == [(False, ""), (True, ""), (True, "Dora")]


async def test_staff_may_take_a_talk_over_by_themselves(cafe: Core) -> None:
    await says(cafe, "balance")
    await handing_over.answer(cafe, "telegram", BENCE, "May I help?", "1", "Dora")
    assert await says(cafe, "balance") == ""
    with pytest.raises(NotFound):
        await handing_over.answer(cafe, "telegram", "9999", "Hello", "1", "Dora")


async def test_handed_back_the_bot_says_so_once_and_answers_again(called: Core) -> None:
    assert await handing_over.hand_back(called, *PLACE)
    assert not await handing_over.hand_back(called, *PLACE)
    assert [text for text, _ in await left(called)][1:] == [
        "I am back and glad to help. To talk to somebody again, write: person"
    ]
    assert await says(called, "balance", CHARLIE) != ""


async def test_after_a_day_without_staff_the_bot_kindly_takes_over(called: Core, clock: Watch) -> None:
    clock.moves(hours=23, minutes=59)
    await upkeep(called, clock.now)
    assert await says(called, "hello?", CHARLIE) == ""
    clock.moves(minutes=1)
    await upkeep(called, clock.now)
    await upkeep(called, clock.now)
    assert [purpose for text, purpose in await left(called) if "nobody could answer" in text] == ["notice"]
    assert await says(called, "balance", CHARLIE) != ""


async def test_each_thing_that_staff_say_gives_them_another_day(called: Core, clock: Watch) -> None:
    clock.moves(hours=20)
    await handing_over.answer(called, *PLACE, "One moment please", "1", "Dora")
    clock.moves(hours=20)
    await upkeep(called, clock.now)
    assert await says(called, "balance", CHARLIE) == ""
    await handing_over.answer(called, *PLACE, "Here you are", "2", "Dora")
    clock.moves(hours=24)
    await upkeep(called, clock.now)
    assert not any("nobody could answer" in text for text, _ in await left(called)), "they were answered"
    assert await says(called, "balance", CHARLIE) != ""


async def test_staff_who_run_wild_are_held_back(called: Core, clock: Watch) -> None:
    for n in range(handing_over.MOST_IN_AN_HOUR):
        await handing_over.answer(called, *PLACE, "Hello", str(n), "Dora")
    with pytest.raises(Conflict, match="within an hour"):
        await handing_over.answer(called, *PLACE, "Hello", "more", "Dora")
    clock.moves(hours=1, seconds=1)
    await handing_over.answer(called, *PLACE, "Hello", "more", "Dora")


@pytest.mark.parametrize("text", ["person", "munkatárs", "orang", "人工客服", "真人客服", "Talk to a human!"])
def test_a_person_is_asked_for_in_every_language(text: str) -> None:
    facts = replace(bence(), programme=replace(CAFE, languages=languages()))
    assert understand(facts, text).command == AskPerson()
