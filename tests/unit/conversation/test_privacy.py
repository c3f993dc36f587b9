"""What is kept, a copy of it, and the exact words that erase it."""

from dataclasses import replace

import pytest

from bot.conversation.commands import Erase, Export, Stop
from bot.conversation.concluding import conclude
from bot.conversation.understanding import understand
from bot.errors import NotAllowed
from tests.unit.conversation.talk import Talk, anna, bence, labels, only

PHRASES = {
    "en": "erase everything",
    "hu": "törölj mindent",
    "ms": "padam semuanya",
    "zh-Hans": "全部删除",
    "zh-Hant": "全部刪除",
}


def asked(locale: str = "en", channel: str = "telegram") -> Talk:
    """Anna wants everything erased, and is told how."""
    talk = Talk(anna(locale, channel))
    assert PHRASES[locale] in talk.says("erase my data")
    return talk


@pytest.mark.parametrize("word", ["privacy", "adatvédelem", "隐私", "隱私", "privasi"])
def test_what_is_kept_is_said_with_two_choices(word: str) -> None:
    turn = understand(anna(), word)
    assert list(labels(turn.replies[0])) == ["export", "erase"]
    assert "birthday" in turn.replies[0].text


def test_a_stranger_may_know_what_would_be_kept_and_has_nothing_to_choose() -> None:
    reply = only(understand(bence(), "privacy"))
    assert "birthday" in reply.text
    assert reply.buttons == ()
    for word in ("export my data", "erase my data"):
        assert "not a member" in only(understand(bence(), word)).text


def test_the_choices_are_numbers_too() -> None:
    for number, button in (("1", "export"), ("2", "erase")):
        talk = Talk(anna())
        talk.says("privacy")
        assert understand(talk.facts, number) == understand(anna(), button)
    assert understand(anna(), "export").command == Export()


@pytest.mark.parametrize("word", ["erase", "Delete!", "törlés", "padam", "删除", "刪除"])
def test_the_word_alone_leads_there_too(word: str) -> None:
    facts = replace(anna(), programme=replace(anna().programme, languages=tuple(PHRASES)))
    assert "87 points" in understand(facts, word).replies[0].text


@pytest.mark.parametrize("text", ["my neighbour deleted her account at the bank", "is my data kept in a pdf"])
def test_what_is_only_guessed_to_be_wished_for_shows_the_choices(text: str) -> None:
    assert understand(anna(), text) == understand(anna(), "privacy")


def test_the_copy_is_a_link_that_holds_a_day() -> None:
    reply = only(conclude(anna(), Export(), {"link": "https://bean.example/d/T"}))
    assert "24 hours: https://bean.example/d/T" in reply.text
    assert reply.buttons[0].opens == "https://bean.example/d/T"
    assert "counter" in only(conclude(anna(), Export(), NotAllowed("no page"))).text


def test_what_is_lost_is_said_before() -> None:
    reply = understand(anna(), "erase my data").replies[0]
    assert "87 points" in reply.text
    assert "erase everything" in reply.text


@pytest.mark.parametrize("locale", PHRASES)
def test_the_exact_words_erase_in_each_language_and_in_english(locale: str) -> None:
    for words in (PHRASES[locale], PHRASES[locale].upper() + "!", "Erase everything."):
        talk = asked(locale)
        talk.says(words)
        assert talk.commands[-1] == Erase()


@pytest.mark.parametrize(
    "said", ["yes", "ok", "erase", "everything", "erase everithing", "please erase everything", "1", "no", "cancel"]
)
def test_nothing_less_erases(said: str) -> None:
    talk = asked()
    assert talk.says(said)
    assert Erase() not in talk.commands


def test_the_words_alone_erase_nothing() -> None:
    assert understand(anna(), "erase everything").command != Erase()


def test_by_mail_the_code_of_our_answer_is_needed_and_one_wrong_guess_ends_it() -> None:
    for wrong in ("erase everything", "erase everything 000001"):
        talk = asked(channel="email")
        assert "nothing was changed" in talk.says(wrong)
        assert talk.asked == ""
        assert Erase() not in talk.commands
    talk = asked(channel="email")
    talk.says("Erase everything 424242")
    assert talk.commands[-1] == Erase()


def test_stop_and_other_wishes_are_heard_all_the_same() -> None:
    talk = asked()
    assert "87 points" in talk.says("balance")
    talk = asked()
    talk.says("STOP")
    assert talk.commands[-1] == Stop()
