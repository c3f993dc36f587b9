"""What becomes of a message that a provider did not take. Pure; the same error always means the same."""

from datetime import datetime, timedelta

from bot.errors import RetryLater, SendError
from bot.messages import Purpose
from bot.storage.attempts import Settled
from bot.storage.leases import Leased

MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
SENDER_PAUSE = timedelta(seconds=60)
"""For a sender whose provider asks for a pause and does not say how long."""
LEFT_UNKNOWN = "unknown"
"""The code of an error after which nobody knows whether the message left."""


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 5 s, 10 s, 20 s … one hour."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * (1 << (attempts - 1)))


def sent(lease: Leased, provider_id: str) -> Settled:
    return Settled(lease.message.id, lease.attempts, "sent", provider_id=provider_id)


def put_back(lease: Leased, until: datetime, reason: str = "") -> Settled:
    """For one whose attempt never began."""
    return Settled(lease.message.id, lease.attempts, "queued", reason, due_at=until, counted=False)


def refused(lease: Leased, error: SendError, now: datetime) -> Settled:
    """How an attempt ends that a provider refused."""
    reason = error.reason or str(error)
    if not isinstance(error, RetryLater):
        return Settled(lease.message.id, lease.attempts, "failed", reason)
    if error.whole_sender:
        # The fault is not this message's, so it costs none of its attempts.
        return put_back(lease, sender_pause(error, now), reason)
    if error.code == LEFT_UNKNOWN and lease.message.purpose is Purpose.MARKETING:
        return Settled(lease.message.id, lease.attempts, "unknown", reason)
    if lease.attempts >= MOST_ATTEMPTS:
        return Settled(
            lease.message.id, lease.attempts, "failed", f"given up after {lease.attempts} attempts: {reason}"
        )
    wait = pause(lease.attempts) if error.after is None else timedelta(seconds=error.after)
    return Settled(lease.message.id, lease.attempts, "queued", reason, due_at=now + wait)


def sender_pause(error: RetryLater, now: datetime) -> datetime:
    """Until when the whole sender waits."""
    return now + (SENDER_PAUSE if error.after is None else timedelta(seconds=error.after))
