"""The pictures that go with answers: they can be drawn, in every language, and say nothing that the words do not."""

from dataclasses import replace
from typing import Any

import pytest

from bot.conversation.commands import CheckIn, Command, Invite, Redeem
from bot.conversation.concluding import conclude
from bot.conversation.facts import Facts, Result
from bot.conversation.understanding import understand
from bot.loyalty.look import Look
from bot.loyalty.reward import Reward
from bot.messages import Picture
from bot.pictures import drawable, render
from tests.cast import having
from tests.unit.conversation.talk import CAFE, anna, bence

LANGUAGES = ["en", "hu", "ms", "zh-Hans", "zh-Hant"]
VOUCHER = {"voucher": "K7M2-9QXA-B3CD", "reward": "free_drink", "points_left": 0, "link": None, "partners_code": None}
STAMPED = {"outcomes": [{"type": "stamps_added", "card": "coffee", "stamps": 1, "have": 9, "need": 10}]}


def shown(facts: Facts, said: str = "", command: Command | None = None, result: Result | None = None) -> Picture:
    turn = understand(facts, said) if command is None else conclude(facts, command, result or {})
    [picture] = [reply.picture for reply in turn.replies if reply.picture]
    return picture


EVERY: dict[str, dict[str, Any]] = {
    "card": {"said": "card"},
    "badges": {"said": "badges"},
    "voucher": {"command": Redeem("free_drink"), "result": VOUCHER},
    "stamps": {"command": CheckIn("x"), "result": STAMPED},
    "invite": {"command": Invite(), "result": {"base": "https://bean.example/r/", "joined": 0}},
}


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("kind", EVERY)
def test_every_picture_can_be_drawn_in_every_language(kind: str, locale: str) -> None:
    picture = shown(anna(locale), **EVERY[kind])
    assert picture.kind == kind
    assert picture.data["language"] == locale
    assert picture.alt
    assert drawable(picture)


def test_the_card_is_drawn_with_all_that_a_member_has() -> None:
    picture = shown(anna(), "card")
    assert picture.data["code"] == "ANNA23"
    assert picture.data["progress"] == {
        "have": 87,
        "need": 100,
        "text": "13 points to go to the next reward: Any drink.",
    }
    assert picture.data["stamp_cards"] == [{"name": "Coffee card", "have": 8, "need": 10, "text": "Any drink"}]
    assert [badge["name"] for badge in picture.data["badges"]] == ["Regular"]
    assert render(picture).startswith(b"\x89PNG")


def test_the_codes_of_a_picture_stand_in_its_words_too() -> None:
    for facts, more in ((anna(), EVERY["card"]), (anna(), EVERY["voucher"])):
        picture = shown(facts, **more)
        assert picture.data["code"] in picture.alt


def test_the_programmes_colour_is_the_pictures() -> None:
    ours = replace(CAFE, parts={**CAFE.parts, Look: {"": Look("#123456", "")}})
    assert shown(replace(anna(), programme=ours), "card").data["colour"] == "#123456"
    assert "colour" not in shown(anna(), "card").data


def test_who_is_no_member_is_shown_no_picture() -> None:
    assert [reply.picture for reply in understand(bence(), "card").replies] == [None]
    assert [reply.picture for reply in understand(bence(), "badges").replies] == [None]


def test_money_and_donations_have_nothing_to_show_at_the_counter() -> None:
    coupon = replace(CAFE.rewards["free_drink"], kind="store_credit", value=500)
    turn = conclude(replace(anna(), programme=having(CAFE, Reward, coupon)), Redeem("free_drink"), VOUCHER)
    assert turn.replies[0].picture is None
