"""Which of the two channels of a Twilio account the settings turn on, and who answers the carriers' words."""

import re

from config.settings import Settings

_SHORT_CODE = re.compile(r"\d{3,8}")


def enabled(settings: Settings) -> tuple[str, ...]:
    """The names of the channels that are on, SMS first; none without an account."""
    if not settings.twilio_account_sid:
        return ()
    sms = settings.twilio_from or settings.twilio_messaging_service_sid
    return ("sms",) * bool(sms) + ("whatsapp",) * bool(settings.twilio_whatsapp_from)


def twilio_listens(settings: Settings) -> bool:
    """Whether Twilio answers STOP, START and HELP by text message itself: not for a short code outside a service."""
    if settings.sms_keywords:
        return settings.sms_keywords == "twilio"
    alone = settings.twilio_from if not settings.twilio_messaging_service_sid else None
    return not _SHORT_CODE.fullmatch(alone or "")
