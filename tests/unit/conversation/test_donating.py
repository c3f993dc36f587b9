"""The list of causes: what chooses one, and what is said to an answer that chooses none."""

from dataclasses import replace
from importlib.resources import files

import pytest

from bot.conversation.commands import AskCauses, RoundUp
from bot.conversation.concluding import conclude
from bot.conversation.facts import Codes
from bot.conversation.understanding import understand
from bot.loyalty.document import parse
from bot.wording import languages
from tests.unit.conversation.talk import Talk, anna, labels, only
from tests.unit.conversation.test_in_between import multilingual
from tests.unit.conversation.waiting import CAUSES, member, waiting


@pytest.mark.parametrize("text", ["1", "donate 1", "/donate 1", "adomány 1", "捐赠 1", "捐贈1", "derma 1", "trees"])
def test_a_cause_is_chosen_by_its_number_alone_or_after_the_word(text: str) -> None:
    talk = Talk(multilingual("donate cause"))
    assert talk.says(text).startswith("How many points would you like to give to: Trees?")


def test_a_button_for_each_cause_chooses_it_by_its_key_whatever_the_list_shows_by_then() -> None:
    shown = only(conclude(waiting("donate cause"), AskCauses(), CAUSES))
    assert labels(shown)["donate trees"] == "Trees"
    assert understand(member(), "donate trees").replies[0].text.startswith("How many points would you like to give to:")


def test_a_button_for_each_cause_rounds_up_for_it_and_by_mail_asks_for_the_code_first() -> None:
    shown = only(conclude(waiting("donate round_up"), AskCauses(round_up=True), CAUSES))
    assert list(labels(shown))[-1] == "no"
    assert labels(shown)["round up trees"] == "Trees"
    for facts in (waiting("donate round_up"), member()):
        assert understand(facts, "round up trees").command == RoundUp("trees")
    by_mail = replace(member(), channel="email", codes=Codes("424242", "hash of {}".format))
    asked = understand(by_mail, "round up trees")
    assert asked.command is None
    assert "424242" in asked.replies[0].text


@pytest.mark.parametrize(
    ("locale", "asked"),
    [
        ("en", "50 points (€1)"),
        ("hu", "50 pont (1 EUR)"),
        ("ms", "50 mata (€1)"),
        ("zh-Hans", "50积分（€1）"),
        ("zh-Hant", "50點（€1）"),
    ],
)
def test_what_points_are_worth_stands_beside_them_as_the_language_sets_it(locale: str, asked: str) -> None:
    shop = parse((files("config") / "presets" / "fashion.toml").read_text("utf-8"))
    facts = replace(anna(locale), programme=shop)
    assert asked in only(understand(facts, "donate 50 textile_recycling")).text.replace("\u00a0", " ")


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
