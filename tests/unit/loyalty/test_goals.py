"""Every kind of goal, window, level and repetition of a challenge."""

import itertools
import json
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.loyalty.activity import Activity, Item
from bot.loyalty.challenge_stand import stand
from bot.loyalty.challenges import Challenge
from bot.loyalty.engine import decide
from bot.loyalty.member import Grant, MemberState, Profile
from tests.unit.loyalty.play import BUDAPEST, JOINED, at, challenge, completions, did, on_days, play, told

GOALS = [
    "{ count = 4 }",
    '{ sum = "amount", reach = "20.00" }',
    '{ sum = "units", reach = 6, sku = "latte" }',
    '{ distinct = "day", reach = 5 }',
    '{ distinct = "sku", reach = 3 }',
    '{ distinct = "location", reach = 2 }',
    '{ streak = "day", reach = 3 }',
    '{ streak = "week", reach = 2 }',
    '{ set = ["latte", "mocha", "espresso"], of = "sku" }',
]
WINDOWS = ["", '\nwindow = "week"', '\nwindow = "month"', "\nwindow = { days_after_joining = 14 }"]
SKUS = ("latte", "mocha", "espresso", "tea")


def test_the_fifth_purchase_completes_a_count_once() -> None:
    decisions = play(challenge("{ count = 5 }"), [did(at(n)) for n in range(7)])
    assert completions(decisions) == [0, 0, 0, 0, 1, 0, 0]
    assert told(decisions, "challenge_progress")[-1] == {
        "type": "challenge_progress",
        "challenge": "c",
        "have": 5,
        "need": 5,
    }
    assert [p.rule for p in decisions[4].postings] == ["challenges:c"]
    assert decisions[-1].state.points == 50


def test_a_sum_of_money_is_told_as_money() -> None:
    decisions = play(
        challenge('{ sum = "amount", reach = "10.00" }'),
        [did(at(n), amount=cents) for n, cents in enumerate((999, 0, 2))],
    )
    assert [(one["have"], one["need"]) for one in told(decisions, "challenge_progress")] == [
        ("9.99", "10.00"),
        ("10.00", "10.00"),
    ]
    assert completions(decisions) == [0, 0, 1]


def test_units_are_those_of_the_chosen_category() -> None:
    rules = challenge('{ sum = "units", category = "cake", reach = 3 }')
    items = (Item("coffee", 9), Item("cake", 2))
    assert completions(play(rules, [did(at(), items=items), did(at(1), items=items)])) == [0, 1]


def test_the_sum_of_a_category_is_that_of_its_lines() -> None:
    rules = challenge('{ sum = "amount", category = "cake", reach = "5.00" }')
    items = (Item("coffee", 1, price=900), Item("cake", 1, price=250))
    assert completions(play(rules, [did(at(), items=items), did(at(1), items=items)])) == [0, 1]


def test_different_products_count_once_each() -> None:
    rules = challenge('{ distinct = "sku", reach = 3 }')
    decisions = play(rules, [did(at(), "latte"), did(at(), "latte", "mocha"), did(at()), did(at(), "tea")])
    assert completions(decisions) == [0, 0, 0, 1]


def test_different_places_count_once_each() -> None:
    rules = challenge('{ distinct = "location", reach = 2 }')
    decisions = play(rules, [did(at(), location=place) for place in ("Buda", "Buda", "", "Pest")])
    assert completions(decisions) == [0, 0, 0, 1]


def test_a_set_needs_all_of_its_list_and_nothing_else() -> None:
    rules = challenge('{ set = ["espresso", "latte", "mocha"], of = "sku" }')
    decisions = play(rules, [did(at(), "espresso", "tea"), did(at(1), "tea"), did(at(2), "mocha", "latte")])
    assert completions(decisions) == [0, 0, 1]


def test_days_in_a_row_begin_anew_after_a_day_without() -> None:
    days = (0, 1, 3, 4, 4, 5)
    decisions = play(challenge('{ streak = "day", reach = 3 }'), [did(at(day)) for day in days])
    assert completions(decisions) == [0, 0, 0, 0, 0, 1]


def test_weeks_in_a_row_are_closed_up_by_what_is_told_late() -> None:
    decisions = play(challenge('{ streak = "week", reach = 3 }'), [did(at(day)) for day in (0, 14, 10)])
    assert completions(decisions) == [0, 0, 1]


def test_only_activities_that_match_count() -> None:
    rules = challenge("{ count = 1 }", 'when = { location = "Buda" }\nthen = { points = 5 }', '["visit", "purchase"]')
    decisions = play(
        rules, [did(at(), location="Pest"), did(at(), kind="review"), did(at(), kind="visit", location="Buda")]
    )
    assert completions(decisions) == [0, 0, 1]


def test_every_month_is_a_new_one() -> None:
    decisions = play(
        challenge("{ count = 2 }", 'window = "month"\nthen = { reward = "drink" }'),
        [did(at(d)) for d in (0, 1, 2, 30, 31)],
    )
    assert completions(decisions) == [0, 1, 0, 0, 1]
    assert [decision.grants for decision in decisions if decision.grants] == [(Grant("drink", "challenges:c"),)] * 2
    assert told(decisions, "reward_granted")[0] == {
        "type": "reward_granted",
        "because": "challenges:c",
        "reward": "drink",
    }


def test_dates_are_both_included() -> None:
    rules = challenge("{ count = 2 }", "window = { from = 2026-03-03, to = 2026-03-04 }\nthen = { points = 1 }")
    assert completions(play(rules, [did(at(day)) for day in (0, 3, 1, 2)])) == [0, 0, 0, 1]


def test_the_first_days_are_those_after_joining() -> None:
    rules = challenge("{ count = 2 }", "window = { days_after_joining = 14 }\nthen = { points = 1 }")
    assert completions(play(rules, [did(at(day)) for day in (-1, 15, 0, 14)])) == [0, 0, 0, 1]


def test_what_repeats_is_completed_over_and_over_and_never_without_bound() -> None:
    rules = challenge('{ sum = "amount", reach = "1.00" }', "repeat = true\nthen = { points = 1 }")
    assert completions(play(rules, [did(at(n), amount=cents) for n, cents in enumerate((250, 60, 10**12))])) == [
        2,
        1,
        100,
    ]


def test_what_never_repeats_is_completed_in_one_week_only() -> None:
    rules = challenge("{ count = 2 }", 'window = "week"\nrepeat = false\nthen = { points = 1 }')
    decisions = play(rules, [did(at(day)) for day in (0, 1, 7, 8)])
    assert completions(decisions) == [0, 1, 0, 0]
    place = stand(rules, rules.of(Challenge)["c"], decisions[-1].state.progress, None, at(21))
    assert (place.completed, place.level) == (True, 1)


LEVELS = """
levels = [
  { reach = 3, then = { badge = "explorer" } },
  { reach = 5, then = { badge = "explorer", level = 2, points = 20, reward = "drink" } },
]"""


def test_each_level_brings_what_is_its_own() -> None:
    rules = challenge('{ distinct = "sku" }', LEVELS)
    decisions = play(rules, [did(at(), "a", "b"), did(at(), "c"), did(at(), "d", "e", "f")])
    assert [one["level"] for one in told(decisions, "challenge_completed")] == [1, 2]
    assert [(one["have"], one["need"]) for one in told(decisions, "challenge_progress")] == [(2, 3), (3, 3), (5, 5)]
    assert [one["level"] for one in told(decisions, "badge_awarded")] == [1, 2]
    assert decisions[-1].state.points == 20


def test_one_jump_takes_every_level_on_its_way() -> None:
    assert completions(play(challenge('{ distinct = "sku" }', LEVELS), [did(at(), *"abcdef")])) == [2]


def test_who_did_not_take_it_up_is_not_counted() -> None:
    rules = challenge("{ count = 1 }", 'join = "opt_in"\nthen = { points = 1 }')
    join = Activity("challenge_joined", "regulars", "1", at(1), attributes={"challenge": "c"})
    decisions = play(rules, [did(at(0)), join, join, did(at(0, 23)), did(at(2))])
    assert completions(decisions) == [0, 0, 0, 0, 1]
    assert told(decisions, "challenge_joined") == [{"type": "challenge_joined", "challenge": "c"}]


@pytest.mark.parametrize("attributes", [None, {}, {"challenge": "x"}, {"challenge": 5}, {"challenge": None}])
def test_what_is_no_challenge_cannot_be_taken_up(attributes: dict[str, str | int | float | bool | None] | None) -> None:
    rules = challenge("{ count = 1 }", "then = { points = 1 }")
    join = Activity("challenge_joined", "regulars", "1", at(1), attributes=attributes)
    assert play(rules, [join])[0].state.progress == {}


def test_a_goal_that_was_changed_begins_anew_and_nothing_breaks() -> None:
    state = MemberState(profile=Profile(JOINED, BUDAPEST))
    for goal, window in itertools.product(GOALS, WINDOWS):
        rules = challenge(goal, f"then = {{ points = 1 }}{window}")
        state = decide(rules, state, did(at(3), "latte", amount=500, location="Buda"), at(400)).state
        place = stand(rules, rules.of(Challenge)["c"], state.progress, state.profile, at(3))
        assert 0 <= place.have <= place.need
        assert len(state.progress["challenges"]["c"]) == 1


some_activities = st.lists(
    st.builds(
        lambda hours, skus, amount, place: did(at() + timedelta(hours=hours), *skus, amount=amount, location=place),
        st.integers(0, 24 * 24),
        st.lists(st.sampled_from(SKUS), max_size=3),
        st.integers(0, 900),
        st.sampled_from(["", "Buda", "Pest"]),
    ),
    max_size=14,
)


def reordered(activities: list[Activity]) -> st.SearchStrategy[tuple[list[Activity], list[Activity]]]:
    return st.tuples(st.just(activities), st.permutations(activities))


@given(st.sampled_from(GOALS), st.sampled_from(WINDOWS), some_activities.flatmap(reordered))
@example('{ streak = "day", reach = 3 }', "", (on_days(0, 2, 4, 6, 8, 10, 12, 14), on_days(14, 12, 10, 8, 6, 4, 2, 0)))
@example(
    '{ streak = "day", reach = 3 }', "", (on_days(0, 1, 2, 4, 6, 8, 10, 12, 14), on_days(0, 4, 6, 8, 10, 12, 14, 2, 1))
)
def test_the_order_of_telling_changes_neither_what_is_kept_nor_what_is_won(
    goal: str, window: str, orders: tuple[list[Activity], list[Activity]]
) -> None:
    rules = challenge(goal, f"then = {{ points = 50 }}{window}")
    one, other = (play(rules, activities) for activities in orders)
    assert sum(completions(one)) == sum(completions(other))
    if one:
        assert one[-1].state.points == other[-1].state.points
        assert one[-1].state.progress == other[-1].state.progress


@given(st.sampled_from(GOALS), st.sampled_from(WINDOWS), st.lists(st.integers(0, 3000), max_size=60))
def test_what_is_kept_stays_small_however_long_somebody_stays(goal: str, window: str, days: list[int]) -> None:
    rules = challenge(goal, f"then = {{ points = 50 }}{window}")
    decisions = play(
        rules, [did(at(day), f"sku {day}", "latte", amount=10**12, location=f"place {day}") for day in days]
    )
    if decisions:
        assert len(json.dumps(decisions[-1].state.progress)) < 2500


@pytest.mark.parametrize(
    ("goal", "rest", "where", "said"),
    [
        ("{ count = 3, reach = 3 }", "then = { points = 1 }", "goal", "said already"),
        ("{}", "then = { points = 1 }", "goal", "exactly one"),
        ("{ count = 3 }", "", "", 'either "then" or "levels"'),
        ("{ count = 3 }", "then = {}", "then", "needs points, reward or badge"),
        ('{ distinct = "sku" }', "then = { points = 1 }", "", 'the goal needs "reach"'),
        ('{ distinct = "sku", reach = 101 }', "then = { points = 1 }", "goal.reach", "less than or equal to 100"),
        ('{ distinct = "day", reach = 32 }', 'window = "month"\nthen = { points = 1 }', "goal.reach", "equal to 31"),
        ('{ sum = "amount", reach = 5 }', "then = { points = 1 }", "goal.reach", "as money"),
        ('{ sum = "amount", reach = "5.001" }', "then = { points = 1 }", "goal.reach", "finer than the currency"),
        ('{ sum = "units", reach = "5.00" }', "then = { points = 1 }", "goal.reach", "whole number"),
        ('{ set = ["a", "a"], of = "sku" }', "then = { points = 1 }", "goal.set", "twice"),
        ('{ set = ["a"] }', "then = { points = 1 }", "goal", "belong together"),
        ("{ count = 3 }", 'window = "year"\nthen = { points = 1 }', "window.each", "'week' or 'month'"),
        ("{ count = 3 }", "window = { from = 2026-03-03, to = 2026-03-02 }\nthen = { points = 1 }", "window", "before"),
        ("{ count = 3 }", "window = { from = 5 }\nthen = { points = 1 }", "window.from", "write a day"),
        ('{ distinct = "sku", reach = 3 }', "repeat = true\nthen = { points = 1 }", "", "counts and sums"),
        ("{ count = 3 }", 'then = { reward = "cake" }', "then.reward", 'no reward "cake"'),
        ("{ count = 3 }", 'levels = [{ reach = 3, then = { badge = "x" } }]', "levels.0.then.badge", 'no badge "x"'),
        (
            "{ count = 3 }",
            "levels = [{ reach = 3, then = { points = 1 } }, { reach = 3, then = { points = 1 } }]",
            "levels",
            "more than the one before",
        ),
    ],
)
def test_a_goal_that_makes_no_sense_is_told_with_its_path(goal: str, rest: str, where: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        challenge(goal, rest)
    assert [(fault.at, said in fault.message) for fault in caught.value.faults] == [
        (f"challenges.0.{where}".rstrip("."), True)
    ]
