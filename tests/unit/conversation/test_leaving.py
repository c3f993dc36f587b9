"""Every question can be left, waits no longer than it should, and outlives a restart."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversation import flow
from bot.conversation.commands import Stop
from bot.conversation.facts import Facts, Turn
from bot.conversation.features import FLOWS, LISTS
from bot.conversation.intents import tables
from bot.conversation.understanding import understand
from bot.wording import languages
from tests.unit.conversation.talk import only
from tests.unit.conversation.waiting import WAITING, waiting

LEFT = "All right, nothing was changed."
NAMED_IN_THE_TABLE_OF_STATES = {state.partition(" ")[0] for state in WAITING}


def in_all_languages(facts: Facts) -> Facts:
    return replace(facts, programme=replace(facts.programme, languages=languages()))


def test_there_is_a_way_to_every_flow_and_every_list() -> None:
    """For another flow, tell tests/unit/conversation/waiting.py how each of its questions is reached."""
    assert set(FLOWS) == NAMED_IN_THE_TABLE_OF_STATES
    assert {f"list {step}" for step in LISTS} <= set(WAITING)


@pytest.mark.parametrize("state", WAITING)
def test_every_question_is_left_with_cancel_in_every_language(state: str) -> None:
    facts = in_all_languages(waiting(state))
    for table in tables().values():
        for word in table["whole"]["cancel"]:
            turn = understand(facts, f"{word.upper()}!")
            assert (turn.dialog, turn.command) == (None, None), word
            assert only(turn).text.startswith(LEFT), word


@pytest.mark.parametrize("state", WAITING)
def test_every_question_is_left_with_stop(state: str) -> None:
    assert understand(waiting(state), "STOP") == Turn(command=Stop())


@pytest.mark.parametrize("state", WAITING)
def test_no_question_takes_what_makes_no_sense_for_a_wish(state: str) -> None:
    turn = understand(waiting(state), "🙂")
    assert turn.command is None
    assert turn.replies


@pytest.mark.parametrize("state", WAITING)
@pytest.mark.parametrize("text", ["1", "yes", "no", "skip"])
def test_an_answer_that_comes_too_late_changes_nothing_and_is_told_so(state: str, text: str) -> None:
    facts = waiting(state)
    late = replace(facts, now=facts.now + flow.HOLD)
    turn = understand(late, text)
    assert (turn.dialog, turn.command) == (None, None)
    assert turn.replies


@pytest.mark.parametrize("state", WAITING)
def test_a_wish_of_ones_own_is_heard_though_a_question_waited_too_long(state: str) -> None:
    facts = waiting(state)
    late = replace(facts, now=facts.now + timedelta(days=3))
    assert understand(late, "balance") == understand(replace(late, dialog=None), "balance")


@pytest.mark.parametrize("state", WAITING)
def test_a_question_outlives_a_restart(state: str) -> None:
    """What is kept between two messages is JSON alone."""
    facts = waiting(state)
    again = replace(facts, dialog=json.loads(json.dumps(facts.dialog)))
    for answer in ("1", "yes", "no", "bence@example.com", "123456", "Bence", "cancel"):
        assert understand(again, answer) == understand(facts, answer)


@pytest.mark.parametrize("state", WAITING)
def test_a_question_of_another_version_of_the_program_is_left_kindly(state: str) -> None:
    facts = waiting(state)
    assert facts.dialog is not None
    older = replace(facts, dialog={"flow": "gone", "step": "gone", "until": facts.dialog["until"], "version": 0})
    turn = understand(older, "yes")
    assert (turn.dialog, turn.command) == (None, None)
    assert turn.replies


@pytest.mark.parametrize("language", languages())
def test_no_yes_no_or_cancel_of_one_language_means_something_else_in_another(language: str) -> None:
    answers = {phrase: name for name in ("yes", "no", "cancel") for phrase in tables()[language]["whole"][name]}
    for other, table in tables().items():
        for name, phrases in table["whole"].items():
            assert {phrase for phrase in phrases if answers.get(phrase, name) != name} == set(), (other, name)
