"""Who writes for the first time is answered in the language of their words."""

import pytest

from bot.conversation.tongue import spoken

OFFERED = ("en", "hu", "ms", "zh-Hans", "zh-Hant")


@pytest.mark.parametrize(
    ("said", "tongue"),
    [
        ("csatlakozom", "hu"),
        ("Csatlakozom Anna!", "hu"),
        ("Mennyi pontom van?", "hu"),
        ("/egyenleg", "hu"),
        ("berapa mata saya", "ms"),
        ("我有多少积分", "zh-Hans"),
        ("我有多少點數", "zh-Hant"),
        ("balance", None),
        ("How many points do I have?", "en"),
        ("start", None),
        ("stop", None),
        ("leiratkozom", None),
        ("point", None),
        ("igen", None),
        ("ya", None),
        ("helo", None),
        ("你好", "zh-Hans"),
        ("Bence", None),
        ("12", None),
        ("", None),
        ("szia " * 100, None),
    ],
)
def test_words_tell_their_language(said: str, tongue: str | None) -> None:
    assert spoken(said, OFFERED) == tongue


def test_only_offered_languages_are_found() -> None:
    assert spoken("csatlakozom", ("en",)) is None
    assert spoken("how many points do i have", ("hu", "en")) == "en"
    assert spoken("start", ("hu", "en")) is None


def test_what_both_scripts_have_leaves_open_which_of_them_where_the_first_is_talked_in_anyway() -> None:
    assert spoken("你好", ("zh-Hans", "zh-Hant")) is None
    assert spoken("我有多少點數", ("zh-Hans", "zh-Hant")) == "zh-Hant"


@pytest.mark.parametrize(
    "said", ["JOIN", "join r-corvin", "HELP", "INFO", "UNSTOP", "YES", "balance", "language hu", "redeem cake", "link"]
)
def test_what_posters_buttons_and_carriers_have_one_say_in_english_tells_nothing(said: str) -> None:
    assert spoken(said, ("hu", "en", "ms")) is None
