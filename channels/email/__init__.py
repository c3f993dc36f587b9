"""E-mail: out by SMTP; in by ``POST /webhooks/email``, an SMTP or LMTP listener of our own, or an IMAP mailbox."""

from channels.base import Channel
from config.settings import Settings


def from_settings(settings: Settings) -> Channel | None:
    """The e-mail channel, or None when it is off.

    Raises:
        SetupError: a setting is wrong; names it and the fix.
    """
    if settings.smtp_url is None:
        return None
    from channels.email.channel import EmailChannel
    from channels.email.options import read_options

    return EmailChannel(read_options(settings))
