"""Pressing a button is the same as saying what it says, so all of that has to be understood."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from bot.conversation.commands import AskSettings
from bot.conversation.concluding import conclude
from bot.conversation.facts import Facts, Turn
from bot.conversation.intents import tables
from bot.conversation.understanding import understand
from bot.wording import languages
from tests.unit.conversation.talk import bence
from tests.unit.conversation.waiting import SETTINGS, member


def answers(facts: Facts) -> Iterator[Turn]:
    """To every word of command."""
    for phrases in tables()["en"]["whole"].values():
        turn = understand(facts, phrases[0])
        asked = isinstance(turn.command, AskSettings)
        yield conclude(facts, turn.command, SETTINGS) if turn.command and asked else turn


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("who", [member, bence])
def test_every_button_is_understood_in_every_language_now_and_later(who: Callable[[], Facts], language: str) -> None:
    facts = who()
    facts = replace(facts, locale=language, programme=replace(facts.programme, languages=languages()))
    lost = understand(facts, "qwrtzp vbnmxy").replies
    for turn in answers(facts):
        for button in (button for reply in turn.replies for button in reply.buttons):
            for dialog in (turn.dialog, None):
                assert understand(replace(facts, dialog=dialog), button.says).replies != lost, button
