"""The web chat: a page with a WebSocket, needing no account anywhere."""

from bot.errors import SetupError
from channels.base import Channel
from config.settings import Settings


def from_settings(settings: Settings) -> Channel | None:
    """Always on.

    Raises:
        SetupError: when no secret key was filled in; visitors' cookies are signed with it.
    """
    if settings.secret_key is None:
        raise SetupError("the web chat signs its cookies: set REGULARS_SECRET_KEY or run `regulars init`")
    from channels.webchat.channel import WebChat

    origins = [part.strip() for part in (settings.chat_origins or "").split(",") if part.strip()]
    return WebChat(
        secret=settings.secret_key.get_secret_value(), public_url=settings.public_url, origins=tuple(origins)
    )
