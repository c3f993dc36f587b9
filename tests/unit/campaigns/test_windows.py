"""WhatsApp's 24 hours: what may be said within them, and what after."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.loyalty.document import parse
from bot.messages import Outbound, Purpose, Template
from bot.storage.recipients import Standing
from campaigns.windows import WINDOW_OVER, as_taken, window_over
from channels.twilio.errors import reason

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(hours=24)
HU, EN = "HX" + "1" * 32, "HX" + "2" * 32
CAFE = (Path(__file__).parents[3] / "config/presets/cafe.toml").read_text("utf-8")
BARE = parse(CAFE)
WITH_TEMPLATE = parse(CAFE.replace("[messages]", f'[messages]\nwhatsapp_template = {{ en = "{EN}", hu = "{HU}" }}'))
MESSAGE = Outbound(1, "whatsapp", "+36301234567", Purpose.NOTICE, "A seat is\nfree: Latte art")
APPROVED = Template("HX" + "3" * 32, {"1": "Anna"})


def standing(heard_at: datetime | None = None, locale: str = "hu") -> Standing:
    return Standing(True, None, None, "Europe/Budapest", locale, heard_at)


@pytest.mark.parametrize(
    ("heard_at", "over"),
    [(None, True), (NOON - DAY, True), (NOON - DAY + timedelta(seconds=1), False), (NOON, False)],
)
def test_free_text_is_taken_for_a_day_after_a_word_of_the_customers(heard_at: datetime | None, over: bool) -> None:
    assert window_over(MESSAGE, standing(heard_at), NOON) is over
    assert not window_over(replace(MESSAGE, channel="sms"), standing(heard_at), NOON)


def test_within_the_window_the_text_goes_and_not_its_template() -> None:
    campaign = replace(MESSAGE, purpose=Purpose.MARKETING, template=APPROVED)
    assert as_taken(campaign, standing(NOON), NOON, WITH_TEMPLATE).template is None
    assert as_taken(campaign, standing(), NOON, WITH_TEMPLATE).template == APPROVED


@pytest.mark.parametrize(("locale", "sid"), [("hu", HU), ("en-GB", EN), ("", EN), ("de", EN)])
def test_a_notice_goes_by_the_programmes_template_in_the_members_language(locale: str, sid: str) -> None:
    sent = as_taken(MESSAGE, standing(locale=locale), NOON, WITH_TEMPLATE)
    assert sent.template == Template(sid, {"1": "A seat is free: Latte art"})


@pytest.mark.parametrize("purpose", [Purpose.MARKETING, Purpose.REPLY])
def test_nothing_but_notices_goes_by_the_programmes_template(purpose: Purpose) -> None:
    assert as_taken(replace(MESSAGE, purpose=purpose), standing(), NOON, WITH_TEMPLATE).template is None


def test_without_templates_there_is_none() -> None:
    assert as_taken(MESSAGE, standing(), NOON, BARE).template is None


def test_twilios_own_word_for_it_is_the_same() -> None:
    assert reason("63016") == WINDOW_OVER
