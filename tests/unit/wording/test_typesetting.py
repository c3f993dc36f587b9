import pytest

from bot.wording import listed, typeset


@pytest.mark.parametrize(
    ("joined", "set_"),
    [("满€300; 1.25倍积分; 免运费", "满€300；1.25倍积分；免运费"),
     ("每次到店得5积分, 每天最多10积分", "每次到店得5积分，每天最多10积分"),
     ("2026年3月1日: +12积分, 消费所得", "2026年3月1日：+12积分，消费所得"),
     ("您现有5积分。 再来！", "您现有5积分。再来！"), ("铜卡. 距离银卡还差€3。", "铜卡。距离银卡还差€3。"),
     ("按消费金额评定等级 ，永久有效", "按消费金额评定等级，永久有效"), ("Latte, 每件得1点", "Latte，每件得1点")],
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
