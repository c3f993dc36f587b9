"""In a group nothing personal is said: whoever names the bot is shown the way to a chat of their own."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.clock import Clock, system_clock
from channels.telegram.channel import TelegramChannel
from channels.telegram.groups import PAUSE, Called, calls
from tests.channels.telegram_world import ANNA, SECRET, RecordingHub
from tests.fakes import telegram_updates as updates
from tests.fakes.telegram import TOKEN, TelegramServer
from tests.fakes.telegram_replies import refused

GROUP = -1001234567890


def said(text: str, kind: str = "supergroup", **person: Any) -> dict[str, Any]:
    message = updates.message(ANNA, 5, 1_800_000_000, person, text=text)
    return {"update_id": 1, "message": message | {"chat": {"id": GROUP, "type": kind, "title": "Coffee lovers"}}}


def opened(telegram: TelegramServer, clock: Clock = system_clock) -> TelegramChannel:
    """A channel that has learnt its bot's name already."""
    channel = TelegramChannel(token=TOKEN, secret=SECRET, rate=25, api_url=telegram.url, clock=clock)
    channel.contact = "shop_bot"
    return channel


def test_only_commands_that_name_the_bot_are_ours() -> None:
    called = [Called(str(GROUP), 5, "hu")]
    assert list(calls([said("/balance@shop_bot", language_code="hu")], "Shop_Bot")) == called
    for other in ("/balance", "balance", "/balance@other_bot", "hi @shop_bot", "/balance@shop_bots"):
        assert list(calls([said(other)], "shop_bot")) == []
    assert list(calls([said("/balance@shop_bot", kind="private")], "shop_bot")) == []
    assert list(calls([said("/balance@shop_bot", is_bot=True)], "shop_bot")) == []
    assert list(calls([None, {"message": 7}, {"message": {"text": 7}}], "shop_bot")) == []


async def test_the_balance_stays_out_of_the_group_and_a_button_leads_to_the_bot(telegram: TelegramServer) -> None:
    hub = RecordingHub()
    channel = opened(telegram)
    await channel.start(hub, listen=True)
    telegram.tells("message", said("/start@shop_bot join_HQ", language_code="hu")["message"])
    [sent] = await telegram.sent(1)
    await channel.close()
    assert sent.chat_id == GROUP
    assert sent.text == "Pontokról és kártyákról csak négyszemközt beszélek. Írj nekem ott."
    assert sent.buttons == {"Irány a privát csevegés": "https://t.me/shop_bot?start=join_HQ"}
    [call] = await telegram.called("sendMessage")
    assert json.loads(call["reply_parameters"])["message_id"] == 5
    assert hub.offered == []


async def test_a_group_is_not_flooded_and_a_refusal_harms_nobody(telegram: TelegramServer) -> None:
    now = [datetime(2027, 1, 15, 8, 0, tzinfo=UTC)]
    hub = RecordingHub()
    channel = opened(telegram, clock=lambda: now[0])
    telegram.fail("sendMessage", refused(403, "Forbidden: bot was kicked from the supergroup chat"))
    await channel.start(hub, listen=True)
    for seconds in (0.0, 1.0, PAUSE):
        now[0] += timedelta(seconds=seconds)
        telegram.tells("message", said("/balance@shop_bot")["message"])
        await telegram.acknowledged()
    await telegram.called("sendMessage", 2)
    await channel.close()
    assert len(await telegram.called("sendMessage")) == 2
