"""Settings in a chat: shown, chosen by number or button, changed; and what has to be said to agree to offers."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.conversation.commands import (
    AskSettings,
    ConfirmOptIn,
    SetConsent,
    SetLocale,
    SetPreferred,
    SetQuietHours,
    Stop,
)
from bot.conversation.concluding import conclude
from bot.conversation.facts import Reply
from bot.conversation.hours import quiet_hours
from bot.conversation.understanding import understand
from bot.errors import NotAllowed, NotFound
from tests.unit.conversation.talk import Talk, anna, bence, labels, only


def way(channel: str, **changed: bool) -> dict[str, Any]:
    return {"channel": channel, "marketing": False, "notices": True, "stopped": False, **changed}


TOLD = {"name": "Anna", "birthday": date(1990, 3, 12), "birthday_fixed": False}
ALONE = {"preferred": "telegram", "quiet_hours": None, "ways": [way("telegram")], **TOLD}
SETTINGS = {
    **TOLD,
    "preferred": "telegram",
    "quiet_hours": "22:00-08:00",
    "ways": [way("telegram", marketing=True), way("email"), way("sms", stopped=True)],
}


@pytest.fixture
def talk() -> Talk:
    """Anna looks at her settings."""
    talk = Talk(anna())
    talk.says("settings")
    talk.then(SETTINGS)
    return talk


def shown(locale: str = "en", settings: dict[str, Any] = SETTINGS, channel: str = "telegram") -> Reply:
    return only(conclude(anna(locale, channel), AskSettings(), settings))


def test_all_settings_stand_in_one_message_each_with_its_number() -> None:
    assert shown().text.splitlines() == [
        "Your settings. To change one, answer with its number.",
        "1. Language: English",
        "2. Write to me first by: Telegram",
        "3. My quiet hours: 22:00–08:00",
        "4. News and gifts by Telegram: on",
        "5. Reminders by Telegram: on",
        "6. News and gifts by e-mail: off",
        "7. Reminders by e-mail: on",
        "SMS: stopped. To start again, write START there.",
        "8. Name: Anna",
        "9. Birthday: March 12, 1990",
    ]


def test_who_has_one_channel_is_not_asked_for_the_first() -> None:
    assert len(shown(settings=ALONE).text.splitlines()) == 7


@pytest.mark.parametrize("locale", ["en", "hu", "ms", "zh-Hans", "zh-Hant"])
def test_a_button_for_each_fits_the_channels_and_takes_the_place_of_the_message(locale: str) -> None:
    reply = shown(locale)
    assert reply.edits
    assert len(reply.buttons) == 9
    assert all(len(button.says.encode()) <= 64 for button in reply.buttons)


def test_only_members_have_settings() -> None:
    assert "not a member" in only(understand(bence(), "settings")).text


def test_the_numbers_lead_to_their_questions(talk: Talk) -> None:
    assert "Which language" in talk.says("1")
    assert talk.says("2") == ""
    assert isinstance(talk.commands[-1], SetLocale)


def test_the_first_channel_is_one_of_those_that_are_linked(talk: Talk) -> None:
    talk.says("2")
    assert talk.then(SETTINGS).splitlines()[1:] == ["1. Telegram", "2. e-mail"]
    talk.says("2")
    assert talk.commands[-1] == SetPreferred("email")
    assert talk.then(SETTINGS).startswith("Saved. Your settings.")


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ("22-8", "22:00-08:00"),
        ("22:00-08:00", "22:00-08:00"),
        ("22.30 to 7", "22:30-07:00"),
        ("10 pm until 8:15 am", "22:00-08:15"),
        ("22 órától 8-ig", "22:00-08:00"),
        ("este 10-től reggel 8-ig", "22:00-08:00"),
        ("10 malam hingga 8 pagi", "22:00-08:00"),
        ("晚上10点到早上8点", "22:00-08:00"),
        ("２２：００－０８：００", "22:00-08:00"),
        ("12am-6am", "00:00-06:00"),
    ],
)
def test_hours_are_read_however_they_are_written(said: str, hours: str) -> None:
    talk = Talk(anna())
    talk.says("settings quiet")
    talk.says(said)
    assert talk.commands == [SetQuietHours(hours)]


@pytest.mark.parametrize("said", ["8", "late", "25-8", "22-22", "22-8-9", "", "7:61-8:00"])
def test_what_is_no_span_of_hours_is_asked_for_again(said: str) -> None:
    assert quiet_hours(said) is None
    talk = Talk(anna())
    talk.says("settings quiet")
    assert "22:00-08:00" in talk.says(said or "?")
    assert talk.commands == []


def test_hours_that_are_asked_about_are_not_set(talk: Talk) -> None:
    talk.says("settings quiet")
    assert "22:00-08:00" in talk.says("is it 1 or 2?")
    assert SetQuietHours("01:00-02:00") not in talk.commands


@pytest.mark.parametrize(
    ("locale", "word"), [("en", "off"), ("hu", "KI"), ("ms", "tutup"), ("zh-Hans", "关闭"), ("hu", "off")]
)
def test_quiet_hours_end_by_a_word(locale: str, word: str) -> None:
    talk = Talk(anna(locale))
    talk.says("settings quiet")
    talk.says(word)
    assert talk.commands == [SetQuietHours(None)]


def test_news_are_switched_off_at_once(talk: Talk) -> None:
    talk.says("4")
    assert talk.commands[-1] == SetConsent("marketing", "telegram", granted=False)


def test_reminders_are_switched_at_once(talk: Talk) -> None:
    talk.says("settings notices email off")
    talk.says("settings notices email on")
    assert talk.commands[1:] == [SetConsent("notices", "email", False), SetConsent("notices", "email", True)]


def test_news_are_agreed_to_by_a_yes_to_the_words_which_are_kept(talk: Talk) -> None:
    words = talk.says("6")
    assert words == (
        "May we send you news and gifts by e-mail? Answer yes or no. You can stop any time by writing STOP."
    )
    assert talk.commands[1:] == []
    talk.says("yes")
    assert talk.commands[-1] == SetConsent("marketing", "email", True, words)


@pytest.mark.parametrize("said", ["ok maybe", "yess", "6", "yes or no?", "fine, go on then", "skip"])
def test_nothing_but_a_yes_agrees(talk: Talk, said: str) -> None:
    talk.says("6")
    before = len(talk.commands)
    talk.says(said)
    assert talk.commands[before:] == []


@pytest.mark.parametrize("said", ["no", "cancel"])
def test_a_no_leaves_all_as_it_was(talk: Talk, said: str) -> None:
    talk.says("6")
    assert "nothing was changed" in talk.says(said)
    assert talk.asked == ""


def test_a_yes_button_of_an_old_question_asks_anew(talk: Talk) -> None:
    says = next(iter(labels(only(understand(anna(), "settings marketing email on")))))
    assert says == "yes marketing email"
    assert "May we send you" in talk.says(says)
    talk.says(says)
    assert isinstance(talk.commands[-1], SetConsent)


def test_stop_wins_over_every_question(talk: Talk) -> None:
    for question in ("6", "settings quiet"):
        talk.says(question)
        talk.says("STOP")
        assert talk.commands[-1] == Stop()


def test_a_forged_mail_can_sign_nobody_up_elsewhere() -> None:
    settings = {**SETTINGS, "ways": [way("email"), way("sms"), way("telegram", marketing=True)]}
    offered = [button.says for button in shown(settings=settings, channel="email").buttons]
    assert "settings marketing sms on" not in offered
    assert {"settings marketing email on", "settings marketing telegram off"} <= set(offered)
    assert "May we send you" not in only(understand(anna(channel="email"), "settings marketing sms on")).text


def test_an_address_that_has_to_be_confirmed_takes_the_code_in_this_chat_too(talk: Talk) -> None:
    talk.says("6")
    talk.says("yes")
    assert "anna@example.com" in talk.then({**SETTINGS, "asked": "anna@example.com"})
    assert "6 digits" in talk.says("what now, then")
    talk.says("123 456")
    assert talk.commands[-1] == ConfirmOptIn("123456")
    assert "wrong or too old" in talk.then(NotAllowed("no"))
    talk.says("123457")
    assert "confirmed" in talk.then({"address": "anna@example.com"})
    assert talk.asked == ""


def test_by_mail_six_digits_answer_the_mail_that_asks() -> None:
    assert understand(anna(channel="email"), "123456").command == ConfirmOptIn("123456")
    assert understand(anna(), "123456").command is None
    assert understand(bence(channel="email"), "123456").command is None
    assert "did not understand" in only(conclude(anna(channel="email"), ConfirmOptIn("123456"), NotFound("no"))).text


def test_by_mail_who_joins_is_told_to_confirm() -> None:
    talk = Talk(bence(channel="email"))
    for text in ("join Bence", "skip", "yes"):
        talk.says(text)
    told = talk.then({"claimed": 0, "outcomes": [], "asked": "bence@example.com"}, anna().member)
    assert told.startswith("Welcome!")
    assert "We have sent a mail to bence@example.com" in told


def test_what_cannot_be_done_is_said() -> None:
    command = SetConsent("marketing", "sms", True, "words")
    assert "did not work" in only(conclude(replace(anna()), command, NotFound("no address"))).text
