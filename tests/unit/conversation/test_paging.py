"""Many rewards in pages: the same on every channel, by buttons and by words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversation.commands import Redeem
from bot.conversation.facts import Facts
from bot.conversation.paging import SIZE, UNPAGED, pages, part
from bot.conversation.understanding import understand
from bot.loyalty.reward import Reward
from tests.cast import having
from tests.unit.conversation.talk import CAFE, Talk, anna, bence

LANGUAGES = ["en", "hu", "ms", "zh-Hans", "zh-Hant"]


def reward(n: int) -> Reward:
    """With the longest key there may be, and a name that takes three bytes a character."""
    return Reward(f"reward_{n:02}_{'x' * 30}", {"en": f"Thing {n}", "zh-Hant": f"第{n}份點心"}, "free_product", n)


def offering(facts: Facts, many: int) -> Facts:
    return replace(facts, programme=having(CAFE, Reward, *map(reward, range(1, many + 1))))


def numbers(text: str) -> list[int]:
    return [int(line.partition(".")[0]) for line in text.splitlines() if line[0].isdecimal()]


@pytest.mark.parametrize("length", [0, 1, UNPAGED, UNPAGED + 1, 2 * SIZE, 2 * SIZE + 1, 100])
def test_every_line_stands_on_one_page_and_keeps_its_number(length: int) -> None:
    listed = [f"reward {n}" for n in range(1, length + 1)]
    shown = [line for page in range(1, pages(length) + 1) for line in part(listed, page)]
    assert shown == list(enumerate(listed, 1))


def test_a_list_that_fits_is_not_cut() -> None:
    talk = Talk(offering(anna(), UNPAGED))
    assert "Page" not in talk.says("rewards")
    assert "more" not in [button.says for button in understand(talk.facts, "rewards").replies[0].buttons]


def test_anna_turns_pages_by_words_and_a_number_means_the_same_on_each() -> None:
    talk = Talk(offering(anna(points=100), 20))
    first, second, third = talk.says("rewards"), talk.says("more"), talk.says("next page")
    assert (numbers(first), numbers(second), numbers(third)) == (
        *(list(range(1, 8)), list(range(8, 15)), list(range(15, 21))),
    )
    assert "Page 3 of 3" in third
    assert talk.says("back") == second
    assert talk.says("2").startswith("Redeem Thing ")
    talk.says("yes")
    [redeem] = talk.commands
    named = next(line for line in first.splitlines() if line.startswith("2. "))
    assert isinstance(redeem, Redeem)
    assert f" {int(redeem.reward.split('_')[1])}:" in named


def test_behind_the_last_page_nothing_more_is_understood_and_before_the_first_one_leaves() -> None:
    talk = Talk(offering(anna(), 9))
    talk.says("rewards")
    talk.says("more")
    assert talk.says("more").startswith("Sorry, I did not understand")
    talk.says("rewards")
    assert talk.says("back") == "All right, nothing was changed."


def test_cancel_leaves_from_any_page() -> None:
    talk = Talk(offering(anna(), 20))
    talk.says("rewards")
    talk.says("more")
    assert talk.says("cancel") == "All right, nothing was changed."
    assert talk.asked == ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", ["telegram", "sms", "web", "email"])
def test_the_words_that_the_page_names_turn_it(language: str, channel: str) -> None:
    talk = Talk(offering(anna(language, channel), 20))
    talk.facts = replace(talk.facts, programme=replace(talk.facts.programme, languages=tuple(LANGUAGES)))
    first = talk.says("rewards")
    more, back = first.splitlines()[-1].replace("：", ": ").replace("、", ", ").rpartition(": ")[2].split(", ")
    assert numbers(talk.says(more)) == list(range(8, 15))
    assert talk.says(back) == first


def test_more_means_nothing_where_there_is_no_list_and_a_list_too_old_is_let_go() -> None:
    assert Talk(anna()).says("more").startswith("Sorry, I did not understand")
    talk = Talk(offering(anna(), 20))
    talk.says("rewards")
    talk.waits(timedelta(hours=2))
    assert numbers(talk.says("rewards 2")) == list(range(8, 15))


def test_buttons_name_their_page_so_that_pressing_twice_skips_none() -> None:
    talk = Talk(offering(anna(points=0), 20))
    assert [b.says for b in understand(talk.facts, "rewards").replies[0].buttons] == ["rewards 2"]
    for _ in range(2):
        turn = understand(talk.facts, "rewards 2")
        assert numbers(talk.says("rewards 2")) == list(range(8, 15))
    assert [b.says for b in turn.replies[0].buttons] == ["rewards 1", "rewards 3"]
    assert turn.replies[0].edits


def test_a_page_that_is_no_more_is_the_last_one() -> None:
    assert numbers(Talk(offering(anna(), 9)).says("rewards 99")) == [8, 9]


def test_strangers_turn_pages_by_button_and_go_on_joining() -> None:
    talk = Talk(offering(bence(), 20))
    talk.says("join")
    assert numbers(talk.says("rewards 3")) == list(range(15, 21))
    assert talk.asked == "join name"


def test_the_question_takes_the_lists_place_but_not_a_campaigns() -> None:
    talk = Talk(offering(anna(points=100), 3))
    assert not understand(talk.facts, "redeem 1").replies[0].edits
    talk.says("rewards")
    assert understand(talk.facts, "redeem 1").replies[0].edits
    talk.says("redeem 1")
    assert understand(talk.facts, "no").replies[0].edits


@pytest.mark.parametrize("text", ["rewards", "rewards 2", "redeem", "redeem 1"])
@pytest.mark.parametrize("locale", ["en", "zh-Hant"])
def test_what_buttons_say_fits_telegrams_64_bytes_whatever_the_keys(text: str, locale: str) -> None:
    facts = offering(anna(locale, points=100), 30)
    buttons = understand(facts, text).replies[0].buttons
    assert 2 <= len(buttons) <= 9
    assert max(len(button.says.encode()) for button in buttons) <= 64
