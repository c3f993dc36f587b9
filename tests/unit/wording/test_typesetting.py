from datetime import date

import pytest

from bot.conversation.understanding import understand
from bot.wording import day, listed, money, own_name, points, typeset
from bot.wording.explaining import explain
from bot.wording.formats import name_of
from tests.unit.conversation.talk import CAFE, anna, only


@pytest.mark.parametrize(
    ("joined", "set_"),
    [("满€300; 1.25倍积分; 免运费", "满€300；1.25倍积分；免运费"),
     ("每次到店得5积分, 每天最多10积分", "每次到店得5积分，每天最多10积分"),
     ("2026年3月1日: +12积分, 消费所得", "2026年3月1日：+12积分，消费所得"),
     ("您现有5积分。 再来！", "您现有5积分。再来！"), ("铜卡. 距离银卡还差€3。", "铜卡。距离银卡还差€3。"),
     ("按消费金额评定等级 ，永久有效", "按消费金额评定等级，永久有效"), ("Latte, 每件得1点", "Latte，每件得1点"),
     ("请发送：全部删除 （要退出，请发送：返回）", "请发送：全部删除（要退出，请发送：返回）")],
)  # fmt: skip
def test_parts_that_code_joins_get_full_width_signs_and_no_space(joined: str, set_: str) -> None:
    assert typeset(joined, "zh-Hans") == typeset(joined, "zh-Hant") == set_


@pytest.mark.parametrize(
    "text",
    ["请回复：挑战 1", "€1,234", "10:30", "Bean, Leaf & Co: tea", "1. 咖啡", "https://example.com/a,b?c=d",
     "赠送 50 K7M2-9QXA", "王 小明", "+36 20 123 4567"],
)  # fmt: skip
def test_words_numbers_and_links_stay_as_they_are(text: str) -> None:
    assert typeset(text, "zh-Hant") == text


def test_other_languages_are_left_alone() -> None:
    assert typeset("Gold: 2 times the points; 咖啡, tea", "en") == "Gold: 2 times the points; 咖啡, tea"


def test_lists_take_the_sign_of_the_script() -> None:
    assert listed(["咖啡", "茶"], "zh-TW") == "咖啡、茶"
    assert listed(["tea", "cake"], "ms") == "tea, cake"


def test_chinese_points_days_and_sums_are_written_as_people_do() -> None:
    assert [points(CAFE, 1234, tag) for tag in ("zh-Hans", "zh-Hant", "zh-TW")] == [
        "1,234积分",
        "1,234點",
        "1,234 points",
    ]
    assert {day(date(1990, 3, 12), tag) for tag in ("zh-Hans", "zh-Hant")} == {"1990年3月12日"}
    assert (money(CAFE, 100, "zh-Hans"), money(CAFE, 123450, "zh-Hant")) == ("€1", "€1,234.50")


def test_languages_are_called_by_the_names_that_people_use() -> None:
    assert (own_name("zh-Hans"), own_name("zh-Hant")) == ("简体中文", "繁體中文")
    assert (name_of("zh-Hans", "en"), name_of("ms", "zh-Hant")) == ("Simplified Chinese", "馬來文")


def test_answers_and_explanations_are_set() -> None:
    assert only(understand(anna("zh-Hans"), "积分")).text.splitlines()[-1] == "咖啡集章卡：已集8/10，还差2个印章。"
    told = [line.text for section in explain(CAFE, "zh-Hant") for line in section.lines]
    assert "任選飲品一杯：100點" in told
    assert not [text for text in told if ", " in text or "; " in text]
