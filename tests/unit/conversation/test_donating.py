"""The list of causes: what chooses one, and what is said to an answer that chooses none."""

from dataclasses import replace

import pytest

from bot.conversation.commands import AskCauses
from bot.wording import languages
from tests.unit.conversation.talk import Talk
from tests.unit.conversation.test_in_between import multilingual
from tests.unit.conversation.waiting import waiting


@pytest.mark.parametrize("text", ["1", "donate 1", "/donate 1", "adomány 1", "捐赠 1", "捐贈1", "derma 1", "trees"])
def test_a_cause_is_chosen_by_its_number_alone_or_after_the_word(text: str) -> None:
    talk = Talk(multilingual("donate cause"))
    assert talk.says(text).startswith("How many points would you like to give to: Trees?")


def test_so_many_points_as_no_cause_has_for_a_number_begin_anew() -> None:
    talk = Talk(waiting("donate cause"))
    talk.says("donate 50")
    assert talk.commands == [AskCauses()]


@pytest.mark.parametrize(
    ("step", "asked_again"),
    [
        ("cause", "Which one would you like to give points to? Answer with its number."),
        ("round_up", "Answer with the number of a cause, or no to leave it."),
    ],
)
@pytest.mark.parametrize("text", ["yes", "K7M2-9QXF"])
def test_what_is_no_number_is_asked_for_one_and_told_how_to_leave(step: str, asked_again: str, text: str) -> None:
    talk = Talk(waiting(f"donate {step}"))
    assert talk.says(text) == f"{asked_again} (To leave, write: cancel)"
    assert talk.says("99") == "There is no such number in the list. (To leave, write: cancel)"
    assert (talk.asked, talk.commands) == (f"donate {step}", [])


@pytest.mark.parametrize("language", languages())
def test_the_word_that_is_told_leaves_the_list(language: str) -> None:
    talk = Talk(replace(multilingual("donate cause"), locale=language))
    word = talk.says("yes").rstrip(")）").replace("：", ": ").rpartition(": ")[2]
    talk.says(word)
    assert talk.asked == ""
