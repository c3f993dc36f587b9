"""Long polling with the real client against a Bot API server: nothing acknowledged is lost."""

import asyncio
import gc
import warnings

import pytest
from structlog.testing import capture_logs

from bot.messages import InboundKind
from channels.telegram.client import open_bot
from channels.telegram.listening import learn_name
from tests.channels.telegram_world import ANNA, BENCE, RecordingHub, listening, open_channel, outbound
from tests.fakes.telegram import TOKEN, TelegramServer
from tests.fakes.telegram_replies import refused


async def test_what_anna_says_arrives_and_is_answered(telegram: TelegramServer) -> None:
    hub = RecordingHub()
    async with listening(telegram.url, hub) as channel:
        telegram.says(ANNA, "balance", first_name="Anna", last_name="Kis", language_code="hu")
        await hub.until(lambda: len(hub.taken) == 1)
        [said] = hub.taken
        assert (said.channel, said.address, said.text) == ("telegram", str(ANNA), "balance")
        assert (said.name, said.locale) == ("Anna Kis", "hu")
        await channel.send(outbound("12 beans"))
        assert [sent.text for sent in await telegram.sent(1)] == ["12 beans"]


async def test_the_offset_moves_only_after_the_hub_has_taken_the_batch(telegram: TelegramServer) -> None:
    hub = RecordingHub()
    hub.gate.clear()
    async with listening(telegram.url, hub):
        update = telegram.says(ANNA, "balance")
        await hub.until(lambda: len(hub.offered) == 1)
        assert telegram.pending == [update]
        hub.gate.set()
        await telegram.acknowledged()
    assert len(hub.taken) == 1


async def test_a_failing_receive_gets_the_same_update_again(telegram: TelegramServer) -> None:
    hub = RecordingHub(failures=2)
    async with listening(telegram.url, hub):
        telegram.says(ANNA, "balance")
        await telegram.acknowledged()
    assert [batch[0].id for batch in hub.offered] == [hub.taken[0].id] * 3
    assert len(hub.taken) == 1


async def test_ids_that_start_anew_lower_down_are_followed_there(telegram: TelegramServer) -> None:
    hub = RecordingHub()
    async with listening(telegram.url, hub):
        telegram.says(ANNA, "balance")
        await telegram.acknowledged()
        telegram.restart_ids(77)
        telegram.says(ANNA, "rewards")
        telegram.says(BENCE, "help")
        await telegram.acknowledged()
    assert [said.text for said in hub.taken] == ["balance", "rewards", "help"]


async def test_the_bot_learns_the_name_that_people_find_it_by(telegram: TelegramServer) -> None:
    telegram.fail("getMe", refused(500, "Internal Server Error"))
    async with open_bot(TOKEN, telegram.url) as bot:
        assert await learn_name(bot) == "shop_bot"


async def test_polling_takes_the_bot_back_from_a_webhook(telegram: TelegramServer) -> None:
    telegram.webhook = {"url": "https://elsewhere.example/"}
    hub = RecordingHub()
    async with listening(telegram.url, hub):
        telegram.says(ANNA, "balance")
        await hub.until(lambda: len(hub.taken) == 1)
    assert telegram.webhook == {}


async def test_polling_outlives_a_broken_server(telegram: TelegramServer) -> None:
    telegram.fail("getUpdates", refused(500, "Internal Server Error"), refused(502, "Bad Gateway"))
    telegram.fail("deleteWebhook", refused(500, "Internal Server Error"))
    hub = RecordingHub()
    async with listening(telegram.url, hub):
        telegram.says(ANNA, "balance")
        await hub.until(lambda: len(hub.taken) == 1)


async def test_polling_begins_when_telegram_comes_back() -> None:
    async with TelegramServer() as gone:
        url = gone.url
    hub = RecordingHub()
    async with listening(url, hub):
        async with TelegramServer(port=int(url.rsplit(":", 1)[1])) as telegram:
            telegram.says(ANNA, "balance")
            await hub.until(lambda: len(hub.taken) == 1)


async def test_a_second_poller_is_named_in_the_log(telegram: TelegramServer) -> None:
    telegram.fail("getUpdates", refused(409, "Conflict: terminated by other getUpdates request"))
    hub = RecordingHub()
    with capture_logs() as logs:
        async with listening(telegram.url, hub):
            telegram.says(ANNA, "balance")
            await hub.until(lambda: len(hub.taken) == 1)
    [conflict] = [entry for entry in logs if entry.get("error") == "TelegramConflictError"]
    assert "another process" in conflict["hint"]


async def test_a_pressed_button_says_its_data_and_stops_spinning(telegram: TelegramServer) -> None:
    hub = RecordingHub()
    async with listening(telegram.url, hub):
        telegram.press(ANNA, "redeem 2")
        [answer] = await telegram.called("answerCallbackQuery")
    [said] = hub.taken
    assert said.text == "redeem 2"
    assert said.id == f"callback:{answer['callback_query_id']}"


async def test_a_query_too_old_to_answer_harms_nobody(telegram: TelegramServer) -> None:
    telegram.fail("answerCallbackQuery", refused(400, "Bad Request: query is too old and response timeout expired"))
    hub = RecordingHub()
    async with listening(telegram.url, hub):
        telegram.press(ANNA, "redeem 2")
        await telegram.called("answerCallbackQuery")
        telegram.says(ANNA, "balance")
        await hub.until(lambda: len(hub.taken) == 2)


async def test_blocking_and_unblocking_are_told(telegram: TelegramServer) -> None:
    hub = RecordingHub()
    async with listening(telegram.url, hub):
        telegram.block(BENCE)
        telegram.unblock(BENCE)
        await telegram.acknowledged()
    assert [(said.address, said.kind) for said in hub.taken] == [
        (str(BENCE), InboundKind.STOPPED),
        (str(BENCE), InboundKind.RESUMED),
    ]


async def test_closing_does_not_wait_for_the_long_poll_and_leaves_no_session_open(telegram: TelegramServer) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        channel = open_channel(telegram.url)
        await channel.start(RecordingHub(), listen=True)
        await telegram.called("getUpdates")
        async with asyncio.timeout(20):
            await channel.close()
        del channel
        gc.collect()
    assert [str(warning.message) for warning in caught if issubclass(warning.category, ResourceWarning)] == []


async def test_closing_lets_a_commit_that_has_begun_finish(telegram: TelegramServer) -> None:
    hub = RecordingHub()
    hub.gate.clear()
    channel = open_channel(telegram.url)
    await channel.start(hub, listen=True)
    telegram.says(ANNA, "balance")
    await hub.until(lambda: len(hub.offered) == 1)
    closing = asyncio.create_task(channel.close())
    await asyncio.sleep(0)
    hub.gate.set()
    await closing
    assert len(hub.taken) == 1


async def test_without_listen_nothing_is_fetched(telegram: TelegramServer) -> None:
    hub = RecordingHub()
    channel = open_channel(telegram.url)
    await channel.start(hub, listen=False)
    await channel.send(outbound())
    await channel.close()
    assert [method for method, _ in telegram.calls] == ["sendMessage"]


async def test_the_log_never_shows_the_token_when_telegram_is_out_of_reach() -> None:
    async with TelegramServer() as gone:
        url = gone.url
    with capture_logs() as logs:
        channel = open_channel(url)
        await channel.start(RecordingHub(), listen=True)
        with pytest.raises(Exception, match="no answer") as refusal:
            await channel.send(outbound())
        await channel.close()
    assert TOKEN not in f"{logs} {refusal.value!r}"
