"""Mails that nobody should have to read: never a crash, never slow, never much memory."""

import tracemalloc
from email.message import EmailMessage
from time import process_time

import pytest

from bot.messages import Inbound, Receipt
from channels.email.listener import SIZE_LIMIT
from channels.email.mime import parse
from channels.email.reading import Ignored, read_mail
from channels.email.said import LONGEST
from tests.channels.email_world import IDS, NOW, RULES, sample
from tests.channels.test_email_quoting import REPLIES
from tests.fakes.mail import customer_mail
from tests.mutations import mutants

MOST_SECONDS = 60.0
"""Of processor time for one mail; the worst takes less than one, where quadratic reading takes many minutes."""
MOST_MEMORY = 40 * 2**20


def _seeds() -> list[bytes]:
    message = EmailMessage()
    message["From"], message["Subject"] = "Árvai Anna <anna@ok.test>", "Kérdés"
    message.set_content("egyenleg\n\n> stop")
    message.add_alternative(REPLIES["html"][0]["mail"], subtype="html")
    message.add_attachment(b"PK\x03\x04" * 200, maintype="application", subtype="zip", filename="árak.zip")
    bounce = sample("dsn-hard-5.1.1-postfix.eml").replace(b"<m7@shop.test>", IDS.make(7).encode())
    plain = [customer_mail(reply["mail"]) for reply in REPLIES["plain"][::7]]
    return [message.as_bytes(), bounce, sample("email-arf-complaint.eml"), sample("email-inbound-ooo.eml"), *plain]


SEEDS = _seeds()
_MARK = b"\r\n"
HEAD = b"From: anna@ok.test\r\n"


def read(raw: bytes) -> Inbound | Receipt | Ignored:
    begun = process_time()
    outcome = read_mail(raw, RULES, NOW, "anna@ok.test", ("hello@shop.test",))
    assert process_time() - begun < MOST_SECONDS, raw[:200]
    return outcome


@pytest.mark.parametrize("seed", range(4))
def test_any_mutant_is_read_or_ignored(seed: int) -> None:
    for raw in mutants(SEEDS, 750, seed):
        match read(raw):
            case Inbound(address=address, text=text, subject=subject, name=name):
                assert 0 < len(text) <= LONGEST
                assert "@" in address and (subject + name + address).isprintable()
            case Receipt(provider_id=ours):
                assert ours == IDS.make(7)
            case Ignored(reason):
                assert reason


BIG = SIZE_LIMIT - 2**16
LONG: dict[str, bytes] = {
    "one line": HEAD + _MARK + b"x" * BIG,
    "short lines": HEAD + _MARK + b"x\r\n" * (BIG // 3),
    "quotes": HEAD + _MARK + b"> x\r\n" * (BIG // 5),
    "headers": HEAD + b"X-A: b\r\n" * (BIG // 8),
    "one header": HEAD + b"Subject: " + b"x" * BIG,
    "folded header": HEAD + b"Subject: " + b"x\r\n " * (BIG // 4) + _MARK * 2,
    "senders": HEAD * (BIG // len(HEAD)) + _MARK + b"help",
    "encoded words": HEAD + b"Subject: " + b"=?utf-8?q?a?= " * (BIG // 14) + _MARK * 2,
    "open tags": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div class=gmail_quote>" * (BIG // 23),
    "angle brackets": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<" * BIG,
    "comments": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<!--" * (BIG // 4),
    "parts": HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * (BIG // 10),
    "boundaries": HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n" * (BIG // 5),
    "parameters": HEAD + b"Content-Type: text/plain; " + b"a*0*=b; " * (BIG // 8) + _MARK * 2 + b"help",
    "base64": HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"aGVs" * (BIG // 4),
    "bad base64": HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"a===" * (BIG // 4),
    "attributions": HEAD + _MARK + b"On " * (BIG // 3) + b"wrote:",
    "flowing lines": HEAD + b"Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\n" + b"x \r\n" * (BIG // 4),
    "what a page says of itself": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<meta charset= " * (BIG // 15),
    "an old bounce": HEAD + b"X-Failed-Recipients: x\r\n\r\n" + b"Hi. This is the 5.1." * (BIG // 20),
    "comments in the sender": b"From: " + b"(" * BIG + b" anna@ok.test\r\n\r\nhelp",
    "quotes in the sender": b"From: " + b'"' * BIG + b" anna@ok.test\r\n\r\nhelp",
}


@pytest.mark.parametrize("kind", LONG)
def test_ten_megabytes_of_anything_are_read_in_a_moment(kind: str) -> None:
    read(LONG[kind])


def test_a_header_is_read_as_far_as_mail_servers_keep_it() -> None:
    assert len(parse(LONG["parameters"])["Content-Type"]) == 102_400


@pytest.mark.parametrize("kind", ["one line", "base64", "encoded words", "angle brackets"])
def test_ten_megabytes_take_little_memory_to_read(kind: str) -> None:
    tracemalloc.start()
    read(LONG[kind])
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < MOST_MEMORY


@pytest.mark.parametrize(
    "parameters",
    [
        b"name*0*=utf-8''%E2%82; name*1=x",
        b"name*=utf-8'hu'%C3%A1rak.zip",
        b"name*99999999999=x",
        b"name*0*=''%zz; name*0*=x",
        b'name="\xff\xfe"',
        b"name==?utf-8?q?=C3?=",
    ],
)
def test_the_names_of_attachments_are_nobodys_trouble(parameters: bytes) -> None:
    raw = (
        HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhelp\r\n"
        b"--b\r\nContent-Type: application/zip; " + parameters + b"\r\n"
        b"Content-Disposition: attachment; file" + parameters + b"\r\n\r\nPK\r\n--b--\r\n"
    )
    outcome = read(raw)
    assert isinstance(outcome, Inbound) and outcome.text == "help"


@pytest.mark.parametrize("depth", [5, 50, 500, 5000])
def test_a_mail_in_a_mail_in_a_mail_is_given_up_at_some_depth(depth: int) -> None:
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(depth)
    )
    assert isinstance(read(HEAD + nested + b"\r\nhelp\r\n"), Inbound | Ignored)
