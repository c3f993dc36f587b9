"""Bounces and complaints: believed only when they name a mail that we did send."""

import re

import pytest

from bot.messages import Inbound, Receipt, ReceiptState
from channels.email.addresses import MessageIds
from channels.email.reading import Ignored, read_mail
from channels.email.status import address_gone, bounce_gone
from tests.channels.email_world import BOUNCES, IDS, NOW, RULES, sample
from tests.fakes.mail import customer_mail

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


def bare(status: str = "5.1.1") -> bytes:
    """A bounce that names our mail nowhere but in the address it comes to."""
    head, _, _ = hard("<m7@shop.test>").partition(BOUNDARY + b"\r\nContent-Description: Undelivered")
    return head.replace(b"5.1.1", status.encode())


def returned(raw: bytes, *recipients: str) -> Inbound | Receipt | Ignored:
    return read_mail(raw, RULES, NOW, "<>", recipients)


def test_a_bounce_is_known_by_the_address_it_comes_back_to() -> None:
    back = IDS.return_path(7)
    assert back is not None and re.fullmatch(r"bounces\+7\.[0-9a-f]{16}@shop\.test", back)
    gone = Receipt("email", OURS, ReceiptState.FAILED, "bounced 5.1.1", address_gone=True)
    assert returned(bare(), back) == returned(bare(), back.upper()) == gone
    for header in ("To", "Delivered-To", "X-Original-To"):
        assert returned(f"{header}: Shop <{back}>\r\n".encode() + bare()) == gone


def test_a_made_up_return_path_changes_nothing() -> None:
    other = MessageIds("shop.test", b"another key", BOUNCES).return_path(7)
    real = str(IDS.return_path(7))
    for made_up in (other, real.replace("+7.", "+8."), "x" + real, real + ".evil.test", "bounces@shop.test"):
        assert returned(bare(), str(made_up)) == Ignored("bounce of a mail that is not ours")


def test_without_an_address_for_bounces_there_is_no_return_path() -> None:
    plain = MessageIds("shop.test", b"a key for tests")
    assert plain.return_path(7) is None
    assert plain.returned_to("+7.0123456789abcdef@") is None


@pytest.mark.parametrize(
    ("status", "gone", "unreachable"),
    [
        ("5.1.1", True, False),
        ("5.2.1", True, False),
        ("5.2.2", False, True),
        ("4.2.2", False, True),
        ("4.4.1", False, True),
        ("4.7.1", False, False),
        ("5.7.1", False, False),
        ("5.3.4", False, False),
    ],
)
def test_a_bounce_closes_the_address_at_once_or_when_it_goes_on_or_never(
    status: str, gone: bool, unreachable: bool
) -> None:
    receipt = returned(bare(status), str(IDS.return_path(7)))
    assert isinstance(receipt, Receipt)
    assert (receipt.address_gone, receipt.unreachable) == (gone, unreachable)


def test_a_complaint_without_our_message_id_is_known_by_the_return_path() -> None:
    raw = complaint("<m7@shop.test>")
    assert returned(raw, str(IDS.return_path(7))) == Receipt(
        "email", OURS, ReceiptState.DELIVERED, "complaint", opted_out=True
    )


def test_what_else_comes_to_a_return_path_is_nobodys_question() -> None:
    raw = customer_mail("stop", to=str(IDS.return_path(7)))
    assert read_mail(raw, RULES, NOW, "anna@ok.test") == Ignored("sent to a return path")


QMAIL = """Hi. This is the qmail-send program at mx.ok.test.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<anna@ok.test>:
192.0.2.1 does not like recipient.
Remote host said: {said}

--- Below this line is a copy of the message.

Return-Path: <hello@shop.test>
Message-ID: {named}
Subject: 5.7.1

Your points
"""
EXIM = """This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  anna@ok.test
    {said}

------ This is a copy of the message, including all the headers. ------

Message-ID: {named}
"""


def old_bounce(text: str, said: str, named: str = OURS) -> bytes:
    headers = {"X-Failed-Recipients": "anna@ok.test"} if text == EXIM else {}
    return customer_mail(text.format(said=said, named=named), sender="MAILER-DAEMON@ok.test", headers=headers)


@pytest.mark.parametrize("text", [QMAIL, EXIM])
@pytest.mark.parametrize(
    ("said", "receipt"),
    [
        ("550 5.1.1 User unknown", Receipt("email", OURS, ReceiptState.FAILED, "bounced 5.1.1", address_gone=True)),
        ("Sorry, no mailbox here. (#5.1.1)", Receipt("email", OURS, ReceiptState.FAILED, "bounced 5.1.1", True)),
        ("550 5.7.1 Spam", Receipt("email", OURS, ReceiptState.FAILED, "bounced 5.7.1")),
        ("550 No", Receipt("email", OURS, ReceiptState.FAILED, "bounced", unreachable=True)),
    ],
)
def test_a_bounce_of_a_server_that_writes_no_reports_is_understood(text: str, said: str, receipt: Receipt) -> None:
    assert read(old_bounce(text, said)) == receipt
    unnamed = old_bounce(text, said, "<m7@shop.test>")
    assert returned(unnamed, str(IDS.return_path(7))) == receipt
    assert read(unnamed) == Ignored("null return path")


def test_who_only_quotes_a_bounce_reports_none() -> None:
    assert read(customer_mail("> " + QMAIL.format(said="550 5.1.1", named=OURS))) == Ignored("null return path")


REPORT = """From: {sender}
To: hello@shop.test
Subject: {subject}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"
{headers}
--b
{people}
--b
Content-Type: message/delivery-status

{status}
--b
Content-Type: message/rfc822

Message-ID: {named}
Subject: Your points

Hi
--b--
"""
GMAIL = {
    "sender": "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
    "subject": "Delivery Status Notification (Failure)",
    "headers": "Auto-Submitted: auto-replied\nX-Failed-Recipients: anna@ok.test\n",
    "people": 'Content-Type: multipart/related; boundary="c"\n\n--c\nContent-Type: text/html\n\n<p>5.9.9</p>\n--c--',
    "status": "Reporting-MTA: dns; googlemail.com\n\nFinal-Recipient: rfc822; anna@ok.test\nAction: failed\n"
    "Status: 5.1.1\nDiagnostic-Code: smtp; 550-5.1.1 The email account does not exist.\n",
}
EXCHANGE = {
    "sender": "postmaster@ok.onmicrosoft.test",
    "subject": "Undeliverable: Your points",
    "headers": f"Auto-Submitted: auto-replied\nIn-Reply-To: {OURS}\nX-MS-Exchange-Message-Is-Ndr:\n",
    "people": "Content-Type: text/html\n\n<p>Your message could not be delivered.</p>",
    "status": "Reporting-MTA: dns;MX1.ok.test\nReceived-From-MTA: dns;mx.shop.test\n\n"
    "Final-Recipient: rfc822;anna@ok.test\nAction: failed\nStatus: 5.1.10\n"
    "Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found\n",
}


@pytest.mark.parametrize(("report", "status"), [(GMAIL, "5.1.1"), (EXCHANGE, "5.1.10")])
def test_the_reports_of_large_providers_are_understood(report: dict[str, str], status: str) -> None:
    raw = REPORT.format(named=OURS, **report).encode()
    assert read(raw) == Receipt("email", OURS, ReceiptState.FAILED, f"bounced {status}", address_gone=True)
