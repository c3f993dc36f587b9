"""Getting at what customers say: registering the webhook, or asking for updates in a long poll."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import count
from typing import Any, TypeVar

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramConflictError, TelegramRetryAfter

from channels.finishing import to_the_end
from channels.telegram.client import ALLOWED_UPDATES, LONG_POLL, TIMEOUT, FetchUpdates
from channels.telegram.errors import TOKEN_REFUSED

log = structlog.get_logger()

T = TypeVar("T")
Take = Callable[[Sequence[Any]], Awaitable[None]]

LONGEST_PAUSE = 30.0


async def learn_name(bot: Bot) -> str | None:
    """The bot's user name, which people find it by; asked for until Telegram has told."""
    return (await _persist("telegram_name_not_told", bot.get_me)).username


async def listen_by_webhook(bot: Bot, url: str, secret: str) -> None:
    """Tell Telegram where to send updates, again and again until it has understood."""
    register = partial(bot.set_webhook, url, secret_token=secret, allowed_updates=ALLOWED_UPDATES)
    await _persist("telegram_webhook_not_set", register)
    log.info("telegram_webhook_set")


async def listen_by_polling(bot: Bot, take: Take) -> None:
    """Fetch updates for ever and hand them to ``take``; ends only by being cancelled."""
    await _persist("telegram_webhook_not_deleted", bot.delete_webhook)
    offset: int | None = None
    while True:
        offset = await _persist("telegram_polling_failed", partial(_round, bot, take, offset))


async def _round(bot: Bot, take: Take, offset: int | None) -> int | None:
    """One batch. The offset that acknowledges it is given back only after it was taken."""
    updates = await bot(FetchUpdates(offset=offset), request_timeout=LONG_POLL + int(TIMEOUT))
    if not updates:
        return offset
    await to_the_end(take(updates))
    return int(updates[-1]["update_id"]) + 1


async def _persist(event: str, step: Callable[[], Awaitable[T]]) -> T:
    """The step's answer, tried until it succeeds: a listener that ends would leave a deaf bot behind."""
    for attempt in count():
        pause = min(LONGEST_PAUSE, 0.1 * 3.0 ** min(attempt, 6))
        try:
            return await step()
        except TelegramRetryAfter as error:
            pause = float(error.retry_after)
            log.warning(event, error="TelegramRetryAfter", retry_in=pause)
        except AiogramError as error:
            # By name only: the text of a network error may hold the URL, and so the token.
            log.error(event, error=type(error).__name__, hint=_hint(error), retry_in=pause)
        except Exception:
            log.exception(event, retry_in=pause)
        await asyncio.sleep(pause)
    raise AssertionError("count() does not end")


def _hint(error: AiogramError) -> str:
    if isinstance(error, TelegramConflictError):
        return "another process fetches this bot's updates; let only one do so"
    if isinstance(error, TOKEN_REFUSED):
        return "check REGULARS_TELEGRAM_TOKEN with @BotFather"
    return error.message if isinstance(error, TelegramBadRequest) else ""
