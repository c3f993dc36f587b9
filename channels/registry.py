"""Which channels exist: one line each. A channel's libraries load only when it is on."""

from channels import email, telegram, twilio, webchat
from channels.base import Channel
from config.settings import Settings

FACTORIES = (
    telegram.from_settings,
    twilio.sms_from_settings,
    twilio.whatsapp_from_settings,
    email.from_settings,
    webchat.from_settings,
)


def open_channels(settings: Settings) -> dict[str, Channel]:
    """The channels that the settings turn on, by name."""
    opened = [channel for factory in FACTORIES if (channel := factory(settings)) is not None]
    return {channel.name: channel for channel in opened}
