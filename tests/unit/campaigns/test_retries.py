"""What becomes of a message that a provider refused."""

from datetime import UTC, datetime, timedelta

from bot.errors import AddressGone, Rejected, RetryLater
from bot.messages import Outbound, Purpose
from bot.storage.attempts import Settled
from bot.storage.leases import Leased
from campaigns.retries import MOST_ATTEMPTS, pause, refused

NOW = datetime(2027, 3, 14, tzinfo=UTC)


def lease(attempts: int = 1, purpose: Purpose = Purpose.NOTICE) -> Leased:
    return Leased(Outbound(7, "sms", "+361", purpose, "Hi"), attempts, NOW + timedelta(minutes=1), NOW)


def test_pauses_double_up_to_an_hour() -> None:
    seconds = [pause(attempts).total_seconds() for attempts in range(1, 13)]
    assert seconds == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]


def test_the_providers_own_wish_goes_before_ours() -> None:
    assert refused(lease(), RetryLater("busy", after=90), NOW).due_at == NOW + timedelta(seconds=90)
    assert refused(lease(3), RetryLater("busy"), NOW).due_at == NOW + timedelta(seconds=20)


def test_a_fault_of_the_whole_sender_costs_no_attempt_however_often() -> None:
    ended = refused(lease(MOST_ATTEMPTS), RetryLater("flood", whole_sender=True), NOW)
    assert ended == Settled(7, MOST_ATTEMPTS, "queued", "flood", due_at=NOW + timedelta(seconds=60), counted=False)


def test_the_last_attempt_says_that_it_was_the_last() -> None:
    ended = refused(lease(MOST_ATTEMPTS), RetryLater("down"), NOW)
    assert (ended.state, ended.reason) == ("failed", "given up after 8 attempts: down")


def test_marketing_that_may_have_left_is_not_tried_again() -> None:
    error = RetryLater("no answer", code="unknown")
    assert refused(lease(purpose=Purpose.MARKETING), error, NOW).state == "unknown"
    assert refused(lease(purpose=Purpose.REPLY), error, NOW).state == "queued"


def test_what_will_never_succeed_fails_at_once_with_a_reason_even_an_unnamed_one() -> None:
    assert refused(lease(), Rejected("too long"), NOW).reason == "too long"
    assert refused(lease(), AddressGone(), NOW) == Settled(
        7, 1, "failed", "The address will never take a message again until its owner comes back."
    )
