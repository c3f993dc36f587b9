"""The command menu in every language, by Telegram's two-letter codes."""

import pytest
from structlog.testing import capture_logs

from bot.conversation.intents import read
from bot.wording import languages, texts
from tests.channels.telegram_world import ANNA, BENCE, RecordingHub, listening
from tests.fakes.telegram import TelegramServer
from tests.fakes.telegram_replies import refused

PRIVATE = "all_private_chats"


def shown(telegram: TelegramServer, scope: str, code: str = "") -> dict[str, str]:
    return {one["command"]: one["description"] for one in telegram.commands[scope, code]}


async def test_every_language_has_its_menu_in_private_chats_and_chinese_the_simplified_one(
    telegram: TelegramServer,
) -> None:
    async with listening(telegram.url, RecordingHub()):
        await telegram.called("setMyCommands", 4)
    assert {code for _, code in telegram.commands} == {"", "hu", "ms", "zh"}
    for code, language in {"": "en", "hu": "hu", "ms": "ms", "zh": "zh-Hans"}.items():
        assert shown(telegram, PRIVATE, code) == texts("menu", language)


async def test_who_reads_traditional_characters_gets_their_menu_in_their_own_chat(telegram: TelegramServer) -> None:
    async with listening(telegram.url, RecordingHub()):
        telegram.says(ANNA, "/start r_K7M2-9QXA", language_code="zh-hant")
        telegram.says(BENCE, "/start", language_code="hu")
        await telegram.until(lambda: (str(ANNA), "") in telegram.commands)
        await telegram.called("setMyCommands", 5)
    assert shown(telegram, str(ANNA)) == texts("menu", "zh-Hant")
    assert (str(BENCE), "") not in telegram.commands


async def test_a_menu_that_cannot_be_set_is_only_logged(telegram: TelegramServer) -> None:
    telegram.fail("setMyCommands", refused(500, "Internal Server Error"), refused(400, "Bad Request"))
    hub = RecordingHub()
    with capture_logs() as logs:
        async with listening(telegram.url, hub):
            await telegram.called("setMyCommands", 4)
            telegram.says(ANNA, "balance")
            await hub.until(lambda: len(hub.taken) == 1)
    assert {entry["language"] for entry in logs if entry["event"] == "telegram_commands_not_set"} == {"default", "hu"}


@pytest.mark.parametrize("language", languages())
def test_every_command_of_the_menu_is_understood_and_explained_once(language: str) -> None:
    menu = texts("menu", language)
    meant = {command: read(f"/{command}", language, (language,)).name for command in menu}
    assert meant == {command: command for command in menu}
    assert len(set(menu.values())) == len(menu)
