"""Letters out of bytes, whatever a mail program says of them."""

import pytest

from bot.messages import Inbound
from channels.email.letters import unflowed
from channels.email.reading import read_mail
from tests.channels.email_world import NOW, RULES


def heard(raw: bytes, content_type: str) -> str:
    head = f"From: anna@ok.test\r\nMIME-Version: 1.0\r\nContent-Type: {content_type}\r\n\r\n"
    read = read_mail(head.encode() + raw, RULES, NOW)
    assert isinstance(read, Inbound)
    return read.text


@pytest.mark.parametrize(
    ("charset", "really", "text"),
    [
        ("gb2312", "gb18030", "我有多少积分\uff0c朱镕基€"),
        ("gbk", "gb18030", "余额㐀"),
        ("x-gbk", "gbk", "余额"),
        ("gb18030", "gb18030", "余额𠮷"),
        ("big5", "big5", "我有多少點數"),
        ("big5", "big5hkscs", "餘額邨"),
        ("big5", "cp950", "餘額碁銹裏"),
        ("iso-8859-1", "cp1252", "What’s my “balance”"),
        ("iso-8859-2", "iso-8859-2", "őű ľš"),
        ("iso-8859-2", "cp1250", "„egyenleg” őű"),
    ],
)
def test_a_charset_is_read_as_it_is_meant(charset: str, really: str, text: str) -> None:
    assert heard(text.encode(really), f"text/plain; charset={charset}") == text
    assert heard(text.encode(really), f"text/html; charset={charset}") == text


@pytest.mark.parametrize("charset", ["hex", "base64", "rot13", "idna", "nonsense", "%00"])
def test_what_is_no_charset_leaves_utf_8(charset: str) -> None:
    assert heard(b"egyenlegem?", f"text/plain; charset={charset}") == "egyenlegem?"


@pytest.mark.parametrize("meta", ['charset="gb2312"', "http-equiv=Content-Type content='text/html; charset=gb2312'"])
def test_a_page_tells_its_own_charset_where_the_mail_does_not(meta: str) -> None:
    page = f"<html><head><meta {meta}></head><p>余额</p></html>".encode("gb2312")
    assert heard(page, "text/html") == "余额"


@pytest.mark.parametrize(
    ("delsp", "raw", "text"),
    [
        ("no", "how many \r\npoints?\r\n", "how many points?"),
        ("yes", "我有多少 \r\n积分\r\n", "我有多少积分"),
        ("no", "balance\r\n-- \r\nAnna\r\n", "balance"),
        (
            "no",
            "balance\r\n\r\nOn Sat, 21 Nov 2026, Bean \r\n<hello@shop.test> wrote:\r\n> Reply \r\n> stop\r\n",
            "balance",
        ),
    ],
)
def test_lines_that_the_program_broke_are_put_together(delsp: str, raw: str, text: str) -> None:
    assert heard(raw.encode(), f"text/plain; charset=utf-8; format=flowed; delsp={delsp}") == text


def test_lines_flow_only_within_one_quotation() -> None:
    assert unflowed("> a \n> b \nc \n d\n", delsp=False) == "> a b \nc d"


def test_a_line_that_does_not_flow_stays_as_it_was() -> None:
    assert heard(b"how many \r\npoints?\r\n", "text/plain; charset=utf-8") == "how many"
