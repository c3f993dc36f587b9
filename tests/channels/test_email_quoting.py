"""What a customer said, out of answers as the mail programs of this world write them."""

import tomllib
from email.message import EmailMessage
from typing import Any

import pytest

from bot.messages import Inbound
from channels.email.reading import read_mail
from channels.email.said import said
from tests.channels.email_world import NOW, RULES, sample

REPLIES: dict[str, Any] = tomllib.loads(sample("mail-replies.toml").decode())


def named(reply: dict[str, str]) -> str:
    return reply["client"]


@pytest.mark.parametrize("reply", REPLIES["plain"], ids=named)
def test_an_answer_says_what_its_writer_wrote(reply: dict[str, str]) -> None:
    assert said(reply["mail"]) == reply["said"]
    assert said(reply["mail"].replace("\n", "\r\n")) == reply["said"]


@pytest.mark.parametrize("reply", REPLIES["html"], ids=named)
def test_an_answer_in_html_says_what_its_writer_wrote(reply: dict[str, str]) -> None:
    message = EmailMessage()
    message["From"] = "anna@ok.test"
    message.set_content(reply["mail"], subtype="html")
    outcome = read_mail(message.as_bytes(), RULES, NOW)
    assert isinstance(outcome, Inbound) and outcome.text == reply["said"]


@pytest.mark.parametrize("reply", REPLIES["plain"], ids=named)
def test_an_answer_that_only_quotes_says_nothing(reply: dict[str, str]) -> None:
    above, own, below = reply["mail"].partition(reply["said"])
    assert own and said(above + below) == reply.get("leaves", "")


@pytest.mark.parametrize("reply", REPLIES["plain"], ids=named)
def test_a_longer_answer_ends_where_the_quotation_begins(reply: dict[str, str]) -> None:
    longer = "how many points do I have since my last visit"
    assert said(reply["mail"].replace(reply["said"], longer, 1)) == longer


@pytest.mark.parametrize("text", REPLIES["own"])
def test_what_only_looks_like_a_quotation_is_heard(text: str) -> None:
    assert said(text) == text
    assert said(f"{text}\n\nOn Sat, Bean wrote:\n> stop") == text
