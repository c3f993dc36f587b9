"""The bot's command menu. The words themselves are the core's; here they only get a line of explanation."""

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import BotCommand

log = structlog.get_logger()

DEFAULT_LANGUAGE = "en"
DESCRIPTIONS = {
    "start": {"en": "Join or begin again", "hu": "Csatlakozás vagy újrakezdés"},
    "balance": {"en": "Your points and stamps", "hu": "Pontjaid és pecsétjeid"},
    "rewards": {"en": "What you can get", "hu": "Mit kaphatsz"},
    "redeem": {"en": "Use your points", "hu": "Pontok beváltása"},
    "card": {"en": "Your card for the counter", "hu": "Kártyád a pulthoz"},
    "tier": {"en": "Your tier and what it brings", "hu": "Szinted, és mit ad"},
    "history": {"en": "Where your points came from", "hu": "Honnan vannak a pontjaid"},
    "challenges": {"en": "Challenges and your progress", "hu": "Kihívások és hol tartasz"},
    "badges": {"en": "Your badges", "hu": "Jelvényeid"},
    "invite": {"en": "Bring a friend", "hu": "Hívd meg egy barátod"},
    "gift": {"en": "Give points to somebody", "hu": "Adj pontot valakinek"},
    "how": {"en": "How it works", "hu": "Hogyan működik"},
    "language": {"en": "Choose your language", "hu": "Nyelv kiválasztása"},
    "stop": {"en": "No more messages", "hu": "Ne jöjjön több üzenet"},
    "help": {"en": "What you can ask", "hu": "Mit kérdezhetsz"},
}


async def publish_commands(bot: Bot) -> None:
    """Set the menu in every language of the table; without it the bot still works, so a failure is only logged."""
    for language in next(iter(DESCRIPTIONS.values())):
        menu = [BotCommand(command=name, description=lines[language]) for name, lines in DESCRIPTIONS.items()]
        try:
            await bot.set_my_commands(menu, language_code=None if language == DEFAULT_LANGUAGE else language)
        except AiogramError as error:
            log.warning("telegram_commands_not_set", language=language, error=type(error).__name__)
