"""Who writes for the first time is answered in the language of their words."""

import pytest

from bot.conversation.tongue import spoken
from bot.wording import negotiate

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
        ("你好", "zh-CN"),
        ("加入", "zh-CN"),
        ("跳過", "zh-Hant"),
        ("我想辦卡，谢谢", "zh-CN"),
        ("tq", None),
        ("hai", None),
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


@pytest.mark.parametrize(
    ("address", "offered", "guess"),
    [
        ("+886912345678", OFFERED, "zh-TW"),
        ("+85251234567", OFFERED, "zh-HK"),
        ("+85366123456", OFFERED, "zh-MO"),
        ("+8613123456789", ("en", "zh-Hant", "zh-Hans"), "zh-CN"),
        ("+6581234567", ("en", "zh-Hant", "zh-Hans"), "zh-SG"),
        ("+36301111111", ("en", "zh-Hant", "zh-Hans"), "zh-TW"),
        ("+36301111111", ("zh-Hans", "zh-Hant"), "zh-CN"),
        ("+886912345678", ("en", "zh-Hans"), "zh-Hans"),
    ],
)
def test_what_both_scripts_have_is_answered_by_the_number_or_the_programme_and_leaves_the_script_open(
    address: str, offered: tuple[str, ...], guess: str
) -> None:
    assert spoken("加入", offered, address=address) == guess
    wanted = "zh-Hant" if guess in ("zh-TW", "zh-HK", "zh-MO") else "zh-Hans"
    assert negotiate(guess, offered) == wanted


@pytest.mark.parametrize("known", ["zh", "zh-TW", "zh_CN"])
@pytest.mark.parametrize(
    ("said", "told"),
    [("陳大文", "zh-Hant"), ("點數", "zh-Hant"), ("请问这个周末有活动吗", "zh-Hans"), ("小明", None), ("Anna", None),
     ("how many points do I have", None), ("积分 點數", None)],
)  # fmt: skip
def test_of_an_open_script_whatever_is_written_in_one_alone_tells_it(known: str, said: str, told: str | None) -> None:
    assert spoken(said, OFFERED, known) == told


@pytest.mark.parametrize("known", ["zh-Hans", "zh-hans-TW", "en", "de"])
def test_what_is_known_stays(known: str) -> None:
    assert spoken("點數", OFFERED, known) is None
    assert spoken("點數", ("en", "zh-Hans"), "zh-TW") is None


@pytest.mark.parametrize(
    "said", ["JOIN", "join r-corvin", "HELP", "INFO", "UNSTOP", "YES", "balance", "language hu", "redeem cake", "link"]
)
def test_what_posters_buttons_and_carriers_have_one_say_in_english_tells_nothing(said: str) -> None:
    assert spoken(said, ("hu", "en", "ms")) is None
