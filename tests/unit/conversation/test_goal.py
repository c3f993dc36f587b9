"""Saving for a reward: choosing, the pace, and what the picture shows."""

from dataclasses import replace

import pytest

from bot.conversation.commands import SetGoal
from bot.conversation.concluding import conclude
from bot.conversation.understanding import understand
from bot.errors import NotFound
from bot.pictures import drawable
from tests.unit.conversation.talk import ANNA, Talk, anna, bence, labels, only

SAVING = replace(ANNA, goal="free_drink")


def test_a_goal_is_chosen_by_its_number_and_told_with_the_pace() -> None:
    talk = Talk(anna())
    asked = talk.says("goal")
    assert asked.splitlines()[0] == "What would you like to save for? Answer with its number."
    assert "1. Any drink: 100 points, 13 points to go" in asked
    talk.says("1")
    assert talk.commands == [SetGoal("free_drink")]
    assert talk.then({"earned": 91, "days": 90}, member=SAVING).splitlines() == [
        "Your goal: Any drink",
        "▰▰▰▰▰▰▰▰▱▱",
        "13 points to go.",
        "At your pace, about 7 points a week, you have it by December 4, 2026.",
    ]


@pytest.mark.parametrize("said", ["goal 1", "goal any drink", "goal free_drink", "my goal"])
def test_a_goal_is_named_in_many_ways(said: str) -> None:
    facts = anna() if said != "my goal" else replace(anna(), member=SAVING)
    assert understand(facts, said).command == SetGoal("free_drink")


def test_without_points_lately_no_day_is_promised() -> None:
    for told in ({"earned": 0, "days": 90}, {"earned": 1, "days": 3000}):
        turn = conclude(replace(anna(points=0), member=replace(SAVING, points=0)), SetGoal("free_drink"), told)
        assert "With your next visits" in only(turn).text


def test_who_has_enough_is_told_to_redeem() -> None:
    turn = conclude(
        replace(anna(), member=replace(SAVING, points=100)), SetGoal("free_drink"), {"earned": 9, "days": 9}
    )
    assert only(turn).text == "Your goal: Any drink\nYou have enough: write redeem to get it."
    assert labels(only(turn))["redeem free_drink"] == "Redeem: Any drink"


def test_a_goal_is_given_up() -> None:
    assert understand(replace(anna(), member=SAVING), "goal none").command == SetGoal("")
    told = only(conclude(anna(), SetGoal(""), {"earned": 0, "days": 7}))
    assert told.text == "You have no goal now. To choose one, write: goal"


def test_another_goal_is_chosen_from_the_list() -> None:
    facts = replace(anna(), member=SAVING)
    assert understand(facts, "goal another") == understand(anna(), "goal")


def test_a_goal_that_is_no_more_is_chosen_anew() -> None:
    facts = replace(anna(), member=replace(ANNA, goal="gone"))
    assert only(replace(understand(facts, "goal"), dialog=None)).text.startswith("What would you like to save for?")


def test_what_cannot_be_had_is_no_goal() -> None:
    facts = replace(anna(), member=replace(ANNA, refused={"free_drink": "sold_out"}))
    assert only(understand(facts, "goal")).text == "There are no rewards at the moment."


@pytest.mark.parametrize(("points", "alt"), [(87, "87 of 100"), (100, "100 of 100"), (1185, "100 of 100")])
def test_the_picture_shows_what_the_words_say(points: int, alt: str) -> None:
    saving = replace(anna(), member=replace(SAVING, points=points))
    told = only(conclude(saving, SetGoal("free_drink"), {"earned": 91, "days": 90}))
    assert told.picture is not None
    assert (told.picture.kind, told.picture.alt) == ("progress", alt)
    assert told.picture.data["text"] in told.text
    assert told.picture.data["progress"]["text"] in told.text
    assert drawable(told.picture)
    assert labels(told).items() >= {"goal another": "Another goal", "goal none": "No goal"}.items()


def test_a_stranger_is_shown_the_way_in_and_a_failure_is_told() -> None:
    assert "not a member" in only(understand(bence(), "goal")).text
    assert "did not work" in only(conclude(anna(), SetGoal("free_drink"), NotFound())).text
