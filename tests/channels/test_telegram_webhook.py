"""The webhook: verified before parsed, acknowledged after the commit."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from bot.errors import SetupError
from bot.messages import InboundKind
from channels.base import Channel
from channels.telegram import from_settings, webhook_secret
from channels.telegram.channel import LARGEST_UPDATE, PATH
from config.settings import read_settings
from tests.channels.telegram_world import ANNA, SECRET, RecordingHub, listening, open_channel, post, webhook
from tests.fakes.telegram import TOKEN, TelegramServer

SAMPLES = Path(__file__).parents[1] / "samples"
START = (SAMPLES / "telegram-update-start-deeplink.json").read_bytes()


@pytest.mark.parametrize("shown", [None, "", "wrong", SECRET[:-1], SECRET + "x", "né"])
async def test_a_missing_or_wrong_secret_gets_403_and_changes_nothing(
    telegram: TelegramServer, shown: str | None
) -> None:
    hub = RecordingHub()
    async with webhook(telegram.url, hub) as client:
        assert await post(client, START, secret=shown) == 403
        assert await post(client, b"{not json", secret=shown) == 403
    assert hub.offered == []


async def test_a_signed_update_is_answered_once_it_is_committed(telegram: TelegramServer) -> None:
    hub = RecordingHub()
    async with webhook(telegram.url, hub) as client:
        assert await post(client, START) == 200
    [said] = hub.taken
    assert (said.address, said.text, said.kind) == (str(ANNA), "/start ref_c42-AbC", InboundKind.TEXT)


async def test_what_could_not_be_committed_is_a_500_and_taken_when_it_is_told_again(telegram: TelegramServer) -> None:
    hub = RecordingHub(failures=1)
    async with webhook(telegram.url, hub) as client:
        assert await post(client, START) == 500
        assert hub.taken == []
        assert await post(client, START) == 200
    assert [batch[0].id for batch in hub.offered] == [hub.taken[0].id] * 2


@pytest.mark.parametrize(
    "junk", [b"", b"{", b"\xff", b"[]", b'"text"', b"7", b"null", b'{"update_id": 1, "message": 5}']
)
async def test_signed_junk_gets_200_since_telegram_would_repeat_it_for_a_day(
    telegram: TelegramServer, junk: bytes
) -> None:
    hub = RecordingHub()
    with capture_logs() as logs:
        async with webhook(telegram.url, hub) as client:
            assert await post(client, junk) == 200
    assert hub.offered == []
    assert [entry["event"] for entry in logs if entry["log_level"] == "warning"]


async def test_a_body_too_large_is_not_read_to_its_end(telegram: TelegramServer) -> None:
    hub = RecordingHub()
    async with webhook(telegram.url, hub) as client:
        assert await post(client, b" " * (LARGEST_UPDATE + 1)) == 200
        assert await post(client, b" " * (LARGEST_UPDATE + 1), secret="wrong") == 403
        assert await post(client, START + b" " * (LARGEST_UPDATE - len(START))) == 200
    assert len(hub.taken) == 1


async def test_a_pressed_button_is_answered_after_the_commit(telegram: TelegramServer) -> None:
    hub = RecordingHub()
    async with webhook(telegram.url, hub) as client:
        assert await post(client, (SAMPLES / "telegram-update-callback.json").read_bytes()) == 200
        await telegram.called("answerCallbackQuery")
    assert telegram.answered == ["4382bfdwdsb323b2d9"]
    assert [said.text for said in hub.taken] == ["spin:1"]


async def test_telegram_delivers_to_the_webhook_that_start_registered(telegram: TelegramServer) -> None:
    hub = RecordingHub(failures=1)
    channels: list[Channel] = []

    async def forward(request: web.Request) -> web.StreamResponse:
        [route] = channels[0].routes()
        return await route.handler(request)

    app = web.Application()
    app.router.add_post(PATH, forward)
    async with TestServer(app) as server:
        address = str(server.make_url("/"))
        async with listening(telegram.url, hub, telegram_mode="webhook", public_url=address) as channel:
            channels.append(channel)
            telegram.says(ANNA, "/balance")
            await telegram.acknowledged()
    assert telegram.webhook_answers == [500, 200]
    assert [said.text for said in hub.taken] == ["balance"]
    assert orjson.loads(telegram.webhook["allowed_updates"]) == ["message", "callback_query", "my_chat_member"]


def test_the_secret_is_derived_from_the_key_unless_it_is_set() -> None:
    derived = webhook_secret(read_settings(telegram_token=TOKEN, secret_key="key"))
    assert len(derived) == 64
    assert derived == webhook_secret(read_settings(telegram_token=TOKEN, secret_key="key"))
    assert derived != webhook_secret(read_settings(telegram_token=TOKEN, secret_key="another"))
    assert webhook_secret(read_settings(telegram_token=TOKEN, telegram_webhook_secret=SECRET)) == SECRET


def test_without_any_key_the_channel_refuses_to_open_rather_than_believe_everybody() -> None:
    with pytest.raises(SetupError, match="REGULARS_SECRET_KEY"):
        from_settings(read_settings(telegram_token=TOKEN))


def test_a_token_that_is_none_is_named_by_its_setting_and_not_shown() -> None:
    with pytest.raises(SetupError, match="REGULARS_TELEGRAM_TOKEN") as fault:
        from_settings(read_settings(telegram_token="hunter2", secret_key="key"))
    assert "hunter2" not in str(fault.value)


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({"public_url": "http://beans.example"}, "REGULARS_PUBLIC_URL"),
        ({"public_url": "https://beans.example:8080"}, "REGULARS_PUBLIC_URL"),
        (
            {"public_url": "https://beans.example", "telegram_webhook_secret": "hunter 2"},
            "REGULARS_TELEGRAM_WEBHOOK_SECRET",
        ),
    ],
)
def test_a_webhook_that_telegram_would_refuse_is_a_fault_at_the_start(told: dict[str, str], named: str) -> None:
    base: dict[str, Any] = {"telegram_token": TOKEN, "secret_key": "key", "telegram_mode": "webhook"}
    with pytest.raises(SetupError, match=named) as fault:
        from_settings(read_settings(**base | told))
    assert "hunter" not in str(fault.value)
    assert from_settings(read_settings(**base | {"public_url": "https://beans.example:8443"})) is not None
    assert from_settings(read_settings(**base | told | {"telegram_mode": "polling"})) is not None


def test_without_a_token_the_channel_is_off() -> None:
    assert from_settings(read_settings(secret_key="key")) is None


def test_the_sender_names_the_bot_and_not_the_token() -> None:
    channel = open_channel("http://127.0.0.1:9", telegram_rate=7)
    assert (channel.name, channel.sender, channel.rate) == ("telegram", "telegram:123456", 7)
