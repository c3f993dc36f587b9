"""Asking how it works."""

from dataclasses import replace
from importlib.resources import files

import pytest

from bot.conversation.understanding import understand
from bot.loyalty.document import parse
from bot.wording.explaining import explain
from tests.unit.conversation.talk import CAFE, Talk, anna, bence, labels, only

FASHION = parse((files("config") / "presets" / "fashion.toml").read_text("utf-8"))
OVERVIEW = (
    "1 point for every €1 you spend\n"
    "1. How you earn\n2. Stamp cards\n3. Rewards\n4. Challenges\n5. Friends and good causes\n6. Good to know\n"
    "For more, answer with a number."
)


@pytest.mark.parametrize("asked", ["how", "/how", "How does it work?", "how does this work", "what are the rules?"])
def test_the_subjects_are_listed_with_what_matters_most(asked: str) -> None:
    assert Talk(anna()).says(asked) == Talk(bence()).says(asked) == OVERVIEW


@pytest.mark.parametrize("asked", ["hogyan", "Hogyan működik?", "Mik a szabályok?"])
def test_in_hungarian_too(asked: str) -> None:
    assert Talk(anna("hu")).says(asked).startswith("1 pont minden elköltött 1\u00a0EUR után\n1. Így gyűjthetsz\n")


def test_numbers_open_one_subject_after_the_other() -> None:
    talk = Talk(anna())
    talk.says("how")
    stamps = "Stamp cards\n- Coffee card: 10 stamps bring you: Any drink; a stamp for each: coffee"
    assert [talk.says("2"), talk.says("3")] == [stamps, "Rewards\n- Any drink: 100 points"]
    assert talk.says("9") == "There is no such number in the list."


@pytest.mark.parametrize("asked", ["how 3", "how rewards", "explain rewards", "hogyan 3"])
def test_a_subject_is_named_by_number_or_by_word(asked: str) -> None:
    assert Talk(anna()).says(asked).startswith("Rewards\n- ")


def test_every_subject_has_a_button_that_opens_it() -> None:
    buttons = labels(only(understand(anna(), "how")))
    assert list(buttons.values()) == [section.title for section in explain(CAFE, "en")]
    for says, title in buttons.items():
        assert Talk(anna()).says(says).startswith(f"{title}\n- ")


@pytest.mark.parametrize(
    ("asked", "locale", "title"),
    [
        ("How do I earn points?", "en", "How you earn"),
        ("Hogyan gyűjthetek pontot?", "hu", "Így gyűjthetsz"),
        ("When do my points expire?", "en", "Good to know"),
        ("Mikor járnak le a pontjaim?", "hu", "Jó tudni"),
    ],
)
def test_a_question_about_earning_or_expiry_is_answered_at_once(asked: str, locale: str, title: str) -> None:
    assert Talk(anna(locale)).says(asked).startswith(f"{title}\n- ")


def test_what_chat_says_is_what_the_programme_says() -> None:
    facts = replace(anna(), programme=FASHION)
    for n, section in enumerate(explain(FASHION, "en"), 1):
        lines = Talk(facts).says(f"how {n}").splitlines()
        assert lines == [section.title, *(f"- {line.text}" for line in section.lines)]


def test_asked_while_joining_the_open_question_is_put_again() -> None:
    talk = Talk(bence())
    question = talk.says("join")
    assert talk.says("how does it work?") == f"{OVERVIEW}\n{question}"


def test_the_overview_takes_two_sms() -> None:
    talk = Talk(replace(anna("hu", "sms"), programme=FASHION))
    assert len(talk.says("how")) < 306


def test_other_words_after_how_are_other_questions() -> None:
    assert Talk(anna()).says("how many points do I have?").startswith("You have 87 points.")
    assert Talk(anna()).says("how about a walk").startswith("Sorry, I did not understand that.")
