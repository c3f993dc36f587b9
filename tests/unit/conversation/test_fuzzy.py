"""Typing errors are forgiven where that commits nobody to anything, and nowhere else."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation import intents
from bot.conversation.commands import (
    AskCauses,
    AskPerson,
    Export,
    Invite,
    MakeLink,
    SetLocale,
    SetName,
    ShowHistory,
    ShowVouchers,
)
from bot.conversation.facts import Facts
from bot.conversation.folding import fold
from bot.conversation.fuzzy import Near
from bot.conversation.intents import PERHAPS_STOP, Intent, language_named, read, tables
from bot.conversation.meanings import MEANT
from bot.conversation.politeness import Politeness
from bot.conversation.questions import Questions
from bot.conversation.understanding import understand
from bot.conversation.vocabulary import vocabulary
from bot.wording import languages
from tests.unit.conversation.talk import anna
from tests.unit.conversation.waiting import WAITING, waiting

ALL = languages()
COMMITTING = tables()["en"]["whole"].keys() - intents._FORGIVEN
DECIDING = {"yes", "no", "skip", "stop", "start", "resume"}
EXACT = sorted({p for table in tables().values() for name in COMMITTING for p in table["whole"][name]})
HARMLESS = AskCauses | AskPerson | Export | Invite | MakeLink | SetLocale | ShowHistory | ShowVouchers


@pytest.mark.parametrize(
    ("text", "name"),
    [("balnce", "balance"), ("Blaance?", "balance"), ("balancee", "balance"), ("my balnce", "balance"),
     ("reawrds", "rewards"),
     ("rewrads!", "rewards"), ("rewars", "rewards"), ("chalanges", "challenges"), ("challanges", "challenges"),
     ("bagdes", "badges"),
     ("vochers", "vouchers"), ("histroy", "history"), ("lanuage", "language"), ("reedem", "redeem"),
     ("cancle", "cancel"),
     ("hepl", "help"), ("helllo", "hello"), ("crad", "card"), ("teir", "tier"), ("donte", "donate"),
     ("setings", "settings"),
     ("egyenlge", "balance"), ("egyenelg", "balance"), ("jutlamak", "rewards"), ("kihvások", "challenges"),
     ("bevátás", "redeem"), ("segitsgé", "help"), ("jelvnyek", "badges"),
     ("ganjran", "rewards"), ("cabran", "challenges"), ("lencanaa", "badges"), ("baki syaa", "balance"),
     ("tetapn", "settings")],
)  # fmt: skip
def test_a_word_typed_wrongly_is_understood_but_never_for_sure(text: str, name: str) -> None:
    assert read(text, "en", ALL) == Intent(name, text=text, sure=False)


@pytest.mark.parametrize(
    ("text", "name"),
    [("waht can i get?", "rewards"), ("how mnay points do i have", "balance"), ("what is my blance", "balance"),
     ("when do my points exipre?", "terms"), ("Mit kapahtok?", "rewards"), ("mennyi potnom van", "balance"),
     ("berpaa mata sya", "balance"), ("apa gnjaran", "rewards")],
)  # fmt: skip
def test_a_question_typed_wrongly_is_understood_but_never_for_sure(text: str, name: str) -> None:
    found = read(text, "en", ALL)
    assert (found.name, found.sure, found.question) == (name, False, True)


@pytest.mark.parametrize(
    ("text", "name"),
    [("Hi, how many points do I have?", "balance"), ("Could you please tell me how many points I have", "balance"),
     ("my balance please", "balance"), ("hello! show me my rewards, thanks", "rewards"), ("please: help!", "help"),
     ("Szia, mennyi pontom van?", "balance"), ("mutasd a jutalmakat", "rewards"), ("kérlek, jutalmak", "rewards"),
     ("boleh saya lihat baki saya?", "balance"), ("berapa mata saya", "balance"),
     ("tolong tunjukkan kad saya", "card"),
     ("请问我有多少积分", "balance"), ("我有多少點數", "balance"), ("帮我查一下余额，谢谢", "balance")],
)  # fmt: skip
def test_a_wish_within_courtesies_is_understood(text: str, name: str) -> None:
    assert read(text, "en", ALL).name == name


@pytest.mark.parametrize(
    "text",
    ["shop", "cake", "hall", "carb", "blnc", "yse", "jion", "strat", "prson",
     "resme",
     "location", "i love coffee", "Anna", "Bence", "Charlie", "Kovács Anna", "Siti Aminah", "王小明", "陳大文",
     "asdkfj", "🙂"],
)  # fmt: skip
def test_what_is_too_short_too_far_or_would_commit_is_not_guessed(text: str) -> None:
    assert read(text, "en", ALL).name == ""


def test_a_word_as_near_to_two_meanings_is_not_understood() -> None:
    near = Near({"gathering": "a", "gathered": "b", "weathering": "c"})
    assert near.find("gatherinf") == "a"
    assert Near({"starling": "a", "stabling": "b"}).find("staxling") == ""
    assert Near({"starling": "a", "stabling": "a"}).find("staxling") == "a"


@pytest.mark.parametrize("text", ["redem 1", "beváltm 1", "tebsu 1", "reedem １"])
def test_redeeming_typed_wrongly_leads_to_the_question_only(text: str) -> None:
    turn = understand(anna(points=500), text)
    assert turn.command is None
    assert turn.dialog and (turn.dialog["flow"], turn.dialog["step"]) == ("redeem", "confirm")


@pytest.mark.parametrize(
    ("text", "number"),
    [("two", "2"), ("Kettő!", "2"), ("dua", "2"), ("二", "2"), ("两", "2"), ("２", "2"), ("2️⃣", "2"),
     ("②", "2"), ("#2", "2"),
     ("the second one", "2"), ("第二个", "2"), ("a másodikat", "2"), ("yang kedua", "2"), ("ten", "10"),
     ("tíz", "10"), ("十", "10")],
)  # fmt: skip
def test_numbers_are_understood_as_people_write_them(text: str, number: str) -> None:
    assert read(text, "en", ALL) == Intent("number", number, text)
    assert read(f"redeem {text}", "en", ALL).argument == number


def test_arabic_digits_are_numbers() -> None:
    assert int(read("٢", "en", ALL).argument) == 2


def test_a_number_said_as_a_word_is_no_persons_name_changed() -> None:
    assert read("join Seven", "en", ALL).argument == "Seven"


def test_what_spends_joins_agrees_leaves_or_erases_needs_exact_words() -> None:
    assert {"stop", "start", "resume", "join", "yes", "no", "skip", "erase", "export", "merge", "person"} <= COMMITTING


def test_nothing_that_decides_is_a_question_or_meant_by_what_a_sentence_names() -> None:
    for table in tables().values():
        assert not DECIDING & (table["questions"].keys() | MEANT)


typed = st.builds(lambda word, seed: mistyped(word, random.Random(seed)), st.sampled_from(EXACT), st.integers())


def mistyped(word: str, dice: random.Random) -> str:
    """With one to three slips of the finger."""
    letters = list(word)
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(len(letters) + 1)
        match dice.choice(("swap", "drop", "add", "change")):
            case "swap" if 0 < at < len(letters):
                letters[at - 1], letters[at] = letters[at], letters[at - 1]
            case "drop":
                del letters[at : at + 1]
            case "add":
                letters.insert(at, dice.choice("abelnostyő是 "))
            case "change":
                letters[at : at + 1] = dice.choice("abelnostyő是")
    return "".join(letters)


@settings(deadline=None, max_examples=500)
@given(typed, st.sampled_from(ALL))
def test_what_commits_is_never_understood_from_a_word_typed_wrongly(text: str, language: str) -> None:
    found, words = read(text, language, ALL), vocabulary(language, ALL)
    exact = fold(text) in words.whole or found.argument or found.question or found.name == "number"
    assert exact or found.name not in COMMITTING
    assert found.sure or found.question or found.name not in COMMITTING
    assert exact or found.name not in DECIDING


@settings(deadline=None, max_examples=500)
@given(st.sampled_from(WAITING), st.one_of(typed, st.sampled_from(EXACT).map(lambda word: f"please {word} now")))
def test_no_open_question_is_answered_by_a_guess(state: str, text: str) -> None:
    facts: Facts = waiting(state)
    found = read(text, facts.locale, facts.programme.languages)
    if not found.sure or found.question or found.name in ("", PERHAPS_STOP):
        command = understand(facts, text).command
        # Who is asked for a name may write any word.
        assert command is None or isinstance(command, HARMLESS | SetName)


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_in_any_language(text: str) -> None:
    for language in ALL:
        found = read(text, language, ALL)
        assert found.sure or found.question or found.name not in COMMITTING


def test_a_pattern_is_anything_where_it_has_a_star() -> None:
    questions = Questions([("a", "how many *do i have*"), ("b", "*点*吗"), ("c", "exactly this"), ("d", "aba*aba")])
    said = [
        "how many stars do i have",
        "how many do i have",
        "well, how many do i have",
        "有点数吗",
        "点吗",
        "exactly this",
        "abaaba",
    ]
    assert [questions.find(text) for text in said] == ["a", "a", "a", "b", "b", "c", "d"]
    assert [questions.find(text) for text in ("how many", "吗点", "exactly this not", "aba", "ababa", "")] == [""] * 6


def test_courtesies_touch_a_word_only_where_there_are_no_spaces() -> None:
    politeness = Politeness(["show me", "请"], ["now", "吗"])
    assert [politeness.stripped(text) for text in ("show me, x now", "请x吗", "showme x", "x know", "now")] == [
        "x", "x", "showme x", "x know", "now",
    ]  # fmt: skip


def test_a_language_is_named_wrongly_by_nobody_for_sure() -> None:
    assert language_named("magyra", "en", ALL) is None
