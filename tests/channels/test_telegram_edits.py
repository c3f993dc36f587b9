"""Answers that take the place of what was pressed, and buttons that go when they have had their answer."""

from collections.abc import AsyncIterator

import pytest

from bot.errors import AddressGone
from bot.messages import Button
from channels.base import Channel
from tests.channels.telegram_world import ANNA, CARD, RecordingHub, open_channel, outbound, post, told_by_webhook
from tests.fakes.telegram import TelegramServer
from tests.fakes.telegram_replies import SentMessage, refused

YES_NO = (Button("Yes", "yes drink"), Button("No", "no"))
MORE = (Button("More", "rewards 2"),)


@pytest.fixture
async def channel(telegram: TelegramServer) -> AsyncIterator[Channel]:
    opened = open_channel(telegram.url)
    await opened.start(RecordingHub(), listen=False)
    yield opened
    await opened.close()


def only(telegram: TelegramServer) -> SentMessage:
    [message] = telegram.messages[ANNA]
    return message


async def test_a_page_takes_the_place_of_the_one_before(telegram: TelegramServer, channel: Channel) -> None:
    first = await channel.send(outbound("1. Drink", buttons=MORE))
    again = await channel.send(outbound("8. <Cake> & tea", buttons=(Button("Back", "rewards 1"),), replaces=first))
    assert again == first
    assert (only(telegram).text, only(telegram).buttons) == ("8. <Cake> & tea", {"Back": "rewards 1"})


async def test_a_page_that_stands_there_already_is_a_success(telegram: TelegramServer, channel: Channel) -> None:
    first = await channel.send(outbound("1. Drink", buttons=MORE))
    assert await channel.send(outbound("1. Drink", buttons=MORE, replaces=first)) == first
    assert only(telegram).text == "1. Drink"


async def test_an_answer_without_buttons_takes_the_old_ones_along(telegram: TelegramServer, channel: Channel) -> None:
    first = await channel.send(outbound("Redeem?", buttons=YES_NO))
    await channel.send(outbound("Nothing was changed.", replaces=first))
    assert (only(telegram).text, only(telegram).rows) == ("Nothing was changed.", ())


@pytest.mark.parametrize("old", ["99", "0"])
async def test_the_answer_to_a_message_that_is_gone_is_sent_new(
    telegram: TelegramServer, channel: Channel, old: str
) -> None:
    sent = await channel.send(outbound("8. Cake", buttons=MORE, replaces=old))
    assert (str(only(telegram).id), only(telegram).text) == (sent, "8. Cake")


async def test_the_answer_to_a_message_that_can_no_longer_be_edited_is_sent_new(
    telegram: TelegramServer, channel: Channel
) -> None:
    first = await channel.send(outbound("1. Drink", buttons=MORE))
    telegram.fail("editMessageText", refused(400, "Bad Request: message can't be edited"))
    await channel.send(outbound("8. Cake", replaces=first))
    assert [(one.text, one.rows) for one in telegram.messages[ANNA]] == [("1. Drink", ()), ("8. Cake", ())]


async def test_text_never_stands_beneath_a_picture_that_it_does_not_belong_to(
    telegram: TelegramServer, channel: Channel
) -> None:
    card = await channel.send(outbound("Your card", buttons=MORE, picture=CARD))
    await channel.send(outbound("1. Drink", replaces=card))
    shown = [(one.text, bool(one.photo), one.rows) for one in telegram.messages[ANNA]]
    assert shown == [("Your card", True, ()), ("1. Drink", False, ())]


@pytest.mark.parametrize("known", [False, True])
async def test_a_picture_takes_the_place_of_a_text_and_of_a_picture(
    telegram: TelegramServer, channel: Channel, known: bool
) -> None:
    if known:
        await channel.send(outbound("Your card", to=ANNA + 9, picture=CARD))
    first = await channel.send(outbound("Which?", buttons=MORE))
    for caption in ("Your card", "Your card", "Your new card"):
        assert await channel.send(outbound(caption, replaces=first, picture=CARD)) == first
    assert (only(telegram).text, bool(only(telegram).photo)) == ("Your new card", True)
    assert len(telegram.chats.files) == 1


async def test_a_text_of_many_parts_is_sent_new_and_the_old_buttons_go(
    telegram: TelegramServer, channel: Channel
) -> None:
    first = await channel.send(outbound("1. Drink", buttons=MORE))
    await channel.send(outbound("word " * 1000, buttons=MORE, replaces=first))
    rows = [one.buttons for one in telegram.messages[ANNA]]
    assert rows == [{}, {}, {"More": "rewards 2"}]


async def test_an_edit_in_a_chat_that_is_gone_is_refused_once(telegram: TelegramServer, channel: Channel) -> None:
    first = await channel.send(outbound("1. Drink", buttons=MORE))
    telegram.forget(ANNA)
    with pytest.raises(AddressGone):
        await channel.send(outbound("8. Cake", replaces=first))
    assert [method for method, _ in telegram.calls] == ["sendMessage", "editMessageText"]


def pressed(message: str, data: str, number: int = 1) -> bytes:
    query = (
        '{"update_id":%d,"callback_query":{"id":"q%d","from":{"id":%d,"is_bot":false,"first_name":"Anna"},'
        '"message":{"message_id":%s,"date":1800000000,"chat":{"id":%d,"type":"private"},"text":"?"},"data":"%s"}}'
    )
    return (query % (number, number, ANNA, message, ANNA, data)).encode()


async def test_a_question_loses_its_buttons_when_the_answer_is_a_new_message(telegram: TelegramServer) -> None:
    hub = RecordingHub()
    async with told_by_webhook(telegram.url, hub) as (client, channel):
        question = await channel.send(outbound("Redeem?", buttons=YES_NO))
        assert await post(client, pressed(question, "yes drink")) == 200
        await channel.send(outbound("Your code: 7KQ2", buttons=MORE))
    shown = [(one.text, one.buttons) for one in telegram.messages[ANNA]]
    assert shown == [("Redeem?", {}), ("Your code: 7KQ2", {"More": "rewards 2"})]
    assert [said.pressed for said in hub.taken] == [question]


async def test_a_question_whose_answer_takes_its_place_keeps_the_answers_buttons(telegram: TelegramServer) -> None:
    async with told_by_webhook(telegram.url, RecordingHub()) as (client, channel):
        question = await channel.send(outbound("Redeem?", buttons=YES_NO))
        await post(client, pressed(question, "no"))
        await channel.send(outbound("Nothing was changed.", buttons=MORE, replaces=question))
    assert only(telegram).buttons == {"More": "rewards 2"}


async def test_a_wish_leaves_the_buttons_where_they_are(telegram: TelegramServer) -> None:
    async with told_by_webhook(telegram.url, RecordingHub()) as (client, channel):
        offer = await channel.send(outbound("20 points to go", buttons=(Button("Balance", "balance"), *MORE)))
        await post(client, pressed(offer, "balance"))
        await channel.send(outbound("80 points"))
    assert len(telegram.messages[ANNA][0].buttons) == 2


async def test_buttons_that_cannot_be_taken_away_cost_no_message(telegram: TelegramServer) -> None:
    telegram.fail("editMessageReplyMarkup", refused(400, "Bad Request: message can't be edited"))
    async with told_by_webhook(telegram.url, RecordingHub()) as (client, channel):
        await post(client, pressed("7", "yes drink"))
        await channel.send(outbound("Your code: 7KQ2"))
    assert only(telegram).text == "Your code: 7KQ2"
