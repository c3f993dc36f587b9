"""Buttons within Telegram's limits, whatever they are called."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import Button
from channels.telegram.keyboards import LONGEST, MOST_ROWS, keyboard, phone_keyboard
from tests.fakes.telegram_replies import check_markup

KEY = "a_reward_key_as_long_as_they_come_" + "x" * 6


def rows(*buttons: Button) -> list[list[dict[str, Any]]]:
    markup = keyboard(buttons)
    return json.loads(markup)["inline_keyboard"] if markup else []


def test_the_longest_keys_and_chinese_labels_fit() -> None:
    buttons = [Button("兌換：" + "一杯很大的飲料" * 9, f"redeem {KEY}"), Button("Yes", f"yes {KEY}")]
    shown = rows(*buttons)
    assert [key["callback_data"] for [key] in shown] == [f"redeem {KEY}", f"yes {KEY}"]
    assert all(len(key["callback_data"].encode()) <= 64 for [key] in shown)
    assert shown[0][0]["text"] == "兌換：一杯很大的飲料一杯很大的飲料一杯…"


@given(st.lists(st.builds(Button, st.text(min_size=1), st.text(min_size=1)), max_size=30))
def test_telegram_takes_whatever_becomes_of_any_buttons(buttons: list[Button]) -> None:
    markup = keyboard(buttons)
    shown = check_markup(markup)["rows"]
    assert len(shown) <= MOST_ROWS
    assert all(len(label) <= LONGEST for row in shown for label, _ in row)


def test_a_button_that_says_too_much_is_left_out_rather_than_the_message() -> None:
    assert rows(Button("Too much", "é" * 33), Button("Help", "help")) == [[{"text": "Help", "callback_data": "help"}]]


def test_many_long_choices_share_rows_rather_than_fill_the_screen() -> None:
    shown = rows(*(Button(f"A reward with a name {n}", f"redeem r{n}") for n in range(10)))
    assert [len(row) for row in shown] == [2] * 5


def test_seven_rewards_and_two_ways_to_turn_the_page_fill_eight_rows() -> None:
    rewards = [Button(f"Redeem: a reward with a name {n}", f"redeem r{n}") for n in range(7)]
    shown = rows(*rewards, Button("Back", "rewards 1"), Button("More", "rewards 3"))
    assert [len(row) for row in shown] == [1] * 7 + [2]


@pytest.mark.parametrize(
    ("opens", "does"),
    [
        ("https://cafe.example/v/7KQ2", "url"),
        ("http://127.0.0.1:8080/v/7KQ2", "url"),
        ("http://localhost:8080/v/7KQ2", "callback_data"),
        ("http://[", "callback_data"),
        ("javascript:alert(1)", "callback_data"),
    ],
)
def test_a_button_opens_what_telegram_can_open_and_says_its_words_otherwise(opens: str, does: str) -> None:
    [[key]] = rows(Button("Open", "vouchers", opens=opens))
    assert set(key) == {"text", does}


def test_a_phone_is_shared_from_a_keyboard_of_its_own_that_goes_when_used() -> None:
    buttons = (Button("Share my number", "link", shares_phone=True), Button("Cancel", "cancel"))
    assert json.loads(phone_keyboard(buttons)) == {
        "keyboard": [[{"text": "Share my number", "request_contact": True}], [{"text": "Cancel"}]],
        "resize_keyboard": True,
        "one_time_keyboard": True,
    }


def test_without_buttons_there_is_no_keyboard() -> None:
    assert keyboard(()) == ""
