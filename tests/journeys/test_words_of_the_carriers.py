"""STOP, START, HELP and their like: the customer reads one answer, Twilio's or ours, never two and never none."""

import pytest

from tests.journeys.doors import Sms, WhatsApp
from tests.journeys.world import Town, until


async def answered(town: Town, anna: Sms, text: str) -> tuple[int, int]:
    """How many answers Twilio gave by itself, and how many we gave, once all have left."""
    own, ours = len(town.twilio.own_answers), len(await anna.heard(0))
    await anna.tell(text)
    await until(town.settled)
    return len(town.twilio.own_answers) - own, len(await anna.heard(0)) - ours


TWILIO, OURS = (1, 0), (0, 1)


async def test_a_text_message_is_answered_once_whoever_answers_it(sqlite_town: Town) -> None:
    town = sqlite_town
    town.channels = ("twilio",)
    async with town.service():
        anna = Sms(town)
        script = [
            *[("START", OURS), ("HELP", TWILIO), ("Anna", OURS), ("info", TWILIO), ("skip", OURS), ("YES", OURS)],
            *[("help", TWILIO), ("help me", OURS), ("/help", OURS), ("?", OURS), ("segítség", OURS)],
            *[("start", OURS), ("UNSTOP", OURS), ("YES", OURS)],
            *[("STOP", TWILIO), ("start", TWILIO), ("balance", OURS)],
            *[("Quit", TWILIO), ("UNSTOP", TWILIO), ("balance", OURS)],
            *[("CANCEL", TWILIO), ("yes", TWILIO), ("balance", OURS)],
            *[("Állj!", OURS), ("START", OURS), ("balance", OURS)],
        ]
        assert [(text, await answered(town, anna, text)) for text, _ in script] == script


@pytest.mark.parametrize("text", ["STOP", "START", "HELP"])
async def test_a_short_code_and_whatsapp_are_answered_by_us(sqlite_town: Town, text: str) -> None:
    town = sqlite_town
    town.channels, town.twilio.keywords = ("twilio",), False
    async with town.service(sms_keywords="regulars"):
        for anna in (Sms(town), WhatsApp(town)):
            assert await answered(town, anna, text) == OURS
            assert await answered(town, anna, "STOP") == ((0, 0) if text == "STOP" else OURS)
            assert await answered(town, anna, "START") == OURS
