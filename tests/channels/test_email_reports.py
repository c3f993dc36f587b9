"""Bounces and complaints: believed only when they name a mail that we did send."""

import pytest

from bot.messages import Inbound, Receipt, ReceiptState
from channels.email.addresses import MessageIds
from channels.email.reading import Ignored, read_mail
from channels.email.status import address_gone, bounce_gone
from tests.channels.email_world import IDS, NOW, RULES, sample

OURS = IDS.make(7)
BOUNDARY = b"--E7F00252943.1795294052/mx.shop.test"


def read(raw: bytes) -> Inbound | Receipt | Ignored:
    return read_mail(raw, RULES, NOW, "<>")


def hard(message_id: str = OURS) -> bytes:
    return sample("dsn-hard-5.1.1-postfix.eml").replace(b"<m7@shop.test>", message_id.encode())


def complaint(message_id: str = OURS) -> bytes:
    return sample("email-arf-complaint.eml").replace(b"<m7.c42@shop.test>", message_id.encode())


def test_a_hard_bounce_ends_the_address() -> None:
    assert read(hard()) == Receipt("email", OURS, ReceiptState.FAILED, "bounced 5.1.1", address_gone=True)


def test_a_soft_bounce_fails_the_message_only() -> None:
    raw = sample("dsn-soft-expired-4.2.2-postfix.eml").replace(b"<20261121204733.019061@vm>", OURS.encode())
    assert read(raw) == Receipt("email", OURS, ReceiptState.FAILED, "bounced 4.2.2", unreachable=True)


@pytest.mark.parametrize(
    "message_id", ["<m7@shop.test>", OURS.replace("r7.", "r8."), MessageIds("shop.test", b"another key").make(7)]
)
def test_a_made_up_bounce_or_complaint_changes_nothing(message_id: str) -> None:
    assert read(hard(message_id)) == Ignored("bounce of a mail that is not ours")
    assert read(complaint(message_id)) == Ignored("complaint about a mail that is not ours")


def test_a_delay_is_not_yet_a_failure() -> None:
    assert read(hard().replace(b"Action: failed", b"Action: delayed")) == Ignored("delivery report without a failure")


def test_a_bounce_that_encloses_headers_only_or_a_reference_is_understood() -> None:
    head, _, _ = hard().partition(BOUNDARY + b"\r\nContent-Description: Undelivered")
    assert head != hard()
    headers = head + BOUNDARY + b"\nContent-Type: text/rfc822-headers\n\nMessage-ID:\n " + OURS.encode() + b"\n"
    reference = head.replace(b"Auto-Submitted:", b"In-Reply-To: " + OURS.encode() + b"\nAuto-Submitted:")
    for raw in (headers + BOUNDARY + b"--\n", headers, reference):
        assert read(raw) == Receipt("email", OURS, ReceiptState.FAILED, "bounced 5.1.1", address_gone=True)


def test_a_complaint_opts_out() -> None:
    assert read(complaint()) == Receipt("email", OURS, ReceiptState.DELIVERED, "complaint", opted_out=True)


def test_not_spam_is_no_complaint() -> None:
    raw = complaint().replace(b"Feedback-Type: abuse", b"Feedback-Type: not-spam")
    assert read(raw) == Ignored("feedback that is no complaint")


def test_a_read_receipt_is_ignored() -> None:
    raw = hard().replace(b"message/delivery-status", b"message/disposition-notification")
    assert read(raw) == Ignored("report of another kind")


def test_only_statuses_about_the_address_end_it() -> None:
    assert [s for s in ("5.1.1", "5.1.10", "5.2.1", "5.1.8", "5.7.1", "4.1.1", "") if address_gone(s)] == [
        "5.1.1",
        "5.1.10",
        "5.2.1",
    ]
    bounced = ("5.0.0", "5.1.1", "5.4.4", "5.1.7", "5.2.2", "5.3.4", "5.6.1", "5.7.1", "4.4.7")
    assert [status for status in bounced if bounce_gone(status)] == ["5.0.0", "5.1.1", "5.4.4"]
