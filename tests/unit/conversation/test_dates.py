from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.dates import birthday
from bot.wording import day

TODAY = date(2026, 11, 21)
LANGUAGES = ("en", "hu")


@pytest.mark.parametrize(
    "text",
    ["1990-03-12", "12 March 1990", "12th of March, 1990", "March 12, 1990", "mar 12 1990", "12/03/1990", "12.3.1990",
     "12-03-1990", "1990. március 12.", "1990.03.12.", "1990. 03. 12", "1990 márc. 12-én",
     "1990. MARCIUS 12", "I was born on 12 March 1990", "1990年3月12日", "/ 1990-03-12", "1990/3/12",
     "１９９０年３月１２日", "我的生日是1990年3月12号", "1990年03月12日出生",
     "民國79年3月12日", "民国 79 年 3 月 12 日", "民國79/3/12", "民國79.3.12", "19900312"],
)  # fmt: skip
def test_a_full_date_is_read_however_it_is_written(text: str) -> None:
    assert birthday(text, TODAY, LANGUAGES) == date(1990, 3, 12)


@pytest.mark.parametrize(
    "text",
    ["12 March", "03.12.", "1990", "March 1990", "12/03/90", "31 February 1990", "29 February 1991", "1990-13-13",
     "1990-00-10", "12 March May 1990", "19901332", "199003121", "1990 1991 03", "79年3月12日", "民國79年",
     "3月12日", "yesterday", "", "12 Foo 1990", "9" * 5000],
)  # fmt: skip
def test_what_is_no_full_date_is_none(text: str) -> None:
    assert birthday(text, TODAY, LANGUAGES) is None


def test_days_come_first_except_where_the_country_writes_the_month_first() -> None:
    assert birthday("03/04/1990", TODAY, LANGUAGES, "HU") == date(1990, 4, 3)
    assert birthday("03/04/1990", TODAY, LANGUAGES, "US") == date(1990, 3, 4)
    assert birthday("03/25/1990", TODAY, LANGUAGES, "HU") == date(1990, 3, 25)


def test_the_leap_day_is_a_birthday() -> None:
    assert birthday("29 February 1992", TODAY, LANGUAGES) == date(1992, 2, 29)


def test_nobody_is_born_tomorrow_or_lives_for_ever() -> None:
    assert birthday(TODAY.isoformat(), TODAY, LANGUAGES) == TODAY
    assert birthday((TODAY + timedelta(days=1)).isoformat(), TODAY, LANGUAGES) is None
    assert birthday("1906-01-01", TODAY, LANGUAGES) == date(1906, 1, 1)
    assert birthday("1905-12-31", TODAY, LANGUAGES) is None


@settings(deadline=None)
@given(st.dates(date(1910, 1, 1), TODAY), st.sampled_from(["en", "hu", "ms", "zh-Hant", "zh-Hans"]))
def test_every_date_is_read_back_as_each_language_writes_it(born: date, language: str) -> None:
    assert birthday(day(born, language), TODAY, (language,)) == born


@settings(deadline=None)
@given(st.text())
def test_no_text_is_an_error(text: str) -> None:
    birthday(text, TODAY, LANGUAGES)
