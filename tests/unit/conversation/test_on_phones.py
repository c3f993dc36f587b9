"""What is said behind a phone number: carriers listen in, nothing can be pressed, and every letter is paid for."""

import pytest

from bot.conversation.flow import leave_word
from bot.conversation.intents import read
from bot.conversation.understanding import understand
from bot.wording import languages
from channels.twilio.texts import with_choices
from channels.twilio.words import START_WORDS, STOP_WORDS
from tests.unit.conversation.talk import CAFE, Talk, anna, bence, only

PHONES = ("sms", "whatsapp")


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("channel", [*PHONES, "telegram", "email", "web"])
def test_the_word_to_leave_with_is_understood_and_opts_nobody_out(language: str, channel: str) -> None:
    word = leave_word(bence(language, channel))
    assert read(word, language, languages()).name == "cancel"
    assert channel not in PHONES or word.upper() not in STOP_WORDS | START_WORDS


@pytest.mark.parametrize("channel", PHONES)
def test_a_dialog_on_a_phone_is_left_by_another_word_than_cancel(channel: str) -> None:
    talk = Talk(bence(channel=channel))
    assert talk.says("join") == "What is your name? (To leave, write: back)"
    assert talk.says("back") == "All right, nothing was changed."
    assert talk.asked == ""


@pytest.mark.parametrize("language", languages())
def test_a_button_to_leave_is_a_word_that_may_be_written(language: str) -> None:
    talk = Talk(bence(language, "sms"))
    asked = only(understand(talk.facts, "link"))
    word = with_choices(asked.text, asked.buttons).rpartition("> ")[2]
    assert word == leave_word(talk.facts).upper()
    talk.says("link")
    talk.says(word)
    assert talk.asked == ""


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(("says", "member"), [("hello", False), ("card", True), ("privacy", True)])
def test_what_is_offered_to_write_is_in_the_readers_language_and_understood(
    says: str, member: bool, language: str
) -> None:
    talk = Talk(anna(language, "sms") if member else bence(language, "sms"))
    asked = only(understand(talk.facts, says))
    for button in asked.buttons:
        label, meant = (read(text, language, languages()) for text in (button.label, button.says))
        assert label.name == meant.name or button.label in asked.text, button
    written = with_choices(asked.text, asked.buttons).rpartition("\n> ")
    assert language == "en" or "LINK" not in written[2]


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("word", ["HELP", "Info"])
def test_help_names_the_programme_what_to_ask_and_the_way_out(language: str, word: str) -> None:
    told = Talk(anna(language, "sms")).says(word)
    assert told.startswith(CAFE.called(language))
    assert "STOP" in told.splitlines()[-1]
    assert "STOP" not in Talk(anna(language)).says(word)
    assert Talk(anna(language, "sms")).says(" ?? ") == told
