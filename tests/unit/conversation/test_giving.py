"""Giving by buttons: a yes means the gift that it was asked for, however long the receiver's address is."""

import pytest

from bot.conversation.commands import Give
from bot.conversation.facts import Facts
from bot.conversation.understanding import understand
from tests.unit.conversation.talk import Talk, anna

LONG = [
    "a-rather-long-name-before-the-sign@a-host-that-is-long-as-well.example",
    "árvíztűrő" * 4 + "@tükörfúrógép.example",
]


def yes(facts: Facts, text: str) -> str:
    return understand(facts, text).replies[0].buttons[0].says


@pytest.mark.parametrize("receiver", LONG)
def test_a_yes_fits_a_button_and_means_its_own_gift(receiver: str) -> None:
    facts = anna(points=100)
    other = receiver + "s"
    said = yes(facts, f"gift 50 {receiver}")
    assert len(said.encode()) <= 64
    assert said != yes(facts, f"gift 50 {other}")
    talk = Talk(facts)
    talk.says(f"gift 50 {receiver}")
    talk.says(said)
    assert talk.commands == [Give(50, "email", receiver)]


@pytest.mark.parametrize(
    ("language", "said"), [("ms", "beri 2 kepada EBX5-XYDG"), ("hu", "ajándékozz 2 pontot neki: EBX5-XYDG")]
)
def test_a_gift_is_wished_for_as_people_say_it(language: str, said: str) -> None:
    talk = Talk(anna(language, points=100))
    talk.says(said)
    assert talk.asked == "gift confirm"


@pytest.mark.parametrize("receiver", LONG)
def test_the_yes_of_an_earlier_gift_gives_nothing(receiver: str) -> None:
    talk = Talk(anna(points=100))
    earlier = yes(talk.facts, f"gift 50 {receiver}")
    talk.says(f"gift 50 {receiver}s")
    talk.says(earlier)
    assert talk.commands == []
