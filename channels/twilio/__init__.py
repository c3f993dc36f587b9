"""SMS and WhatsApp by Twilio: two channels that share the account, the client, the webhooks and the errors."""

from channels.base import Channel
from config.settings import Settings


def channels_on(settings: Settings) -> tuple[str, ...]:
    """Which of the two the settings turn on."""
    if not settings.twilio_account_sid:
        return ()
    sms = settings.twilio_from or settings.twilio_messaging_service_sid
    return ("sms",) * bool(sms) + ("whatsapp",) * bool(settings.twilio_whatsapp_from)


def sms_from_settings(settings: Settings) -> Channel | None:
    """The SMS channel, None when no Twilio account or no sender of text messages is set."""
    if "sms" not in channels_on(settings):
        return None
    from channels.twilio.channel import SmsChannel

    return SmsChannel(settings)


def whatsapp_from_settings(settings: Settings) -> Channel | None:
    """The WhatsApp channel, None when no Twilio account or no WhatsApp number is set."""
    if "whatsapp" not in channels_on(settings):
        return None
    from channels.twilio.channel import WhatsAppChannel

    return WhatsAppChannel(settings)
