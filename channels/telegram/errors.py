"""Telegram's refusals, translated once into what to do next.

Reasons are our own words or Telegram's description, never aiogram's message: that one names the chat and,
for a network error, may carry the URL with the token in it.
"""

import structlog
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError

from bot.errors import AddressGone, Rejected, RetryLater, SendError

log = structlog.get_logger()

TOKEN_REFUSED = (TelegramUnauthorizedError, TelegramNotFound)
"""Telegram knows no such bot: 401 for a revoked token, 404 for one that never was."""
TOKEN_PAUSE = 300.0
"""Seconds to wait before a refused token is tried again."""
_NOBODY_THERE = ("chat not found", "user not found", "peer_id_invalid")
_AS_IT_WAS = "message is not modified"
_TOPIC_GONE = ("message thread not found", "topic_deleted", "topic_closed")


def refusal(error: AiogramError) -> SendError:
    """What a failed send means for the outbox.

    A message may have been taken though no answer came: such an error has the code ``unknown`` and is
    still "retry later", since an answer said twice does less harm than one never said.
    """
    if isinstance(error, TelegramRetryAfter):
        return RetryLater("flood control", after=float(error.retry_after), code="429", whole_sender=True)
    if isinstance(error, TOKEN_REFUSED):
        log.error("telegram_token_refused", hint="check REGULARS_TELEGRAM_TOKEN with @BotFather")
        return RetryLater("Telegram refuses the bot's token", after=TOKEN_PAUSE, code="401", whole_sender=True)
    if isinstance(error, TelegramForbiddenError):
        return AddressGone(error.message, code="403")
    if isinstance(error, TelegramBadRequest):
        if nobody_there(error):
            return AddressGone(error.message, code="400")
        return Rejected(error.message, code="400")
    if isinstance(error, TelegramEntityTooLarge):
        return Rejected("too large for Telegram", code="413")
    if isinstance(error, TelegramServerError):
        return RetryLater("Telegram has a fault", code="5xx")
    return RetryLater("no answer from Telegram", code="unreachable" if _never_left(error) else "unknown")


def nobody_there(error: TelegramBadRequest) -> bool:
    """Whether there is no such chat; whatever else is tried there, it fails too."""
    return any(words in error.message.lower() for words in _NOBODY_THERE)


def topic_gone(error: TelegramBadRequest) -> bool:
    """Whether the topic is no more that a message was meant for; the chat may well be."""
    return any(words in error.message.lower() for words in _TOPIC_GONE)


def as_it_was(error: TelegramBadRequest) -> bool:
    """Whether an edit was refused because the message shows that already (a button pressed twice)."""
    return _AS_IT_WAS in error.message.lower()


def _never_left(error: AiogramError) -> bool:
    return isinstance(error, TelegramNetworkError) and isinstance(error.__cause__, ClientConnectorError)
