"""The bot's command menu in every language: core.telegram.org/bots/api#setmycommands.

Its words are the catalogues' (context ``menu``). Telegram knows languages by two letters only: of two scripts of
one language the first gets the menu, and who uses another is given theirs in their own chat, once they press Start.
"""

from collections.abc import Mapping

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat, BotCommandScopeUnion

from channels.base import Hub

log = structlog.get_logger()

CONTEXT = "menu"


async def publish_commands(bot: Bot, hub: Hub) -> None:
    """Set the menu of private chats; without it the bot still works, so a failure is only logged."""
    for code, language in _languages(hub).items():
        await _publish(bot, hub.texts(CONTEXT, language), BotCommandScopeAllPrivateChats(), code)


async def publish_for(bot: Bot, hub: Hub, chat: str, locale: str) -> None:
    """Set the menu of one chat, if the person's language (as their Telegram tells it) is not the one published."""
    published = _languages(hub).get(_code(locale))
    if published is None:
        return
    own = hub.texts(CONTEXT, locale)
    if own != hub.texts(CONTEXT, published):
        await _publish(bot, own, BotCommandScopeChat(chat_id=int(chat)))


def _languages(hub: Hub) -> dict[str | None, str]:
    """Which language stands for each two-letter code; English, the first, for whatever has none."""
    default, *others = hub.languages()
    codes: dict[str | None, str] = {None: default}
    for language in others:
        codes.setdefault(_code(language), language)
    return codes


def _code(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()


async def _publish(bot: Bot, menu: Mapping[str, str], scope: BotCommandScopeUnion, code: str | None = None) -> None:
    lines = [BotCommand(command=name, description=line) for name, line in menu.items()]
    try:
        await bot.set_my_commands(lines, scope=scope, language_code=code)
    except AiogramError as error:
        log.warning("telegram_commands_not_set", language=code or "default", error=type(error).__name__)
