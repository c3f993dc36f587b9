import re

import pytest

from bot.loyalty.diff import differences
from tests.cast import CAFE

LANGUAGES = re.findall(r"^languages = (.*)$", CAFE, re.MULTILINE)[0]


def test_the_same_document_has_no_differences() -> None:
    assert differences(CAFE, CAFE) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"Bean & Leaf"', '"Bean"', '[programme] name.en was "Bean & Leaf", is "Bean"'),
        ("need = 10", "need = 12", 'stamp_cards "coffee": need was 10, is 12'),
        ('per = "1.00"', 'per = "2.00"', 'earning "spend": give.per was "1.00", is "2.00"'),
        (', round = "down"', "", 'earning "spend": give.round is no longer set (was "down")'),
        ("need = 10", "need = 10\npaid_only = true", 'stamp_cards "coffee": paid_only is now true'),
        ('key = "free_drink"', 'key = "drink"', 'rewards "free_drink" is gone'),
        (LANGUAGES, '["en"]', f'[programme] languages was {LANGUAGES}, is ["en"]'),
        ("[messages]", "[post]", "[messages] is gone"),
        ("[messages]", "[post]", '[post] is new: { quiet_hours = { from = "21:00", to = "09:00" } }'),
    ],
)
def test_a_change_is_told_in_a_sentence(old: str, new: str, said: str) -> None:
    assert said in differences(CAFE, CAFE.replace(old, new, 1))


def test_what_is_new_is_told_with_all_it_says() -> None:
    mug = '\n[[rewards]]\nkey = "mug"\nkind = "merchandise"\ncost = { points = 7 }\nname = "Mug"\n'
    said = 'rewards "mug" is new: { kind = "merchandise", cost = { points = 7 }, name = "Mug" }'
    assert differences(CAFE, CAFE + mug) == [said]


def test_another_order_is_a_difference() -> None:
    one, two = '[[badges]]\nkey = "a"\n', '[[badges]]\nkey = "b"\n'
    assert differences(one + two, two + one) == ["badges: the order is now b, a"]
