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


def test_to_oneself_nothing_is_given_and_nothing_is_asked() -> None:
    facts = anna(points=100)
    assert facts.member is not None
    mine = replace(facts, member=replace(facts.member, code="EBX5-XYDG"))
    talk = Talk(mine)
    assert talk.says("gift 50 to ebx5 xydg") == "These points are yours already. Nothing was changed."
    assert (talk.asked, talk.commands) == ("", [])


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
    ("language", "said"),
    [
        *(("en", "give 5 to {}"), ("en", "Please send {} 5!"), ("en", "/transfer 5 to {}"), ("en", "give 5 pts to {}")),
        *(("hu", "adj 5-öt {}-nek"), ("hu", "Küldj 5 pontot erre a számra: {}"), ("hu", "utalok neki 5-öt: {}")),
        *(("ms", "bagi 5 kat {}"), ("ms", "tolong hantar 5 kepada nombor {}")),
        *(("zh-Hans", "给{}送5"), ("zh-Hans", "给{} 5分"), ("zh-Hant", "請轉5給 {}"), ("zh-Hant", "給{} 5點")),
    ],
)
@pytest.mark.parametrize("phone", ["+36301234567", "06 30 123 4567"])
def test_words_of_giving_make_a_gift_of_a_number_and_a_phone(language: str, said: str, phone: str) -> None:
    talk = Talk(anna(language, points=100))
    talk.says(said.format(phone))
    if "{} 5" in said and " " in phone:
        assert talk.asked in ("", "gift what")  # nobody knows where the phone ends
    else:
        assert talk.asked == "gift confirm"
        assert talk.facts.dialog and (talk.facts.dialog["points"], talk.facts.dialog["to"]) == (5, ["phone", phone])
    assert talk.commands == []


@pytest.mark.parametrize(
    "said",
    [
        *("call me on 5 {}", "5 {}", "give me a call on {}", "send 5 coffees to {}", "give 5 or 6 to {}", "give to {}"),
        *("don't give 5 to {}", "did you give 5 to {}", "give 5.50 to {}", "give -5 to {}", "give 5 to {} and {}"),
        *("ne adj 5-öt {}-nek", "jangan bagi 5 kat {}", "别给{}送5", "给{}打电话 5", "my friend will send 5 to {}"),
        "转给" * 40 + "x {} 5",
    ],
)
def test_a_phone_next_to_a_number_is_no_gift_where_anything_else_is_said(said: str) -> None:
    facts = anna(points=100)
    talk = Talk(replace(facts, programme=replace(facts.programme, languages=languages())))
    talk.says(said.format(*["+36301234567"] * 2))
    assert not talk.asked.startswith("gift")
    assert talk.commands == []


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
