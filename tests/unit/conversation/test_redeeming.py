from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversation.commands import Redeem
from bot.conversation.concluding import conclude
from bot.conversation.facts import Facts
from bot.conversation.understanding import understand
from bot.errors import Conflict, NotFound, RegularsError, bad_field
from bot.loyalty.reward import Reward
from tests.cast import having
from tests.unit.conversation.talk import CAFE, Talk, anna, bence, labels, only

CAKE = Reward("cake", {"en": "A cake", "hu": "Egy sütemény"}, "free_product", 60)
MUG = Reward("mug", {"en": "The mug"}, "merchandise", 1500)
CONFIRM = "Redeem Any drink for 100 points? Answer yes or no."


def with_more_rewards(facts: Facts) -> Facts:
    return replace(facts, programme=having(CAFE, Reward, MUG, *CAFE.rewards.values(), CAKE))


def test_anna_chooses_confirms_and_gets_a_code() -> None:
    talk = Talk(with_more_rewards(anna(points=120)))
    assert talk.says("redeem").splitlines() == [
        "Which reward would you like? Answer with its number.",
        "1. A cake: 60 points, you can have it now",
        "2. Any drink: 100 points, you can have it now",
    ]
    assert talk.says("2") == CONFIRM
    talk.says("yes")
    assert talk.commands == [Redeem("free_drink")]
    assert talk.then({"voucher": "7KQ2", "reward": "free_drink", "points_left": 20}).splitlines() == [
        "Show this code at the counter: 7KQ2",
        "It is good for: Any drink",
        "You have 20 points.",
    ]
    assert talk.asked == ""


def test_anna_redeems_in_hungarian() -> None:
    talk = Talk(anna("hu", points=1234))
    assert talk.says("beváltom 1") == "Beváltod? Bármelyik ital, ára 100 pont. Válaszolj: igen vagy nem."
    talk.says("Igen!")
    assert talk.then({"voucher": "7KQ2", "reward": "free_drink", "points_left": 1134}).splitlines() == [
        "Mutasd meg ezt a kódot a pultnál: 7KQ2",
        "Erre váltható be: Bármelyik ital",
        "Egyenleged: 1\u00a0134 pont.",
    ]


def test_a_code_says_until_when_it_is_good_in_words_and_in_the_picture() -> None:
    talk = Talk(anna(points=120))
    talk.says("redeem 1")
    talk.says("yes")
    told = {"voucher": "7KQ2", "reward": "free_drink", "points_left": 20, "until": "2027-01-20T23:30:00+00:00"}
    [shown] = conclude(talk.facts, talk.commands[0], told).replies
    assert shown.text.splitlines()[1:] == [
        "It is good for: Any drink",
        "Good until January 21, 2027",
        "You have 20 points.",
    ]
    assert shown.picture is not None
    assert shown.picture.data["valid"] == "Good until January 21, 2027"


@pytest.mark.parametrize("text", ["redeem 1", "redeem free_drink", "redeem Any drink", "redeem bármelyik ital"])
def test_a_reward_is_named_by_number_key_or_name_and_always_confirmed(text: str) -> None:
    talk = Talk(anna(points=100))
    assert talk.says(text) == CONFIRM
    assert talk.commands == []


def test_numbers_mean_the_same_in_every_list() -> None:
    talk = Talk(with_more_rewards(anna(points=120)))
    assert "2. Any drink: 100 points, you can have it now\n3. The mug: 1,500 points" in talk.says("rewards")
    assert talk.says("2") == CONFIRM
    assert Talk(with_more_rewards(anna(points=120))).says("redeem 2") == CONFIRM


def test_a_number_keeps_the_meaning_it_was_shown_with() -> None:
    talk = Talk(anna(points=120))
    talk.says("rewards")
    talk.facts = with_more_rewards(talk.facts)
    assert Talk(talk.facts).says("1") == CONFIRM
    assert Talk(talk.facts).says("redeem 1") == CONFIRM


@pytest.mark.parametrize("text", ["0", "4", "999999999"])
def test_a_number_beyond_the_list_is_told_and_the_list_stays(text: str) -> None:
    talk = Talk(with_more_rewards(anna(points=120)))
    talk.says("redeem")
    assert talk.says(text) == "There is no such number in the list."
    assert talk.says("1").startswith("Redeem A cake")


@pytest.mark.parametrize("text", ["redeem 0", "redeem 2", "redeem 12345678901234567890", "redeem the moon"])
def test_an_unknown_reward_is_told_with_the_list(text: str) -> None:
    talk = Talk(anna(points=120))
    assert talk.says(text).startswith("I do not know that reward.\n1. Any drink: 100 points")
    assert talk.says("1") == CONFIRM


@pytest.mark.parametrize("text", ["redeem", "redeem 1"])
def test_too_few_points_are_told_with_what_is_missing(text: str) -> None:
    talk = Talk(anna(points=99))
    assert talk.says(text) == "Not enough yet: 1 point to go to Any drink."
    assert talk.asked == ""


@pytest.mark.parametrize("text", ["no", "nem", "cancel", "Mégse"])
def test_no_spends_nothing(text: str) -> None:
    talk = Talk(anna(points=120))
    talk.says("redeem 1")
    assert talk.says(text) == "All right, nothing was changed."
    talk.says("yes")
    assert talk.commands == []


@pytest.mark.parametrize("text", ["ok", "why not?", "yes but tomorrow", "1", "yes cake", ""])
def test_what_is_neither_yes_nor_no_is_asked_again(text: str) -> None:
    talk = Talk(anna(points=120))
    talk.says("redeem 1")
    assert talk.says(text) == CONFIRM
    assert talk.commands == []


def test_another_wish_ends_the_question_so_that_a_later_yes_spends_nothing() -> None:
    talk = Talk(anna(points=120))
    talk.says("redeem 1")
    assert talk.says("balance").startswith("You have 120 points.")
    assert talk.says("yes").startswith("Sorry, I did not understand that.")
    assert talk.commands == []


def test_after_an_hour_a_yes_spends_nothing() -> None:
    talk = Talk(anna(points=120))
    talk.says("redeem 1")
    talk.waits(timedelta(hours=1))
    assert talk.says("yes").startswith("Sorry, that was a while ago")
    assert talk.commands == []


def test_a_number_after_a_list_of_long_ago_spends_nothing() -> None:
    talk = Talk(anna(points=120))
    talk.says("rewards")
    talk.waits(timedelta(hours=1))
    assert talk.says("1").startswith("Sorry, that was a while ago")


def test_the_yes_button_answers_its_own_question() -> None:
    talk = Talk(anna(points=120))
    assert labels(only(understand(talk.facts, "redeem 1"))) == {"yes free_drink": "Yes", "no": "No"}
    talk.says("redeem 1")
    talk.says("yes free_drink")
    assert talk.commands == [Redeem("free_drink")]


def test_the_yes_button_of_an_earlier_question_asks_that_one_again() -> None:
    talk = Talk(with_more_rewards(anna(points=120)))
    talk.says("redeem free_drink")
    talk.says("redeem cake")
    assert talk.says("yes free_drink") == CONFIRM
    assert talk.commands == []
    assert Talk(anna(points=120)).says("yes free_drink") == CONFIRM


def test_a_price_that_changed_meanwhile_is_confirmed_anew() -> None:
    talk = Talk(anna(points=500))
    talk.says("redeem 1")
    dearer = replace(CAFE.rewards["free_drink"], cost=200)
    talk.facts = replace(talk.facts, programme=having(CAFE, Reward, dearer))
    assert talk.says("yes") == "Redeem Any drink for 200 points? Answer yes or no."
    assert talk.commands == []


def test_a_reward_that_is_gone_is_told() -> None:
    talk = Talk(anna(points=120))
    talk.says("redeem 1")
    talk.facts = replace(talk.facts, programme=having(CAFE, Reward, CAKE))
    assert talk.says("yes").startswith("I do not know that reward.\n1. A cake")


def test_failures_of_the_act_itself_are_told_in_the_persons_words() -> None:
    def after(error: RegularsError) -> str:
        talk = Talk(anna("hu", points=120))
        talk.says("redeem 1")
        talk.says("igen")
        return talk.then(error)

    assert after(Conflict("too few points", short=13)) == "Ez még nem elég: 13 pont hiányzik ehhez: Bármelyik ital."
    assert after(NotFound()).startswith("Ilyen jutalmat nem ismerek.")
    assert after(bad_field("reward", "no")) == "Sajnos ez nem sikerült. Semmi sem változott."


@pytest.mark.parametrize("text", ["redeem", "redeem 1", "yes free_drink"])
def test_a_stranger_redeems_nothing(text: str) -> None:
    talk = Talk(bence())
    talk.says(text)
    assert (talk.commands, talk.asked) == ([], "")


@pytest.mark.parametrize("text", ["🎉", "asdkjh qwe", "more"])
def test_a_list_outlives_what_nobody_understands(text: str) -> None:
    talk = Talk(with_more_rewards(anna(points=120)))
    talk.says("rewards")
    assert talk.says(text).startswith("Sorry, I did not understand that.")
    assert talk.says("2") == CONFIRM
