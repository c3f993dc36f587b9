"""Telegram: a bot that customers write to, by long polling or by webhook."""

import hashlib
import hmac

from bot.errors import SetupError
from channels.base import Channel
from config.settings import Settings


def from_settings(settings: Settings) -> Channel | None:
    """The channel, or None when no bot token is set. Its library costs seconds, so it loads only here.

    Raises:
        SetupError: the token is none, or there is nothing to make the webhook's secret from.
    """
    if settings.telegram_token is None:
        return None
    from channels.telegram.channel import TelegramChannel

    return TelegramChannel(
        token=settings.telegram_token.get_secret_value(),
        secret=webhook_secret(settings),
        rate=settings.telegram_rate,
        api_url=settings.telegram_api_url,
        webhook_url=_webhook_url(settings) if settings.telegram_mode == "webhook" else None,
    )


def webhook_secret(settings: Settings) -> str:
    """What Telegram has to show with every update: as set, or derived so that every process knows the same."""
    if settings.telegram_webhook_secret is not None:
        return settings.telegram_webhook_secret.get_secret_value()
    if settings.secret_key is None:
        raise SetupError("set REGULARS_SECRET_KEY or REGULARS_TELEGRAM_WEBHOOK_SECRET")
    key = settings.secret_key.get_secret_value().encode()
    return hmac.new(key, b"telegram-webhook", hashlib.sha256).hexdigest()


def _webhook_url(settings: Settings) -> str:
    return settings.public_url.rstrip("/") + "/webhooks/telegram"
