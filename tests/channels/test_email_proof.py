"""Who a mail is really from: one plain sender, proven where the receiving host looks for a proof."""

import pytest

from bot.messages import Inbound, Receipt
from channels.email.reading import Ignored, Rules, read_mail
from tests.channels.email_world import IDS, NOW, RULES, SHOP

CHECKED = Rules(SHOP, IDS, authserv="mx.shop.test")


def read(head: str, rules: Rules = RULES) -> Inbound | Receipt | Ignored:
    return read_mail((head + "\r\nMessage-ID: <1@ok.test>\r\n\r\nbalance\r\n").encode(), rules, NOW)


def verdict(results: str, sender: str = "anna@ok.test", more: str = "") -> bool:
    """Whether a mail with these results is taken for genuine."""
    outcome = read(f"Authentication-Results: {results}\r\n{more}From: Anna <{sender}>", CHECKED)
    assert outcome == Ignored("sender not proven") or isinstance(outcome, Inbound)
    return isinstance(outcome, Inbound)


@pytest.mark.parametrize(
    "results",
    [
        "mx.shop.test; dmarc=pass header.from=ok.test",
        "MX.shop.test 1; dmarc=pass (p=REJECT sp=NONE dis=NONE) header.from=ok.test",
        "mx.shop.test; spf=fail smtp.mailfrom=list.test; dkim=pass header.d=ok.test; dmarc=pass header.from=ok.test",
        "mx.shop.test; dkim=pass (2048-bit key; secure) header.d=ok.test header.i=@ok.test header.s=s1",
        "mx.shop.test; dkim=pass header.i=@mail.ok.test",
        "mx.shop.test; dkim=fail header.d=ok.test; dkim=pass header.d=ok.test",
        "mx.shop.test; spf=pass (sender SPF authorized) smtp.mailfrom=anna@ok.test; dmarc=none",
        'mx.shop.test; spf=pass smtp.mailfrom="an;na"@ok.test',
    ],
)
def test_a_sender_that_is_proven_is_answered(results: str) -> None:
    assert verdict(results)


@pytest.mark.parametrize(
    "results",
    [
        "mx.shop.test; none",
        "mx.shop.test",
        "other.test; dmarc=pass header.from=ok.test",
        "mx.shop.test; dmarc=fail (p=NONE) header.from=ok.test",
        "mx.shop.test; dmarc=pass header.from=evil.test",
        "mx.shop.test; dkim=pass header.d=evil.test; spf=pass smtp.mailfrom=evil.test",
        "mx.shop.test; dkim=pass header.d=ok.test; dmarc=fail header.from=ok.test",
        "mx.shop.test; dmarc=pass header.from=ok.test; dmarc=fail header.from=ok.test",
        "mx.shop.test; dkim=pass header.d=test",
        "mx.shop.test; dkim=pass header.d=evilok.test",
        "mx.shop.test; dkim=neutral header.d=ok.test; spf=softfail smtp.mailfrom=ok.test",
        "mx.shop.test; (dmarc=pass header.from=ok.test) dmarc=fail header.from=ok.test",
        "mx.shop.test; spf=fail (a (nested; dmarc=pass header.from=ok.test) b) smtp.mailfrom=x@ok.test",
        'mx.shop.test; spf=pass smtp.mailfrom="a; dmarc=pass header.from=ok.test; "@evil.test; dmarc=fail',
        'mx.shop.test; spf=pass smtp.mailfrom="a\\"; dkim=pass header.d=ok.test; "@evil.test',
        "mx.shop.test; spf=fail (never closed; dmarc=pass header.from=ok.test",
    ],
)
def test_a_sender_that_is_not_proven_is_not_answered(results: str) -> None:
    assert not verdict(results)


def test_only_the_topmost_word_of_the_trusted_host_counts() -> None:
    forged = "Authentication-Results: mx.shop.test; dmarc=pass header.from=ok.test\r\n"
    assert not verdict("mx.shop.test; dmarc=fail header.from=ok.test", more=forged)
    assert verdict("other.test; dmarc=fail header.from=ok.test", more=forged)
    assert read("From: anna@ok.test", CHECKED) == Ignored("sender not proven")


@pytest.mark.parametrize(
    "sender",
    [
        "anna@ok.test",
        "<Anna@OK.test>",
        "Anna <anna@ok.test>",
        '"Kiss, Anna (boss)" <anna@ok.test>',
        '"anna@ok.test" <anna@ok.test>',
        "anna@ok.test <anna@ok.test>",
        '"eve@evil.test" <anna@ok.test>',
        "=?utf-8?q?eve=40evil=2Etest=2C?= <anna@ok.test>",
        "anna@ok.test (Anna, eve@evil.test)",
        "Anna\r\n\t<anna@ok.test>",
        "anna@ok.test (never closed",
    ],
)
def test_one_sender_is_found_however_it_is_dressed_up(sender: str) -> None:
    outcome = read(f"From: {sender}")
    assert isinstance(outcome, Inbound) and outcome.address == "anna@ok.test"


@pytest.mark.parametrize(
    "head",
    [
        "From: anna@ok.test\r\nFrom: eve@evil.test",
        "From: anna@ok.test\r\nfrom: anna@ok.test",
        "From: anna@ok.test, eve@evil.test",
        "From: Anna <anna@ok.test>, Eve <eve@evil.test>",
        "From: eve@evil.test <anna@ok.test>",
        "From: anna@ok.test, <eve@evil.test>",
        "From: Friends: anna@ok.test;",
        "From: Friends: Anna <anna@ok.test>;",
        "From: Friends:;",
        "From: <anna@ok.test><eve@evil.test>",
        "From: <anna@ok.test> eve@evil.test",
        "From: =?utf-8?q?anna=40ok=2Etest?=",
        "From: =?utf-8?q?anna?=@ok.test",
        "From: anna@ok.test\0@evil.test",
        'From: "anna@ok.test',
        'From: "eve"anna@ok.test',
        "From: anna @ok.test",
        "From: anna@ok.test>",
        "From: <anna@ok.test",
        "From: anna@ok.test@evil.test",
        "From: @ok.test",
        "X-From: anna@ok.test",
    ],
)
def test_a_mail_that_could_name_two_senders_or_none_is_nobodys(head: str) -> None:
    assert read(head) in (Ignored("no sender"), Ignored("more than one sender"))


def test_answers_go_to_the_sender_whatever_reply_to_says() -> None:
    outcome = read(
        "From: anna@ok.test\r\nReply-To: eve@evil.test\r\nSender: eve@evil.test\r\nReturn-Path: <eve@evil.test>"
    )
    assert isinstance(outcome, Inbound)
    assert "evil" not in repr(outcome)


def test_what_a_sender_wrote_cannot_become_a_header_of_ours() -> None:
    outcome = read(
        "From: =?utf-8?q?Anna=0D=0ABcc=3A_eve=40evil=2Etest?= <anna@ok.test>\r\n"
        "Subject: =?utf-8?b?UG9pbnRzDQpCY2M6IGV2ZUBldmlsLnRlc3Q=?="
    )
    assert isinstance(outcome, Inbound)
    assert (outcome.name, outcome.subject) == ("Anna Bcc: eve@evil.test", "Points Bcc: eve@evil.test")
    odd = read_mail(b"From: anna@ok.test\r\nMessage-ID: <1@ok.test>\r\n\tBcc: x\r\n\r\nbalance", RULES, NOW)
    assert isinstance(odd, Inbound) and odd.thread == "" and len(odd.id) == 64
