"""Topics, in chats that have them: an answer goes where the question stands."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.messages import Button
from channels.base import Channel
from channels.telegram.channel import TelegramChannel
from tests.channels.telegram_world import ANNA, CARD, SECRET, RecordingHub, listening, open_channel, outbound
from tests.fakes import telegram_updates as updates
from tests.fakes.telegram import TOKEN, TelegramServer

GROUP = -1001234567890
TOPIC = "77"
MORE = (Button("More", "rewards 2"),)


@pytest.fixture
async def channel(telegram: TelegramServer) -> AsyncIterator[Channel]:
    telegram.chats.topics.add((ANNA, TOPIC))
    opened = open_channel(telegram.url)
    await opened.start(RecordingHub(), listen=False)
    yield opened
    await opened.close()


async def test_what_is_said_or_pressed_in_a_topic_names_it(telegram: TelegramServer, channel: Channel) -> None:
    await channel.send(outbound("1. Drink", buttons=MORE, thread=TOPIC))
    hub = RecordingHub()
    async with listening(telegram.url, hub):
        telegram.says(ANNA, "balance", topic=TOPIC)
        telegram.press(ANNA, "rewards 2")
        telegram.says(ANNA, "card")
        # A thread that is no topic is a mere row of replies.
        head = updates.message(ANNA, 9, telegram.time, {}, text="tier", message_thread_id=8)
        telegram.tells("message", head)
        await hub.until(lambda: len(hub.taken) == 4)
    assert [(said.text, said.thread) for said in hub.taken] == [
        *(("balance", TOPIC), ("rewards 2", TOPIC), ("card", ""), ("tier", ""))
    ]


async def test_every_part_of_an_answer_goes_to_the_topic(telegram: TelegramServer, channel: Channel) -> None:
    await channel.send(outbound("a" * 5000, buttons=MORE, thread=TOPIC))
    await channel.send(outbound("Here it is", picture=CARD, thread=TOPIC))
    share = (Button("Share my number", "share", shares_phone=True),)
    await channel.send(outbound("Your number?", buttons=share, thread=TOPIC))
    await channel.send(outbound("Welcome", buttons=MORE, thread=TOPIC))
    assert [sent.topic for sent in telegram.messages[ANNA]] == [TOPIC] * 5
    placeholder = (await telegram.called("sendMessage"))[-2]
    assert (placeholder["text"], placeholder["message_thread_id"]) == ("✓", TOPIC)


async def test_an_answer_takes_the_place_of_what_was_pressed_in_a_topic(
    telegram: TelegramServer, channel: Channel
) -> None:
    first = await channel.send(outbound("1. Drink", buttons=MORE, thread=TOPIC))
    assert await channel.send(outbound("8. Cake", thread=TOPIC, replaces=first)) == first
    [sent] = telegram.messages[ANNA]
    assert (sent.text, sent.topic) == ("8. Cake", TOPIC)


@pytest.mark.parametrize("content", [{}, {"picture": CARD}])
async def test_where_the_topic_is_gone_the_answer_is_said_in_the_chat(
    telegram: TelegramServer, channel: Channel, content: dict[str, Any]
) -> None:
    telegram.chats.topics.clear()
    sent = await channel.send(outbound("You have 12 beans", thread=TOPIC, **content))
    [shown] = telegram.messages[ANNA]
    assert (str(shown.id), shown.topic, bool(shown.photo)) == (sent, "", bool(content))


async def test_in_a_forum_the_way_to_a_private_chat_is_shown_in_the_topic_of_who_asked(
    telegram: TelegramServer,
) -> None:
    telegram.chats.topics.add((GROUP, TOPIC))
    channel = TelegramChannel(token=TOKEN, secret=SECRET, rate=25, api_url=telegram.url)
    channel.contact = "shop_bot"
    await channel.start(RecordingHub(), listen=True)
    command = updates.message(ANNA, 5, telegram.time, {}, text="/balance@shop_bot", **updates.in_topic(TOPIC))
    telegram.tells("message", command | {"chat": {"id": GROUP, "type": "supergroup", "is_forum": True}})
    [sent] = await telegram.sent(1)
    await channel.close()
    assert (sent.chat_id, sent.topic) == (GROUP, TOPIC)
