"""Whom something may be said to, and where."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.actions.addressing import choose, refusal
from bot.messages import Purpose
from bot.storage.members import Address

NOW = datetime(2027, 3, 14, tzinfo=UTC)
ALL = ("telegram", "sms", "email", "web")


def way(channel: str, marketing: bool | None = True, **state: Any) -> Address:
    return Address(channel, f"at {channel}", marketing, **state)


def test_the_preferred_channel_comes_first_and_then_a_fixed_order() -> None:
    ways = [way("web"), way("email"), way("sms"), way("telegram")]
    for preferred, chosen in (("email", "email"), (None, "telegram"), ("whatsapp", "telegram")):
        found = choose(ways, preferred, ALL)
        assert isinstance(found, Address)
        assert found.channel == chosen


@pytest.mark.parametrize(
    "broken",
    [way("telegram", False), way("telegram", None), way("telegram", stopped_at=NOW), way("telegram", gone_at=NOW)],
)
def test_an_address_that_may_not_be_used_is_passed_over(broken: Address) -> None:
    assert choose([broken, way("email")], "telegram", ALL) == way("email")


def test_the_reason_is_that_of_the_address_they_would_have_had() -> None:
    assert choose([way("email", False), way("telegram", stopped_at=NOW)], "telegram", ALL) == "stopped"
    assert choose([way("email", False)], "telegram", ALL) == "no consent"
    assert choose([way("email")], None, ["sms"]) == "channel off"
    assert choose([], None, ALL) == "no address"


@pytest.mark.parametrize(
    ("purpose", "reason"), [(Purpose.MARKETING, "no consent"), (Purpose.NOTICE, ""), (Purpose.REPLY, "")]
)
@pytest.mark.parametrize("consent", [None, False])
def test_only_marketing_needs_consent(purpose: Purpose, reason: str, consent: bool | None) -> None:
    assert refusal(purpose, consent, None, None) == reason


@pytest.mark.parametrize("purpose", list(Purpose))
def test_stop_holds_for_every_purpose(purpose: Purpose) -> None:
    assert refusal(purpose, True, NOW, None) == "stopped"
    assert refusal(purpose, True, None, NOW) == "address gone"
