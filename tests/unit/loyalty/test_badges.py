"""Badges with levels, periods and rules of their own, and what a refund leaves of them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.loyalty.badges import Badge, Held, after_refund, counted, held, won
from bot.loyalty.programme import Programme
from tests.unit.loyalty.play import at, did, play, programme, told


def badge(rest: str) -> Programme:
    return programme(f'[[badges]]\nkey = "b"\nname = "B"\n{rest}\n')


REVIEWER = 'on = "review"\nlevels = [{ name = "Bronze", reach = 2 }, { name = "Gold", reach = 4 }]'


def test_a_rule_of_its_own_awards_a_badge_once() -> None:
    rules = badge('on = ["visit", "purchase"]\nwhen = { location = "Buda" }')
    decisions = play(rules, [did(at(), location=place) for place in ("Pest", "Buda", "Buda")])
    assert told(decisions, "badge_awarded") == [{"type": "badge_awarded", "badge": "b"}]
    assert decisions[-1].state.progress["badges"] == {"b": "2026-03-02"}


def test_levels_are_reached_by_so_many_activities() -> None:
    decisions = play(badge(REVIEWER), [did(at(day), kind="review") for day in range(6)])
    assert [one["level"] for one in told(decisions, "badge_awarded")] == [1, 2]
    assert won(decisions[-1].state.progress, "b") == [Held("2026-03-03", 1), Held("2026-03-05", 2)]
    assert held(decisions[-1].state.progress) == {"b": "2026-03-05"}


def test_what_is_done_of_the_next_level_is_known() -> None:
    rule = badge(REVIEWER).of(Badge)["b"]
    far = [one.state.progress for one in play(badge(REVIEWER), [did(at(day), kind="review") for day in range(4)])]
    assert [counted(progress, rule, "2026-03-09") for progress in ({}, *far)] == [(0, 2), (1, 2), (2, 4), (3, 4), None]
    monthly = badge(f'{REVIEWER}\nperiod = "month"').of(Badge)["b"]
    [one] = play(badge(f'{REVIEWER}\nperiod = "month"'), [did(at(), kind="review")])
    assert counted(one.state.progress, monthly, "2026-03-31") == (1, 2)
    assert counted(one.state.progress, monthly, "2026-04-01") == (0, 2)
    assert counted({}, badge('on = "purchase"').of(Badge)["b"], "2026-03-09") is None


def test_a_badge_of_the_year_is_won_once_in_each() -> None:
    decisions = play(badge('on = "purchase"\nperiod = "year"'), [did(at(day)) for day in (0, 1, 303, 304, 310)])
    assert [one.period for one in won(decisions[-1].state.progress, "b")] == ["2026", "2027"]
    assert len(told(decisions, "badge_awarded")) == 2


def test_of_each_month_the_count_is_its_own() -> None:
    decisions = play(badge(f'{REVIEWER}\nperiod = "month"'), [did(at(day), kind="review") for day in (0, 40, 1, 41, 2)])
    assert [(one.period, one.level) for one in won(decisions[-1].state.progress, "b")] == [
        ("2026-03", 1),
        ("2026-04", 1),
    ]


def test_badges_of_many_months_do_not_pile_up() -> None:
    decisions = play(
        badge(f'{REVIEWER}\nperiod = "month"'), [did(at(day), kind="review") for day in range(0, 3000, 10)]
    )
    assert len({one.period for one in won(decisions[-1].state.progress, "b")}) == 36
    assert len(json.dumps(decisions[-1].state.progress)) < 2500


def test_a_badge_that_got_a_period_later_is_not_lost() -> None:
    [plain] = play(badge('on = "purchase"'), [did(at())])
    yearly = badge('on = "purchase"\nperiod = "year"')
    assert [one.period for one in won(plain.state.progress, "b")] == [""]
    assert held(plain.state.progress) == {"b": "2026-03-02"}
    assert after_refund(yearly, plain.state.progress, {}) == {"badges": {"b": "2026-03-02"}}


@given(st.lists(st.integers(0, 90), max_size=12), st.data())
def test_the_order_of_telling_does_not_change_which_badges_are_won(days: list[int], data: st.DataObject) -> None:
    rules = badge(f'{REVIEWER}\nperiod = "month"')
    one = play(rules, [did(at(day), kind="review") for day in days])
    other = play(rules, [did(at(day), kind="review") for day in data.draw(st.permutations(days))])
    if days:
        mine, theirs = (won(decisions[-1].state.progress, "b") for decisions in (one, other))
        assert [each[1:] for each in mine] == [each[1:] for each in theirs]


@pytest.mark.parametrize(("keep", "left"), [("true", 2), ("false", 1)])
def test_a_refund_takes_a_badge_back_only_where_its_rule_says_so(keep: str, left: int) -> None:
    rules = badge(f"{REVIEWER}\nkeep_on_refund = {keep}")
    reviews = [did(at(day), kind="review") for day in range(4)]
    before, replayed = (play(rules, some)[-1].state.progress for some in (reviews, reviews[:3]))
    after = after_refund(rules, before, replayed)
    assert len(won(after, "b")) == left
    assert after["badge_counts"] == replayed["badge_counts"]


def test_a_badge_that_was_kept_is_not_awarded_a_second_time() -> None:
    rules = badge('on = "purchase"')
    [first] = play(rules, [did(at())])
    kept = after_refund(rules, first.state.progress, {})
    assert kept == {"badges": {"b": "2026-03-02"}}
    assert after_refund(rules, kept, {}) == kept


def test_a_badge_that_the_programme_dropped_is_kept() -> None:
    assert after_refund(programme(""), {"badges": {"old": "2020-01-01"}}, {}) == {"badges": {"old": "2020-01-01"}}
    assert after_refund(programme(""), {}, {"stamps": {}}) == {"stamps": {}}


@pytest.mark.parametrize(
    ("rest", "where", "said"),
    [
        ('when = { location = "Buda" }', "", 'needs "on"'),
        ('levels = [{ name = "x", reach = 3 }]', "", '"reach" needs "on"'),
        ('on = "visit"\nlevels = [{ name = "x" }]', "", 'each level needs a "reach"'),
        ('on = "visit"\nlevels = [{ name = "x", reach = 3 }, { name = "y", reach = 2 }]', "", "greater than"),
        ('period = "week"', "period", "'year' or 'month'"),
    ],
)
def test_a_badge_that_makes_no_sense_is_told_with_its_path(rest: str, where: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        badge(rest)
    assert [(fault.at, said in fault.message) for fault in caught.value.faults] == [
        (f"badges.2.{where}".rstrip("."), True)
    ]


def test_a_badge_without_a_rule_waits_for_somebody_to_award_it() -> None:
    assert programme("").of(Badge)["explorer"].on == ()
