"""Name and birthday: shown among the settings, and corrected in a chat."""

from datetime import date

import pytest

from bot.conversation.commands import AskSettings, SetBirthday, SetName
from bot.conversation.concluding import conclude
from bot.wording import day, languages
from tests.unit.conversation.talk import Talk, anna, only
from tests.unit.conversation.test_settings import ALONE, TOLD

MARCH = date(1990, 3, 12)


@pytest.mark.parametrize("language", languages())
def test_what_is_kept_can_be_chosen_by_number_and_by_button(language: str) -> None:
    talk = Talk(anna(language))
    talk.says("settings")
    *_, name, birthday = talk.then(ALONE).splitlines()
    assert "Anna" in name and day(MARCH, language) in birthday
    number = birthday.partition(".")[0]
    assert talk.says(number) == Talk(anna(language)).says("settings birthday") != ""
    assert talk.asked == "about_you birthday"


def test_another_name_is_taken_and_told_back() -> None:
    talk = Talk(anna())
    assert talk.says("settings name") == "What is your name? (To leave, write: cancel)"
    talk.says("my name is Anna Kiss")
    assert talk.commands == [SetName("Anna Kiss")]
    told = talk.then({**ALONE, "name": "Anna Kiss"})
    assert told.startswith("Saved. Your settings.") and "Name: Anna Kiss" in told


def test_another_birthday_is_taken_as_it_is_when_joining() -> None:
    talk = Talk(anna("hu"))
    talk.says("settings birthday")
    assert "Ezt nem tudtam" in talk.says("március 12.") and talk.asked == "about_you birthday"
    talk.says("1990. március 12.")
    assert talk.commands == [SetBirthday(MARCH)]


@pytest.mark.parametrize("key", ["name", "birthday"])
@pytest.mark.parametrize("word", ["cancel", "skip", "no"])
def test_the_question_can_be_left_and_nothing_is_changed(key: str, word: str) -> None:
    talk = Talk(anna())
    talk.says(f"settings {key}")
    assert talk.says(word) == "All right, nothing was changed."
    assert (talk.commands, talk.asked) == ([], "")


@pytest.mark.parametrize("key", ["name", "birthday"])
def test_another_wish_goes_before_the_question(key: str) -> None:
    talk = Talk(anna())
    talk.says(f"settings {key}")
    assert "87 points" in talk.says("balance")


@pytest.mark.parametrize("said", ["yes", "3", "https://eve.example/", "x" * 200, "who took my points?"])
def test_what_is_no_name_is_asked_for_again(said: str) -> None:
    talk = Talk(anna())
    talk.says("settings name")
    assert "What is your name?" in talk.says(said)
    assert talk.commands == []


def test_a_birthday_corrected_within_a_year_is_a_matter_for_staff() -> None:
    fixed = {**ALONE, "birthday_fixed": True}
    shown = only(conclude(anna(), AskSettings(), fixed)).text.splitlines()
    assert shown[-2:] == ["5. Name: Anna", "Birthday: March 12, 1990 (to correct it, write: person)"]
    refused = only(conclude(anna(), SetBirthday(MARCH), {**fixed, "refused": True})).text
    assert refused.splitlines() == shown


def test_what_was_never_told_can_be_told() -> None:
    shown = only(conclude(anna(), AskSettings(), {**ALONE, **TOLD, "name": "", "birthday": None})).text
    assert shown.splitlines()[-2:] == ["5. Name: none", "6. Birthday: none"]


def test_by_mail_nobody_is_renamed() -> None:
    shown = only(conclude(anna(channel="email"), AskSettings(), ALONE)).text
    assert "Name: Anna (to correct it, write: person)" in shown
    assert "another chat" in Talk(anna(channel="email")).says("settings name")
