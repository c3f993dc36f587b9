"""SMS and WhatsApp by Twilio: two channels that share the account, the client, the webhooks and the errors."""

from channels.base import Channel
from channels.twilio.enabled import enabled
from config.settings import Settings


def sms_from_settings(settings: Settings) -> Channel | None:
    """The SMS channel, None when no Twilio account or no sender of text messages is set."""
    if "sms" not in enabled(settings):
        return None
    from channels.twilio.channel import SmsChannel

    return SmsChannel(settings)


def whatsapp_from_settings(settings: Settings) -> Channel | None:
    """The WhatsApp channel, None when no Twilio account or no WhatsApp number is set."""
    if "whatsapp" not in enabled(settings):
        return None
    from channels.twilio.channel import WhatsAppChannel

    return WhatsAppChannel(settings)
