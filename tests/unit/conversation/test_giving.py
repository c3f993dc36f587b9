"""Giving by buttons: a yes means the gift that it was asked for, however long the receiver's address is."""

from dataclasses import replace

import pytest

from bot.conversation.commands import Give
from bot.conversation.facts import Facts
from bot.conversation.understanding import understand
from bot.loyalty.codes import tidy
from bot.wording import languages
from tests.unit.conversation.talk import Talk, anna, bence

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


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(
    ("said", "receiver"),
    [
        ("give 5 to EBX5-XYDG", "EBX5-XYDG"),
        ("bagi 5 kepada ebx5xydg", "EBX5-XYDG"),
        ("give EBX5-XYDG 5 points", "EBX5-XYDG"),
        ("5 EBX5 XYDG", "EBX5-XYDG"),
        ("給5 EBX5-XYDG", "EBX5-XYDG"),
        ("Send 5 to bence@example.com", "bence@example.com"),
    ],
)
def test_a_number_and_a_receiver_are_a_gift_whatever_the_words_around(language: str, said: str, receiver: str) -> None:
    facts = anna(language, points=100)
    talk = Talk(replace(facts, programme=replace(facts.programme, languages=languages())))
    talk.says(said)
    assert talk.asked == "gift confirm"
    assert talk.facts.dialog and (talk.facts.dialog["points"], talk.facts.dialog["to"][1]) == (5, receiver)


@pytest.mark.parametrize(
    "said",
    ["don't give 5 to EBX5-XYDG", "give 5 to EBX5-XYDZ", "EBX5-XYDG", "call me on 5 +36301234567",
     "my brother has the number EBX5-XYDG and came 5 times"],
)  # fmt: skip
def test_what_is_no_gift_is_not_taken_for_one(said: str) -> None:
    talk = Talk(anna(points=100))
    talk.says(said)
    assert not talk.asked.startswith("gift")
    assert Talk(bence()).says("give 5 to EBX5-XYDG") == Talk(bence()).says("nothing that is understood")


def test_the_example_of_a_gift_is_nobodys_number() -> None:
    said = Talk(anna()).says("gift")
    assert said == "How many points, and to whom? For example: gift 50 to K7M2-9QXA"
    assert tidy("K7M2-9QXA") is None


@pytest.mark.parametrize("receiver", LONG)
def test_the_yes_of_an_earlier_gift_gives_nothing(receiver: str) -> None:
    talk = Talk(anna(points=100))
    earlier = yes(talk.facts, f"gift 50 {receiver}")
    talk.says(f"gift 50 {receiver}s")
    talk.says(earlier)
    assert talk.commands == []
