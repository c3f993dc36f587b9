"""Pictures: uploaded once, with the text beneath; and the text alone where there can be no picture."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.errors import AddressGone, RetryLater
from bot.messages import Button, Picture
from bot.pictures import render
from channels.base import Channel
from channels.telegram.photos import Photos
from channels.telegram.recent import MOST
from tests.channels.telegram_world import ANNA, BENCE, CARD, PNG, RecordingHub, open_channel, outbound
from tests.fakes.telegram import TelegramServer
from tests.fakes.telegram_replies import refused

WIDE = PNG[:16] + (9000).to_bytes(4, "big") + (9).to_bytes(4, "big")
"""Says that it is a thousand times as wide as high."""


@pytest.fixture
def hub() -> RecordingHub:
    return RecordingHub()


@pytest.fixture
async def channel(telegram: TelegramServer, hub: RecordingHub) -> AsyncIterator[Channel]:
    opened = open_channel(telegram.url)
    await opened.start(hub, listen=False)
    yield opened
    await opened.close()


def methods(telegram: TelegramServer) -> list[str]:
    return [method for method, _ in telegram.calls]


async def test_a_picture_arrives_with_the_text_and_buttons_beneath(telegram: TelegramServer, channel: Channel) -> None:
    button = Button("Balance", "balance")
    provider_id = await channel.send(outbound("Your <card> & 8 stamps", buttons=(button,), picture=CARD))
    [sent] = telegram.messages[ANNA]
    assert (sent.text, str(sent.id), sent.buttons) == ("Your <card> & 8 stamps", provider_id, {"Balance": "balance"})
    assert telegram.chats.files[sent.photo] == PNG


async def test_a_real_card_with_all_that_may_stand_on_it_is_a_picture_that_telegram_takes(
    telegram: TelegramServer, channel: Channel, hub: RecordingHub
) -> None:
    badges = [{"name": f"Badge {n}", "earned": n % 2 == 0} for n in range(20)]
    cards = [{"name": f"Card {n}", "have": n, "need": 10} for n in range(5)]
    shown = {"language": "en", "programme": "Bean & Leaf", "code": "K7M2-9QXA", "stamp_cards": cards, "badges": badges}
    card = replace(CARD, data=shown)
    hub.pictures = {"card": render(card)}
    await channel.send(outbound(picture=card))
    [sent] = telegram.messages[ANNA]
    assert telegram.chats.files[sent.photo] == hub.pictures["card"]


async def test_the_same_picture_is_uploaded_once_and_drawn_once(
    telegram: TelegramServer, channel: Channel, hub: RecordingHub
) -> None:
    for chat in (ANNA, BENCE, ANNA):
        await channel.send(outbound(to=chat, picture=CARD))
    await channel.send(outbound(picture=replace(CARD, data={"code": "K7M2-9QXA", "points": 13})))
    assert len(telegram.chats.files) == len(hub.drawn) == 2
    assert telegram.messages[ANNA][0].photo == telegram.messages[BENCE][0].photo


async def test_a_file_id_that_telegram_no_longer_knows_is_uploaded_anew(
    telegram: TelegramServer, channel: Channel
) -> None:
    await channel.send(outbound(picture=CARD))
    [known] = telegram.chats.files
    del telegram.chats.files[known]
    for _ in range(2):
        await channel.send(outbound(picture=CARD))
    assert len(telegram.chats.files) == 1
    assert {sent.photo for sent in telegram.messages[ANNA][1:]} == set(telegram.chats.files)


async def test_what_no_caption_holds_follows_as_text_with_the_buttons(
    telegram: TelegramServer, channel: Channel
) -> None:
    lines = [f"{number} 😀 stamp" for number in range(200)]
    await channel.send(outbound("\n".join(lines), buttons=(Button("Balance", "balance"),), picture=CARD))
    photo, text = telegram.messages[ANNA]
    assert photo.photo
    assert not text.photo
    assert f"{photo.text}\n{text.text}".split("\n") == lines
    assert (photo.buttons, text.buttons) == ({}, {"Balance": "balance"})


@pytest.mark.parametrize("drawn", [None, b"no picture", WIDE])
async def test_a_picture_that_cannot_be_shown_is_told_in_words(
    telegram: TelegramServer, channel: Channel, hub: RecordingHub, drawn: bytes | None
) -> None:
    hub.pictures = {"card": drawn} if drawn else {}
    await channel.send(outbound("Show this.", picture=CARD))
    await channel.send(outbound("Show this. Your card: K7M2-9QXA", picture=CARD))
    assert [(sent.text, sent.photo) for sent in telegram.messages[ANNA]] == [
        ("Show this.\n\nYour card: K7M2-9QXA", ""),
        ("Show this. Your card: K7M2-9QXA", ""),
    ]


async def test_a_picture_too_large_is_told_in_words(telegram: TelegramServer, channel: Channel) -> None:
    telegram.fail("sendPhoto", refused(413, "Request Entity Too Large"))
    await channel.send(outbound("Show this.", picture=CARD))
    [sent] = telegram.messages[ANNA]
    assert sent.text == "Show this.\n\nYour card: K7M2-9QXA"


async def test_a_gone_chat_is_not_written_to_once_more_without_the_picture(
    telegram: TelegramServer, channel: Channel
) -> None:
    telegram.block(BENCE)
    telegram.forget(ANNA)
    for chat in (BENCE, ANNA):
        with pytest.raises(AddressGone):
            await channel.send(outbound(to=chat, picture=CARD))
    assert methods(telegram) == ["sendPhoto", "sendPhoto"]


async def test_a_flood_is_no_reason_to_leave_the_picture_out(telegram: TelegramServer, channel: Channel) -> None:
    telegram.fail("sendPhoto", refused(429, "Too Many Requests: retry after 35", retry_after=35))
    with pytest.raises(RetryLater) as caught:
        await channel.send(outbound(picture=CARD))
    assert caught.value.whole_sender
    assert methods(telegram) == ["sendPhoto"]


def test_file_ids_are_kept_for_so_many_pictures_and_no_more() -> None:
    photos, cards = Photos(), [Picture("card", {"points": n}, "") for n in range(MOST + 1)]
    for card in cards:
        photos.learn(card, {"photo": [{"file_id": f"f{card.data['points']}"}]})
    assert photos.known(cards[0]) is None
    assert photos.known(cards[-1]) == f"f{MOST}"
