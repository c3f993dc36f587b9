from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.conversation.commands import Enrol, SetLocale
from bot.conversation.understanding import understand
from bot.errors import Conflict
from tests.unit.conversation.talk import ANNA, SATURDAY, Talk, anna, bence, labels, only

BENCE = replace(ANNA, id=2, code="BENCE4", name="Bence", points=0, progress={})
CONSENT = "May we send you news and gifts here? Answer yes or no. You can stop any time by writing STOP."

MEMBER = {"link": "I am a member"}


def test_bence_joins_in_four_turns() -> None:
    talk = Talk(bence())
    assert talk.says("join") == "What is your name? (To leave, write: cancel)"
    assert talk.says("Bence").startswith("Nice to meet you, Bence! When is your birthday?")
    assert talk.says("12 March 1990") == f"Your birthday: March 12, 1990. {CONSENT}"
    assert talk.says("yes") == ""
    assert talk.commands == [Enrol("Bence", date(1990, 3, 12), marketing=True, words=CONSENT)]
    assert talk.then({}, member=BENCE).splitlines() == [
        "Welcome! You are now a member of Bean & Leaf. Your member number: BENCE4",
        "You have 0 points.",
        "You can write: balance, rewards, redeem, challenges, badges, how, language, stop",
    ]
    assert talk.asked == ""


def test_who_asks_for_something_else_while_joining_is_offered_the_open_answers_alone() -> None:
    talk = Talk(bence())
    talk.says("join Bence")
    turn = understand(talk.facts, "balance")
    assert [list(labels(one)) for one in turn.replies] == [[], ["skip"]]


def test_bence_joins_in_hungarian() -> None:
    talk = Talk(bence("hu"))
    assert talk.says("csatlakozom Bence").startswith("Örülök, Bence! Mikor születtél?")
    consent = talk.says("kihagyom")
    talk.says("nem")
    assert talk.commands == [Enrol("Bence", None, marketing=False, words=consent)]
    assert talk.then({}, member=BENCE).startswith("Isten hozott! Mostantól tag vagy itt: Bean & Leaf. Tagsági számod:")


def test_start_begins_joining_and_says_where_one_is() -> None:
    talk = Talk(bence())
    assert talk.says("/start ref_8Fz2") == "Welcome to Bean & Leaf! What is your name? (To leave, write: cancel)"
    assert talk.asked == "join name"


@pytest.mark.parametrize("word", ["start", "join", "join Bence"])
def test_a_member_who_joins_again_is_greeted(word: str) -> None:
    turn = understand(anna(), word)
    assert only(turn).text.startswith("Hello Anna!\nYou have 87 points.")
    assert turn.dialog is None


def test_the_name_that_the_provider_tells_is_offered() -> None:
    facts = bence(name="Bence Nagy")
    assert labels(only(understand(facts, "join"))) == {"Bence Nagy": "Bence Nagy", **MEMBER}
    talk = Talk(facts)
    talk.says("join")
    assert talk.says("yes").startswith("Nice to meet you, Bence Nagy!")


@pytest.mark.parametrize("name", ["stop", "Help", "x" * 70, "ő" * 40, "☕", ""])
def test_a_name_that_would_mean_something_else_or_fits_no_button_is_not_offered(name: str) -> None:
    assert labels(only(understand(bence(name=name), "join"))) == MEMBER


@pytest.mark.parametrize("text", ["Anna Kovács", "My name is Anna Kovács", "Magyar", "O'Brien", "李小龍", "Joiner"])
def test_any_name_is_taken(text: str) -> None:
    talk = Talk(bence())
    talk.says("join")
    talk.says(text)
    assert talk.asked == "join birthday"
    assert talk.facts.dialog is not None
    assert talk.facts.dialog["name"] == text.removeprefix("My name is ")


@pytest.mark.parametrize("text", ["12", "yes", "no", "???", "x" * 81, "see https://win.example", "/foo", "a\x00b", ""])
def test_what_is_no_name_is_asked_again(text: str) -> None:
    talk = Talk(bence())
    talk.says("join")
    assert talk.says(text) == "What is your name? (To leave, write: cancel)"
    assert talk.asked == "join name"


@pytest.mark.parametrize("text", ["12 March", "tomorrow", "2030-01-01", "1850-01-01", "31 February 1990", "yes", "7"])
def test_what_is_no_birthday_is_asked_again_with_an_example(text: str) -> None:
    talk = Talk(bence())
    talk.says("join Bence")
    again = talk.says(text)
    assert again.startswith("I could not read that as a full date.")
    assert "March 12, 1990" in again
    assert talk.asked == "join birthday"


@pytest.mark.parametrize("word", ["skip", "no", "nem", "Kihagyom!"])
def test_the_birthday_may_be_left_out(word: str) -> None:
    talk = Talk(bence())
    talk.says("join Bence")
    assert talk.says(word) == CONSENT


@pytest.mark.parametrize("text", ["ok", "sure, why not", "yes but only gifts", "maybe", "1", "skip", "ja", "👍", ""])
def test_consent_is_a_plain_yes_and_nothing_else(text: str) -> None:
    talk = Talk(bence())
    talk.says("join Bence")
    talk.says("skip")
    assert talk.says(text) == f"Sorry, I did not understand that. {CONSENT}"
    assert talk.commands == []


@pytest.mark.parametrize("text", ["yes join now", "yes join please", "yes join news?"])
def test_what_only_begins_as_its_button_does_agrees_to_nothing(text: str) -> None:
    talk = Talk(bence())
    for said in ("join Bence", "skip", text):
        talk.says(said)
    assert talk.commands == []


def test_consent_offers_both_answers_alike() -> None:
    talk = Talk(bence("hu"))
    talk.says("join Bence")
    assert labels(only(understand(talk.facts, "skip"))) == {"yes join news": "Igen", "no": "Nem"}


def test_the_yes_button_joins_also_when_a_list_was_asked_for_meanwhile_and_begins_anew_when_it_is_too_late() -> None:
    talk = Talk(bence())
    for text in ("join Bence", "skip", "language", "yes join news"):
        talk.says(text)
    assert talk.commands == [Enrol("Bence", None, marketing=True, words=CONSENT)]
    assert Talk(bence()).says("yes join news") == "What is your name? (To leave, write: cancel)"


@pytest.mark.parametrize("turns", [["join"], ["join Bence"], ["join Bence", "skip"]])
def test_cancel_leaves_at_any_time(turns: list[str]) -> None:
    talk = Talk(bence())
    for text in turns:
        talk.says(text)
    assert talk.says("Mégse") == "All right, nothing was changed."
    assert talk.asked == ""


@pytest.mark.parametrize(
    ("turns", "step"), [(["join"], "name"), (["join Bence"], "birthday"), (["join B", "no"], "consent")]
)
def test_another_wish_is_answered_and_the_open_question_put_again(turns: list[str], step: str) -> None:
    talk = Talk(bence())
    for text in turns:
        asked = talk.says(text)
    answer = talk.says("rewards")
    assert answer.startswith("1. Any drink: 100 points")
    assert answer.endswith(asked.removeprefix("Nice to meet you, Bence! "))
    assert talk.asked == f"join {step}"


@pytest.mark.parametrize("wish", ["history", "invite", "gift 5 to ANNA23", "settings", "privacy", "card", "erase"])
def test_what_only_members_can_have_does_not_end_the_joining_of_an_invited_friend(wish: str) -> None:
    talk = Talk(bence())
    for text in ("/start r_ANNA-2345", "Bence"):
        talk.says(text)
    assert talk.says(wish).endswith("If you would rather not say, write: skip")
    assert (talk.asked, (talk.facts.dialog or {})["referrer"]) == ("join birthday", "ANNA-2345")


def test_asking_for_the_balance_while_joining_does_not_say_how_to_join() -> None:
    talk = Talk(bence())
    talk.says("join")
    assert talk.says("balance").splitlines() == [
        "You are not a member of Bean & Leaf yet.",
        "What is your name? (To leave, write: cancel)",
    ]


@pytest.mark.parametrize("choice", [["language hu"], ["language", "2"]])
def test_joining_goes_on_in_the_language_that_was_chosen_meanwhile(choice: list[str]) -> None:
    talk = Talk(bence())
    talk.says("join Bence")
    talk.says("skip")
    for text in choice:
        talk.says(text)
    assert talk.commands == [SetLocale("hu")]
    said = talk.then({}, locale="hu")
    language, _, consent = said.partition("\n")
    assert language == "Nyelv: magyar"
    assert consent.startswith("Küldhetünk ide híreket")
    talk.says("igen")
    assert talk.commands[-1] == Enrol("Bence", None, marketing=True, words=consent)


def test_after_an_hour_the_question_is_given_up_kindly() -> None:
    talk = Talk(bence())
    talk.says("join Bence")
    talk.waits(timedelta(minutes=59, seconds=59))
    assert "Your birthday" in Talk(talk.facts).says("1990-03-12")
    talk.waits(timedelta(seconds=1))
    assert talk.says("1990-03-12").startswith("Sorry, that was a while ago")
    assert talk.asked == ""


def test_after_an_hour_a_clear_wish_is_simply_answered() -> None:
    talk = Talk(bence())
    talk.says("join Bence")
    talk.waits(timedelta(hours=2))
    assert talk.says("help") == "You can write: join, rewards, challenges, badges, how, language, stop"


def test_a_dialog_of_another_version_counts_as_given_up() -> None:
    old = {"flow": "join", "step": "gone", "until": SATURDAY.isoformat(), "version": 0}
    assert Talk(replace(bence(), dialog=old)).says("1990-03-12").startswith("Sorry, that was a while ago")


def test_who_became_a_member_in_the_meantime_is_greeted() -> None:
    talk = Talk(bence())
    for text in ("join Bence", "skip", "yes"):
        talk.says(text)
    assert talk.then(Conflict("this address is a member's"), member=BENCE).startswith("Hello Bence!")


def test_a_failed_enrolment_is_told() -> None:
    talk = Talk(bence())
    for text in ("join Bence", "skip", "yes"):
        talk.says(text)
    assert talk.then(Conflict()) == "Sorry, that did not work. Nothing was changed."
