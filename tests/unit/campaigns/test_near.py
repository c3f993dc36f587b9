"""Which reward is near, and when that is news."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.loyalty.member import MemberState, Outcome
from bot.loyalty.reward import Reward
from campaigns.campaign import NearReward
from campaigns.document import check
from campaigns.near import near, progress, slot
from tests.cast import having

PROGRAMME, _CAMPAIGNS = check((Path(__file__).parents[3] / "config/presets/cafe.toml").read_text("utf-8"))
NEAR = next(campaign for campaign in _CAMPAIGNS if isinstance(campaign, NearReward))
BOTH = {"points", "stamps:coffee"}


def state(points: int = 0, stamps: int = 0, lifetime: int = 0) -> MemberState:
    return MemberState(points, lifetime or points, progress={"stamps": {"coffee": stamps}})


@given(points=st.integers(-50, 250))
def test_points_are_near_from_20_to_go_down_to_one(points: int) -> None:
    found = near(PROGRAMME, NEAR, state(points), BOTH)
    assert (found is not None) == (80 <= points <= 99)
    if found:
        assert (found.reward, found.to_go) == ("free_drink", 100 - points)


@given(stamps=st.integers(0, 9))
def test_stamps_are_near_when_two_or_one_are_missing(stamps: int) -> None:
    found = near(PROGRAMME, NEAR, state(stamps=stamps), BOTH)
    assert (found is not None) == (stamps >= 8)
    if found:
        assert (found.card, found.to_go) == ("coffee", 10 - stamps)


@pytest.mark.parametrize(("points", "stamps", "card"), [(95, 8, ""), (81, 9, "coffee"), (80, 8, "")])
def test_of_two_that_are_near_the_closest_is_said(points: int, stamps: int, card: str) -> None:
    found = near(PROGRAMME, NEAR, state(points, stamps), BOTH)
    assert found is not None
    assert found.card == card


def test_what_did_not_move_is_not_said_however_near() -> None:
    assert near(PROGRAMME, NEAR, state(99, 9), set()) is None
    found = near(PROGRAMME, NEAR, state(99, 8), {"stamps:coffee"})
    assert found is not None
    assert found.card == "coffee"


def test_progress_is_read_from_what_the_programme_answered() -> None:
    outcomes: list[Outcome] = [
        {"type": "points_earned", "points": 3},
        {"type": "stamps_added", "card": "coffee", "stamps": 1},
        {"type": "challenge_progress", "challenge": "x"},
    ]
    assert progress(outcomes) == BOTH
    assert progress([]) == set()


def test_the_slot_changes_with_progress_and_with_nothing_else() -> None:
    first, second = state(85, lifetime=85), state(88, lifetime=88)
    found = near(PROGRAMME, NEAR, first, BOTH)
    assert found is not None
    assert slot(found, first, activity_id=1) == slot(found, first, activity_id=2) == "points:free_drink:85"
    assert slot(found, second, activity_id=1) == "points:free_drink:88"
    stamped = near(PROGRAMME, NEAR, state(stamps=9), BOTH)
    assert stamped is not None
    assert slot(stamped, first, activity_id=7) == "stamps:coffee:7"


def test_what_the_member_cannot_have_tempts_nobody() -> None:
    assert near(PROGRAMME, NEAR, state(99), BOTH, {"free_drink"}) is None
    only_given = replace(PROGRAMME.rewards["free_drink"], grant_only=True)
    assert near(having(PROGRAMME, Reward, only_given), NEAR, state(99), BOTH) is None
