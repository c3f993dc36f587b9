"""The last look before a message leaves: what was true when it was queued may not be true any more. Pure."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.actions.addressing import refusal
from bot.messages import Purpose
from bot.storage.attempts import Settled
from bot.storage.leases import Leased
from bot.storage.recipients import Standing
from campaigns.retries import put_back
from campaigns.schedule import held, quiet_hours
from campaigns.windows import WINDOW_OVER, window_over

STALE = timedelta(hours=24)
"""Marketing that could not leave for so long (an outage, a slow provider) has lost its point."""


def check(
    lease: Leased, standing: Standing, now: datetime, zone: ZoneInfo, quiet: tuple[time, time] | None
) -> Settled | None:
    """How a message ends that may not leave at ``now``; None when it may. ``zone`` is the member's."""
    message, marketing = lease.message, lease.message.purpose is Purpose.MARKETING
    notices = standing.notices if lease.to_member else None
    reason = refusal(message.purpose, standing.marketing, standing.stopped_at, standing.gone_at, notices)
    if not message.address:
        reason = "member erased"
    elif not reason and marketing and now - lease.created_at > STALE:
        reason = "too late"
    elif not reason and window_over(message, standing, now) and not message.template:
        reason = WINDOW_OVER
    if reason:
        return Settled(message.id, lease.attempts, "suppressed", reason)
    own = quiet_hours(standing.quiet_hours) if marketing or lease.to_member else None
    until = held(now, zone, quiet if marketing else None, own)
    return None if until is None else put_back(lease, until, "quiet hours")
