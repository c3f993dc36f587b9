"""SMS by Twilio. A folder for all that Twilio carries: another of its channels shares the client and the errors."""

from channels.base import Channel
from config.settings import Settings


def from_settings(settings: Settings) -> Channel | None:
    """The SMS channel, None when no Twilio account is set."""
    if not settings.twilio_account_sid:
        return None
    from channels.twilio.channel import SmsChannel

    return SmsChannel(settings)
