"""Where free text may only follow a word of the customer's, and what may be sent later. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.loyalty.programme import Programme
from bot.messages import Outbound, Purpose, Template
from bot.storage.recipients import Standing
from bot.wording import negotiate

FREE_TEXT: Mapping[str, timedelta] = {"whatsapp": timedelta(hours=24)}
"""How long after the customer's last message a channel takes free text; the others always do."""
WINDOW_OVER = "outside WhatsApp's 24 hours, and no approved template"


def window_over(message: Outbound, standing: Standing, now: datetime) -> bool:
    """Whether the channel takes nothing but an approved template now."""
    return is_over(message.channel, standing.heard_at, now)


def is_over(channel: str, heard_at: datetime | None, now: datetime) -> bool:
    """The same for who was last heard there at a moment, or never."""
    window = FREE_TEXT.get(channel)
    return window is not None and (heard_at is None or now - heard_at >= window)


def as_taken(message: Outbound, standing: Standing, now: datetime, programme: Programme) -> Outbound:
    """The message in the form that its channel takes: free text while it may be, else its template.

    A notice without one of its own goes by the programme's, whose one variable is the text.
    """
    if not window_over(message, standing, now):
        return replace(message, template=None)
    if message.template or message.purpose is not Purpose.NOTICE or not programme.notice_templates:
        return message
    language = negotiate(standing.locale or "", programme.languages)
    told = {"1": on_one_line(message.text)}
    return replace(message, template=Template(programme.text(programme.notice_templates, language), told))


def on_one_line(text: str) -> str:
    """A template's variable has no line breaks and no runs of blanks (https://www.twilio.com/docs/api/errors/21656)."""
    return " ".join(text.split())
