import copy
import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.loyalty.activity import Activity
from bot.loyalty.engine import decide
from bot.loyalty.member import MemberState
from tests.cast import NOON, cafe
from tests.unit.loyalty.purchases import after, bought, some_purchases, told


def final(activities: Sequence[Activity]) -> MemberState:
    return after(activities)[-1].state if activities else MemberState()


@given(some_purchases())
def test_the_same_activities_give_the_same_decisions(activities: list[Activity]) -> None:
    assert after(activities) == after(activities)


@given(some_purchases())
def test_a_state_that_was_kept_as_json_goes_on_as_if_it_had_not_been(activities: list[Activity]) -> None:
    state = MemberState()
    for activity in activities:
        kept = json.loads(json.dumps(state.progress))
        known = state._replace(progress=kept)
        state = decide(cafe(), known, activity, NOON).state
    assert state == final(activities)


@given(some_purchases())
def test_the_state_that_was_handed_in_is_never_changed(activities: list[Activity]) -> None:
    state = MemberState()
    for activity in activities:
        before = copy.deepcopy(state)
        decided = decide(cafe(), state, activity, NOON)
        assert state == before
        state = decided.state


@given(st.data())
def test_the_order_of_telling_changes_neither_points_nor_stamps_nor_days(data: st.DataObject) -> None:
    activities = data.draw(some_purchases())
    one, other = final(activities), final(data.draw(st.permutations(activities)))
    assert (one.points, one.lifetime_points, one.purchases) == (other.points, other.lifetime_points, other.purchases)
    assert one.last_purchase_at == other.last_purchase_at
    assert one.progress.get("stamps") == other.progress.get("stamps")
    assert one.progress.get("challenges") == other.progress.get("challenges")
    assert one.progress.get("badges", {}).keys() == other.progress.get("badges", {}).keys()


@given(some_purchases())
def test_the_balance_is_the_sum_of_the_postings(activities: list[Activity]) -> None:
    decisions = after(activities)
    posted = [posting.points for decision in decisions for posting in decision.postings]
    assert final(activities).points == final(activities).lifetime_points == sum(posted)
    assert all(points > 0 for points in posted)
    assert sum(outcome["points"] for outcome in told(decisions, "points_earned")) == sum(posted)


@given(some_purchases())
def test_every_grant_stands_with_an_outcome_that_awaits_its_voucher(activities: list[Activity]) -> None:
    for decision in after(activities):
        assert [grant.reward for grant in decision.grants] == [
            outcome["reward"] for outcome in told([decision], "stamp_card_completed")
        ]


def test_the_last_purchase_is_the_latest_and_not_the_last_told() -> None:
    late, early = bought(at=NOON), bought(at=NOON.replace(day=1))
    assert final([late, early]).last_purchase_at == NOON
    assert final([early, late]).purchases == 2


@pytest.mark.parametrize("kind", ["visit", "review", "app_opened"])
def test_only_a_purchase_is_a_purchase(kind: str) -> None:
    assert final([bought(500, 3, kind=kind)]) == MemberState()


def test_one_activity_can_do_it_all() -> None:
    days = [bought(9900, 4, NOON.replace(day=day)) for day in (2, 3)]
    last = after([*days, bought(1250, 2, NOON)])[-1]
    assert [outcome["type"] for outcome in last.outcomes] == [
        "points_earned",
        "stamps_added",
        "stamp_card_completed",
        "challenge_progress",
        "challenge_completed",
        "badge_awarded",
    ]
