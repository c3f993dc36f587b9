"""Which of the two channels of a Twilio account the settings turn on."""

from config.settings import Settings


def enabled(settings: Settings) -> tuple[str, ...]:
    """The names of the channels that are on, SMS first; none without an account."""
    if not settings.twilio_account_sid:
        return ()
    sms = settings.twilio_from or settings.twilio_messaging_service_sid
    return ("sms",) * bool(sms) + ("whatsapp",) * bool(settings.twilio_whatsapp_from)
