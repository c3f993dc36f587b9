"""Whether something may be said to a person, and on which address. Every no has a reason that a person can read."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from bot.messages import Purpose
from bot.storage.members import Address

_ORDER = ("telegram", "whatsapp", "sms", "email", "web")
"""Where one goes when the member's own wish cannot be met."""
NO_CONSENT = "no consent"
STOPPED = "stopped"
GONE = "address gone"
NO_REMINDERS = "reminders off"
NO_ADDRESS = "no address"
CHANNEL_OFF = "channel off"
_OPEN: Mapping[str, str] = {}


def refusal(
    purpose: Purpose,
    marketing: bool | None,
    stopped_at: datetime | None,
    gone_at: datetime | None,
    notices: bool | None = None,
) -> str:
    """Why an address may not get a message of this purpose; empty when it may. Offers need a yes, notices no no."""
    if stopped_at is not None:
        return STOPPED
    if gone_at is not None:
        return GONE
    if purpose is Purpose.NOTICE and notices is False:
        return NO_REMINDERS
    return NO_CONSENT if purpose is Purpose.MARKETING and not marketing else ""


def choose(
    ways: Sequence[Address],
    preferred: str | None,
    enabled: Collection[str] | None,
    purpose: Purpose = Purpose.MARKETING,
    shut: Mapping[str, str] = _OPEN,
) -> Address | str:
    """The address for a message, or why there is none.

    ``enabled`` are the channels that are on (None: unknown, so any); ``shut`` says why one takes nothing of it.
    """
    if not ways:
        return NO_ADDRESS
    wished = sorted(ways, key=lambda way: (way.channel != preferred, _rank(way.channel), way.address))
    reason = ""
    for way in wished:
        no = refusal(purpose, way.marketing, way.stopped_at, way.gone_at, way.notices) or shut.get(way.channel, "")
        if not no and (enabled is None or way.channel in enabled):
            return way
        # The reason told is that of the address which would have been the first choice.
        reason = reason or no or CHANNEL_OFF
    return reason


def _rank(channel: str) -> int:
    return _ORDER.index(channel) if channel in _ORDER else len(_ORDER)
