"""Telegram: a bot that customers write to, by long polling or by webhook."""

import hashlib
import hmac
import re
from urllib.parse import urlsplit

from bot.errors import SetupError
from channels.base import Channel
from config.settings import Settings

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_PORTS = (443, 80, 88, 8443)


def from_settings(settings: Settings) -> Channel | None:
    """The channel, or None when no bot token is set. Its library costs seconds, so it loads only here.

    Raises:
        SetupError: the token is none, there is nothing to make the webhook's secret from, or Telegram takes no such
            webhook (core.telegram.org/bots/api#setwebhook).
    """
    if settings.telegram_token is None:
        return None
    from channels.telegram.channel import TelegramChannel

    secret = webhook_secret(settings)
    return TelegramChannel(
        token=settings.telegram_token.get_secret_value(),
        secret=secret,
        rate=settings.telegram_rate,
        api_url=settings.telegram_api_url,
        webhook_url=_webhook_url(settings, secret) if settings.telegram_mode == "webhook" else None,
    )


def webhook_secret(settings: Settings) -> str:
    """What Telegram has to show with every update: as set, or derived so that every process knows the same."""
    if settings.telegram_webhook_secret is not None:
        return settings.telegram_webhook_secret.get_secret_value()
    if settings.secret_key is None:
        raise SetupError("set REGULARS_SECRET_KEY or REGULARS_TELEGRAM_WEBHOOK_SECRET")
    key = settings.secret_key.get_secret_value().encode()
    return hmac.new(key, b"telegram-webhook", hashlib.sha256).hexdigest()


def _webhook_url(settings: Settings, secret: str) -> str:
    if not _SECRET.fullmatch(secret):
        raise SetupError("REGULARS_TELEGRAM_WEBHOOK_SECRET may hold only A to Z, a to z, 0 to 9, _ and -, 256 at most")
    url = urlsplit(settings.public_url)
    # A Bot API server of one's own takes any address.
    if settings.telegram_api_url is None and (url.scheme != "https" or (url.port or 443) not in _PORTS):
        raise SetupError(
            "REGULARS_TELEGRAM_MODE=webhook needs a REGULARS_PUBLIC_URL of https on port 443, 80, 88 or 8443"
        )
    return settings.public_url.rstrip("/") + "/webhooks/telegram"
