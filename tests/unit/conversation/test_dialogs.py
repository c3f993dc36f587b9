from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.commands import AskLink, Command, Enrol, ProveLink, Redeem, Resume, SetLocale, Stop
from bot.conversation.concluding import DONE, ENDED, conclude
from bot.conversation.facts import Facts, Turn
from bot.conversation.intents import tables
from bot.conversation.understanding import prepare, understand
from bot.conversation.vocabulary import vocabulary
from bot.errors import Conflict
from tests.unit.conversation.talk import ANNA, Talk, anna, bence, only

WORDS = sorted(
    {word for table in tables().values() for phrases in table["whole"].values() for word in phrases}
    | {"1", "2", "redeem 1", "redeem free_drink", "yes free_drink", "join Anna", "language hu", "1990-03-12", "123456"}
)
SPENDS_OR_OPTS_IN = Enrol | Redeem | AskLink | ProveLink | Resume
said = st.one_of(st.sampled_from(WORDS), st.text(max_size=40))
people = st.sampled_from(
    [anna(), anna("hu", "sms"), anna(points=500), bence(), bence("hu", "email"), bence(channel="web", name="Bence")]
)


def test_stop_is_confirmed_once_and_then_there_is_silence() -> None:
    talk = Talk(anna())
    talk.says("STOP")
    assert talk.commands == [Stop()]
    talk.facts = replace(talk.facts, stopped=True)
    assert talk.then({}) == "Bean & Leaf: you will get no more messages here. To come back, write: START"
    for text in (
        "balance",
        "help",
        "stop",
        "hello?",
        "yes",
        "when does the sale start?",
        "join us for dinner",
        "can I join you?",
    ):
        assert understand(talk.facts, text) == Turn()


@pytest.mark.parametrize("word", ["start", "START!", "/start", "/start promo", "join", "unstop", "újra", "Kezdés"])
def test_who_left_comes_back_with_one_word(word: str) -> None:
    talk = Talk(replace(anna(), stopped=True))
    talk.says(word)
    assert talk.commands == [Resume()]
    talk.facts = replace(talk.facts, stopped=False)
    assert talk.then({}).startswith("Welcome back!\nYou have 87 points.")


def test_a_stranger_who_comes_back_is_told_how_to_join() -> None:
    turn = conclude(bence("hu"), Resume(), {})
    assert only(turn).text == (
        "Örülünk, hogy újra itt vagy! Még nem vagy tag itt: Bean & Leaf. Ha csatlakoznál, írd: csatlakozom"
    )


@pytest.mark.parametrize("text", ["stop", "Állj!", "END"])
@pytest.mark.parametrize("before", [["join"], ["join Bence"], ["join Bence", "skip"], ["link"], ["language"]])
def test_stop_wins_over_every_question(text: str, before: list[str]) -> None:
    talk = Talk(bence())
    for earlier in before:
        talk.says(earlier)
    talk.says(text)
    assert talk.commands == [Stop()]
    talk.then({})
    assert talk.asked == ""


def test_the_language_is_chosen_from_a_list_and_answered_in() -> None:
    talk = Talk(anna())
    assert talk.says("language").splitlines()[:3] == [
        "Which language would you like? Answer with its number.",
        "1. English",
        "2. magyar",
    ]
    talk.says("2")
    assert talk.commands == [SetLocale("hu")]
    assert talk.then({}, locale="hu") == "Nyelv: magyar"


@pytest.mark.parametrize(
    "text", ["language hu", "language Hungarian", "nyelv magyar", "magyar", "Hungarian", "/language hu"]
)
def test_a_language_is_named_in_many_ways(text: str) -> None:
    assert understand(anna(), text).command == SetLocale("hu")


def test_an_unknown_language_brings_the_list() -> None:
    assert only(replace(understand(anna(), "language klingon"), dialog=None)).text.startswith("Which language")


def test_a_language_that_could_not_be_kept_is_told() -> None:
    assert only(conclude(anna(), SetLocale("hu"), Conflict())).text == "Sorry, that did not work. Nothing was changed."


def test_something_is_said_about_the_end_of_every_command() -> None:
    assert DONE.keys() | ENDED.keys() == set(get_args(Command))
    assert not DONE.keys() & ENDED.keys()


def test_cancel_without_a_question_shows_the_help() -> None:
    assert understand(anna(), "cancel") == understand(anna(), "help")


def test_a_number_without_a_list_is_not_understood() -> None:
    assert only(understand(anna(), "1")).text.startswith("Sorry, I did not understand that.")


@pytest.mark.parametrize("text", ["carp", "", "🙂"])
def test_what_is_not_understood_gets_what_can_be_asked(text: str) -> None:
    assert only(understand(anna(), text)).text == (
        "Sorry, I did not understand that.\n"
        "You can write: balance, rewards, redeem, challenges, badges, how, language, stop"
    )


@settings(deadline=None)
@given(people, st.one_of(said, st.text()))
def test_the_first_message_never_spends_joins_or_consents(facts: Facts, text: str) -> None:
    turn = understand(facts, text)
    assert not isinstance(turn.command, SPENDS_OR_OPTS_IN)
    assert turn.replies or turn.command


@settings(deadline=None)
@given(people, st.lists(said, max_size=8))
def test_any_talk_goes_on_and_its_buttons_fit(facts: Facts, texts: list[str]) -> None:
    talk = Talk(facts)
    for text in texts:
        turn = understand(talk.facts, text)
        assert turn.replies or turn.command
        assert all(len(b.says.encode()) <= 64 and b.label for reply in turn.replies for b in reply.buttons)
        assert all(bool(reply.subject) == (facts.channel == "email") for reply in turn.replies)
        talk.says(text)


@settings(deadline=None)
@given(people, st.lists(said, max_size=8))
def test_consent_and_spending_need_a_yes_to_the_question_before(facts: Facts, texts: list[str]) -> None:
    talk = Talk(facts)
    for text in texts:
        asked = talk.asked
        command = understand(talk.facts, text).command
        if isinstance(command, Redeem):
            assert asked == "redeem confirm"
        if isinstance(command, Enrol):
            assert asked == "join consent"
        talk.says(text)


@settings(deadline=None)
@given(people, st.lists(said, max_size=3), said)
def test_any_talk_can_be_taken_up_an_hour_later(facts: Facts, texts: list[str], late: str) -> None:
    talk = Talk(facts)
    for text in texts:
        talk.says(text)
    talk.waits(timedelta(hours=1))
    assert not isinstance(understand(talk.facts, late).command, SPENDS_OR_OPTS_IN)


@settings(deadline=None)
@given(people, said)
def test_who_left_hears_nothing_of_other_words(facts: Facts, text: str) -> None:
    turn = understand(replace(facts, stopped=True, member=ANNA), text)
    assert turn in (Turn(), Turn(command=Resume()))


def test_what_was_prepared_keeps_no_first_message_waiting() -> None:
    facts = anna()
    vocabulary.cache_clear()
    prepare(facts.programme.languages)
    built = vocabulary.cache_info().misses
    for language in facts.programme.languages:
        understand(replace(facts, locale=language), "balance")
    assert vocabulary.cache_info().misses == built
