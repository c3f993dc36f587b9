"""A channel made up for ``docs/adding-a-channel.md``: a noticeboard, where each customer has a board of their own."""

from pydantic import SecretStr

from bot.errors import SetupError
from channels.base import Channel
from config.settings import Settings


class BoardSettings(Settings):
    """The settings with two more; those of a channel that is to stay are in ``config/settings.py`` itself."""

    noticeboard_url: str | None = None
    noticeboard_key: SecretStr | None = None


def from_settings(settings: BoardSettings) -> Channel | None:
    """The channel, or None when it is off.

    Raises:
        SetupError: it is half set up.
    """
    if settings.noticeboard_url is None:
        return None
    if settings.noticeboard_key is None:
        raise SetupError("REGULARS_NOTICEBOARD_KEY is missing; set it, or clear REGULARS_NOTICEBOARD_URL")
    from tests.channels.noticeboard.channel import Noticeboard

    return Noticeboard(settings.noticeboard_url, settings.noticeboard_key.get_secret_value())
