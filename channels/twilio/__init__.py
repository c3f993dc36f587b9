"""SMS and WhatsApp by Twilio: two channels that share the account, the client, the webhooks and the errors."""

from channels.base import Channel
from config.settings import Settings


def sms_from_settings(settings: Settings) -> Channel | None:
    """The SMS channel, None when no Twilio account or no sender of text messages is set."""
    if not settings.twilio_account_sid or not (settings.twilio_from or settings.twilio_messaging_service_sid):
        return None
    from channels.twilio.channel import SmsChannel

    return SmsChannel(settings)


def whatsapp_from_settings(settings: Settings) -> Channel | None:
    """The WhatsApp channel, None when no Twilio account or no WhatsApp number is set."""
    if not settings.twilio_account_sid or not settings.twilio_whatsapp_from:
        return None
    from channels.twilio.channel import WhatsAppChannel

    return WhatsAppChannel(settings)
