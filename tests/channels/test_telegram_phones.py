"""Sharing one's own number: asked for by a keyboard that goes again, vouched for by Telegram alone."""

from collections.abc import AsyncIterator

import pytest

from bot.messages import Button
from channels.base import Channel
from tests.channels.telegram_world import ANNA, BENCE, RecordingHub, listening, open_channel, outbound
from tests.fakes.telegram import TelegramServer
from tests.fakes.telegram_replies import refused

ASKING = (Button("Share my number", "link", shares_phone=True), Button("Cancel", "cancel"))
REMOVED = '{"remove_keyboard": true}'


@pytest.fixture
async def channel(telegram: TelegramServer) -> AsyncIterator[Channel]:
    opened = open_channel(telegram.url)
    yield opened
    await opened.close()


async def test_annas_own_number_arrives_and_bences_does_not(telegram: TelegramServer) -> None:
    hub = RecordingHub()
    async with listening(telegram.url, hub):
        telegram.shares(ANNA, "36301234567", owner=ANNA)
        telegram.shares(ANNA, "+36201112233", owner=BENCE)
        await telegram.acknowledged()
    assert [(said.text, said.phone) for said in hub.taken] == [("", "+36301234567"), ("", "")]


async def test_the_keyboard_goes_with_the_next_message(telegram: TelegramServer, channel: Channel) -> None:
    await channel.send(outbound("Which number?", buttons=ASKING))
    await channel.send(outbound("Thank you!"))
    await channel.send(outbound("80 points"))
    asked, thanked, then = telegram.messages[ANNA]
    assert '"request_contact": true' in asked.keyboard
    assert (thanked.keyboard, then.keyboard) == (REMOVED, "")


async def test_a_message_with_buttons_sends_for_the_keyboard_and_leaves_no_trace(
    telegram: TelegramServer, channel: Channel
) -> None:
    await channel.send(outbound("Which number?", buttons=ASKING))
    await channel.send(outbound("80 points", buttons=(Button("Rewards", "rewards"),)))
    _, shown = telegram.messages[ANNA]
    assert (shown.text, shown.buttons) == ("80 points", {"Rewards": "rewards"})
    assert [call["reply_markup"] for call in await telegram.called("sendMessage", 3)][1] == REMOVED.replace(" ", "")
    assert len(await telegram.called("deleteMessage")) == 1


async def test_a_trace_that_cannot_be_deleted_costs_no_message(telegram: TelegramServer, channel: Channel) -> None:
    telegram.fail("deleteMessage", refused(400, "Bad Request: message can't be deleted"))
    await channel.send(outbound("Which number?", buttons=ASKING))
    await channel.send(outbound("80 points", buttons=(Button("Rewards", "rewards"),)))
    assert telegram.messages[ANNA][-1].text == "80 points"


async def test_the_question_is_a_new_message_even_where_it_might_take_anothers_place(
    telegram: TelegramServer, channel: Channel
) -> None:
    first = await channel.send(outbound("Hello", buttons=(Button("Link", "link"),)))
    await channel.send(outbound("Which number?", buttons=ASKING, replaces=first))
    shown = [(one.text, bool(one.keyboard), one.rows) for one in telegram.messages[ANNA]]
    assert shown == [("Hello", False, ()), ("Which number?", True, ())]


async def test_after_a_restart_the_shared_number_itself_closes_the_keyboard(telegram: TelegramServer) -> None:
    hub = RecordingHub()
    async with listening(telegram.url, hub) as channel:
        telegram.shares(ANNA, "36301234567", owner=ANNA)
        await hub.until(lambda: len(hub.taken) == 1)
        await channel.send(outbound("Thank you!"))
    assert [one.keyboard for one in telegram.messages[ANNA]] == [REMOVED]
