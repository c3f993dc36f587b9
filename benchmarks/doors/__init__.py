"""Channels from outside, for measuring: their customers, and their provider on this machine, in this process."""

from collections.abc import Callable, Mapping

from benchmarks.doors.door import Door
from benchmarks.doors.mail import Mail
from benchmarks.doors.telegram import Telegram
from benchmarks.doors.twilio import Sms, WhatsApp
from benchmarks.doors.webchat import WebChat

DOORS: Mapping[str, Callable[[], Door]] = {
    "telegram": Telegram,
    "sms": Sms,
    "whatsapp": WhatsApp,
    "mail": Mail,
    "webchat": WebChat,
}
"""Each by the name it is asked for in the command."""
__all__ = ["DOORS", "Door"]
