"""What happens while a question is open: another language, an erased member, another programme."""

from dataclasses import replace

import pytest

from bot.conversation.commands import AskCauses
from bot.conversation.facts import Facts
from bot.conversation.understanding import understand
from bot.wording import languages
from tests.unit.conversation.talk import CAFE, Talk
from tests.unit.conversation.waiting import WAITING, waiting

ANSWERS = ("yes", "igen", "no", "1", "99", "123456", "50 bence@example.com", "trees", "erase everything", "22-8",
           "Anna", "12/3/1990", "cancel", "hello", "more", "")  # fmt: skip
LEFT = {"list language", "privacy erase"}
"""Questions that another language ends: it was asked for, or what to write is written otherwise in it."""


def multilingual(state: str) -> Facts:
    facts = waiting(state)
    return replace(facts, programme=replace(facts.programme, languages=languages()))


@pytest.mark.parametrize("state", WAITING)
def test_another_language_leaves_the_question_open_and_puts_it_in_that_language(state: str) -> None:
    talk = Talk(multilingual(state))
    talk.says("language hu")
    said = talk.then({}, locale="hu").splitlines()
    assert said[0] == "Nyelv: magyar"
    assert talk.asked == ("" if state in LEFT else state)
    assert state.startswith(("list", "donate cause", "donate round_up")) or len(said) > 1


def test_a_birthday_that_nobody_told_yet_is_not_called_unreadable() -> None:
    talk = Talk(multilingual("about_you birthday"))
    talk.says("language hu")
    assert talk.then({}, locale="hu").splitlines()[1].startswith("Mikor születtél?")


@pytest.mark.parametrize("state", ["donate cause", "donate round_up"])
def test_a_sticker_has_the_same_causes_shown_again(state: str) -> None:
    assert understand(waiting(state), "").command == AskCauses(round_up=state == "donate round_up")


def test_what_was_asked_in_one_language_is_answered_in_another() -> None:
    talk = Talk(multilingual("redeem confirm"))
    talk.says("language zh-Hant")
    assert "要用100點兌換" in talk.then({}, locale="zh-Hant")
    talk.says("好的")
    assert [type(command).__name__ for command in talk.commands] == ["SetLocale", "Redeem"]


@pytest.mark.parametrize("text", ANSWERS)
@pytest.mark.parametrize("state", WAITING)
def test_an_answer_is_answered_though_member_or_programme_are_others_by_now(state: str, text: str) -> None:
    facts = waiting(state)
    for changed in (replace(facts, member=None), replace(facts, programme=CAFE), replace(facts, stopped=True)):
        turn = understand(changed, text)
        assert turn.replies or turn.command or changed.stopped
