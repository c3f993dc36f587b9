"""What customers write, by the hundred in each language: understood, or at least never taken for what it is not."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest

from bot.conversation import commands as c
from bot.conversation.facts import Facts
from bot.conversation.intents import read, tables
from bot.conversation.understanding import understand
from bot.wording import languages
from tests.unit.conversation.talk import anna
from tests.unit.conversation.waiting import WAITING, waiting

ALL = languages()
SAID = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in (Path(__file__).parent / "said").glob("*.toml")}
COMMITS = c.Redeem | c.Wait | c.TakeUp | c.Give | c.Donate | c.Merge | c.TakeLink | c.Erase | c.Stop | c.Resume
CONFIRMS = [state for state in WAITING if state.endswith(("confirm", "consent", "merge", "wait", "token", "round_up"))]


def commits(command: c.Command | None) -> bool:
    """Spends, agrees, erases, leaves or comes back."""
    match command:
        case c.Enrol(marketing=agreed):
            return agreed
        case c.RoundUp(cause):
            return cause is not None
        case c.SetConsent(granted=granted):
            return granted
    return isinstance(command, COMMITS)


@lru_cache(256)
def asked(state: str, language: str) -> Facts:
    facts = waiting(state)
    return replace(facts, locale=language, programme=replace(facts.programme, languages=ALL))


def wrongly_committed(text: str, language: str, states: list[str] = WAITING) -> list[tuple[str, str]]:
    return [(text, state) for state in states if commits(understand(asked(state, language), text).command)]


def test_every_language_has_its_customers() -> None:
    assert SAID.keys() == set(ALL)
    assert all(sum(map(len, said["means"].values())) >= 200 for said in SAID.values())
    assert all(len(set(said["means_otherwise"]["said"])) >= 100 for said in SAID.values())


@pytest.mark.parametrize("language", ALL)
def test_what_customers_write_is_understood(language: str) -> None:
    meant: Mapping[str, list[str]] = SAID[language]["means"]
    read_as = {text: (read(text, language, ALL).name, name) for name, texts in meant.items() for text in texts}
    assert {text: found for text, found in read_as.items() if found[0] != found[1]} == {}


@pytest.mark.parametrize("language", ALL)
def test_a_word_of_command_that_means_otherwise_commits_to_nothing_whatever_was_asked(language: str) -> None:
    texts = SAID[language]["means_otherwise"]["said"]
    assert [wrong for text in texts for wrong in wrongly_committed(text, language)] == []


@pytest.mark.parametrize("language", ALL)
def test_what_is_not_wished_for_is_not_begun(language: str) -> None:
    begun = {
        "yes",
        "stop",
        "start",
        "resume",
        "gift",
        "donate",
        "round_up",
        "merge",
        "erase",
        "person",
        "join",
        "checkin",
    }
    texts = SAID[language]["means_otherwise"]["refused"]
    assert {text: name for text in texts if (name := read(text, language, ALL).name) in begun | {"redeem"}} == {}


@pytest.mark.parametrize("language", ALL)
def test_nothing_is_guessed_from_the_talk_of_a_cafe(language: str) -> None:
    texts = SAID[language]["means_nothing"]["said"]
    assert {text: name for text in texts if (name := read(text, language, ALL).name)} == {}


@pytest.mark.parametrize("language", ALL)
def test_a_yes_that_asks_wonders_or_goes_on_is_none(language: str) -> None:
    forms = ("{}?", "{} ？", "{} 🤔", "{}\n\nno, wait", "{} / {}", "x {}", "{} x")
    said = [form.replace("{}", word) for word in tables()[language]["whole"]["yes"] for form in forms]
    assert [wrong for text in said for wrong in wrongly_committed(text, language, CONFIRMS)] == []


@pytest.mark.parametrize("text", ["erase everything?", "erase everything\n\nfrom the menu", "erase everything 🤔"])
def test_the_words_that_erase_are_the_whole_message_and_no_question(text: str) -> None:
    assert not wrongly_committed(text, "en", ["privacy erase"])
    assert commits(understand(asked("privacy erase", "en"), "Erase everything.").command)


@pytest.mark.parametrize("text", ["trees?", "1?\n\nor rather not"])
def test_a_question_about_a_cause_rounds_nothing_up(text: str) -> None:
    assert not wrongly_committed(text, "en", ["donate round_up"])


def test_a_yes_with_a_phones_signature_is_a_yes() -> None:
    assert commits(understand(asked("redeem confirm", "en"), "Yes\n\nSent from my iPhone").command)


def test_a_person_is_called_by_who_asks_for_one_and_offered_where_it_is_only_guessed() -> None:
    assert understand(anna(), "can i talk to a human?").command == c.AskPerson()
    guessed = understand(anna(), "I have a complaint")
    assert guessed.command is None
    assert [button.says for button in guessed.replies[0].buttons] == ["person"]


@pytest.mark.parametrize("language", ALL)
@pytest.mark.parametrize("state", CONFIRMS)
def test_a_yes_button_confirms_its_own_question_and_no_other(state: str, language: str) -> None:
    facts = asked(state, language)
    asked_again = understand(facts, "qwrtzp vbnmxy").replies[-1]
    for says in (button.says for button in asked_again.buttons if button.says.startswith("yes")):
        assert commits(understand(facts, says).command), says
        assert not wrongly_committed(says, language, [other for other in CONFIRMS if other != state])


def test_thanks_are_answered_and_leave_the_open_question_open() -> None:
    turn = understand(asked("gift confirm", "en"), "thanks!")
    assert turn.replies[0].text == "You are welcome!"
    assert turn.dialog == asked("gift confirm", "en").dialog


def test_a_no_to_nothing_is_taken_as_one() -> None:
    assert understand(anna(), "no thanks").replies[0].text == "All right, nothing was changed."
