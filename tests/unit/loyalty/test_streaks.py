"""Streaks in the member's zone, over closed days, with freezes, through travel and clock changes."""

import json
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.loyalty import streaks
from bot.loyalty.activity import Activity
from bot.loyalty.engine import decide
from bot.loyalty.member import Decision, MemberState, Profile
from bot.loyalty.programme import Programme
from bot.loyalty.streaks import Stand, Streak
from tests.unit.loyalty.play import BUDAPEST, JOINED, MONDAY, at, did, play, programme, told

ZONES = sorted(available_timezones() - {"Factory", "localtime"})
EARLIEST, LATEST = date(2024, 1, 1).toordinal(), date(2028, 12, 31).toordinal()


def streak(rest: str = "", levels: str = "[{ reach = 3, then = { points = 10 } }]") -> Programme:
    return programme(f'[[streaks]]\nkey = "s"\nname = "S"\non = "purchase"\nlevels = {levels}\n{rest}\n')


def lengths(decisions: list[Decision]) -> list[int]:
    return [one["length"] for one in told(decisions, "streak_progress")]


def seen(rules: Programme, decisions: list[Decision], when: datetime, zone: ZoneInfo = BUDAPEST) -> Stand:
    [rule] = rules.of(Streak).values()
    return streaks.stand(rules, rule, decisions[-1].state.progress, Profile(JOINED, zone), when)


def test_each_day_makes_it_longer_and_a_second_purchase_does_not() -> None:
    decisions = play(streak(), [did(at(day)) for day in (0, 1, 1, 2)])
    assert lengths(decisions) == [1, 2, 3]
    assert told(decisions, "streak_reached") == [{"type": "streak_reached", "streak": "s", "length": 3}]
    assert [posting.rule for posting in decisions[-1].postings] == ["streaks:s"]


def test_a_day_missed_breaks_it_and_is_named() -> None:
    decisions = play(streak(), [did(at(day)) for day in (0, 1, 3)])
    assert lengths(decisions) == [1, 2, 1]
    assert told(decisions, "streak_broken") == [
        {
            "type": "streak_broken",
            "streak": "s",
            "length": 2,
            "why": "missed_day",
            "missed": "2026-03-04",
            "freezes": 0,
        }
    ]


def test_it_is_seen_to_be_broken_before_anything_more_is_bought() -> None:
    rules = streak()
    decisions = play(rules, [did(at(0)), did(at(1))])
    assert [seen(rules, decisions, at(day)).length for day in (1, 2, 3)] == [2, 2, 0]
    assert [seen(rules, decisions, at(day)).counted for day in (1, 2)] == [True, False]
    late = seen(rules, decisions, at(9))
    assert (late.missed, late.lost_length, late.best) == (date(2026, 3, 4), 2, 2)


def test_days_when_the_shop_is_closed_are_nobodys_to_miss() -> None:
    rules = streak('open = ["mon", "tue", "wed", "thu", "fri"]\nclosed = [2026-03-09]')
    decisions = play(rules, [did(at(day)) for day in (3, 4, 5, 6, 8)])
    assert lengths(decisions) == [1, 2, 3]
    assert not told(decisions, "streak_broken")


def test_a_freeze_is_earned_used_by_itself_and_spent() -> None:
    rules = streak("freezes = 1\nfreeze_every = 2")
    decisions = play(rules, [did(at(day)) for day in (0, 1, 3, 5)])
    assert [one["freezes"] for one in told(decisions, "streak_progress")] == [0, 1, 0, 0]
    assert told(decisions, "streak_frozen") == [{"type": "streak_frozen", "streak": "s", "used": 1, "freezes": 0}]
    assert [one["missed"] for one in told(decisions, "streak_broken")] == ["2026-03-06"]
    assert lengths(decisions) == [1, 2, 3, 1]


def test_a_freeze_that_does_not_help_is_kept() -> None:
    rules = streak("freezes = 1\nfreeze_every = 2")
    decisions = play(rules, [did(at(day)) for day in (0, 1, 4)])
    assert lengths(decisions)[-1] == 1
    assert seen(rules, decisions, at(4)).freezes == 1


def test_a_level_is_won_again_by_the_next_streak() -> None:
    decisions = play(streak(), [did(at(day)) for day in (0, 1, 2, 3, 10, 11, 12)])
    assert len(told(decisions, "streak_reached")) == 2


def test_weeks_in_a_row_are_not_broken_by_a_week_of_holidays() -> None:
    closed = [(MONDAY + timedelta(days=day)).isoformat() for day in range(7, 14)]
    decisions = play(streak(f'every = "week"\nclosed = {json.dumps(closed)}'), [did(at(day)) for day in (6, 14, 29)])
    assert lengths(decisions) == [1, 2, 1]
    assert told(decisions, "streak_broken")[0]["missed"] == "2026-03-23"


def test_what_is_told_late_closes_the_gap_and_pays_once() -> None:
    decisions = play(streak(), [did(at(day)) for day in (0, 2, 1, 1)])
    assert lengths(decisions) == [1, 1, 3]
    assert len(told(decisions, "streak_reached")) == 1


def test_what_is_told_much_too_late_changes_nothing() -> None:
    decisions = play(streak(), [did(at(day)) for day in (*range(0, 40, 2), 1)])
    assert decisions[-1].state.progress == decisions[-2].state.progress


def test_nobody_knows_the_zone_of_a_member_without_a_profile_so_it_is_the_shops() -> None:
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    state = decide(streak(), MemberState(), did(late), late).state
    assert state.progress["streaks"]["s"]["numbers"] == [date(2026, 3, 3).toordinal()]


@given(st.data())
def test_who_comes_on_every_open_day_of_their_zone_never_breaks_it_whatever_the_clocks_do(data: st.DataObject) -> None:
    zone = ZoneInfo(data.draw(st.sampled_from(ZONES)))
    first = data.draw(st.integers(EARLIEST, LATEST))
    closed = data.draw(st.sets(st.integers(first, first + 40), max_size=15))
    shut = data.draw(st.sets(st.integers(0, 6), max_size=5))
    weekdays = [name for n, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun")) if n not in shut]
    dates = [date.fromordinal(n).isoformat() for n in sorted(closed)]
    rules = streak(f"open = {json.dumps(weekdays)}\nclosed = {json.dumps(dates)}")
    days = [
        date.fromordinal(n)
        for n in range(first, first + 40)
        if n not in closed and date.fromordinal(n).weekday() not in shut
    ]
    clock = st.times(min_value=time(0), max_value=time(23, 59))
    moments = [datetime.combine(day, data.draw(clock), zone).astimezone(UTC) for day in days]
    # An hour that the clocks skip is read as the one after it, which may be of the next day.
    moments = [moment for moment, day in zip(moments, days, strict=True) if moment.astimezone(zone).date() == day]
    decisions = play(rules, [did(moment) for moment in moments], zone)
    if len(moments) == len(days):
        assert lengths(decisions) == list(range(1, len(days) + 1))


@given(st.data())
def test_travel_never_breaks_it(data: st.DataObject) -> None:
    """They buy something on every day that they live through, and on landing from a flight of up to twenty hours."""
    rules, state, zones = streak(), MemberState(), st.sampled_from(ZONES).map(ZoneInfo)
    moment = datetime.combine(MONDAY, time(12), data.draw(zones))
    for _ in range(6):
        zone = data.draw(zones) if data.draw(st.booleans()) else moment.tzinfo
        if zone is moment.tzinfo:
            clock = data.draw(st.times(min_value=time(6), max_value=time(22)))
            moment = datetime.combine(moment.date() + timedelta(days=1), clock, zone)
        else:
            moment = (moment.astimezone(UTC) + timedelta(hours=data.draw(st.integers(2, 20)))).astimezone(zone)
        assert isinstance(zone, ZoneInfo)
        decision = decide(rules, state._replace(profile=Profile(JOINED, zone)), did(moment), moment)
        assert told([decision], "streak_broken") == []
        state = decision.state


def test_the_day_that_flying_east_took_away_is_not_missed_but_the_next_one_is() -> None:
    angeles, auckland = ZoneInfo("America/Los_Angeles"), ZoneInfo("Pacific/Auckland")
    monday = datetime(2026, 3, 2, 9, tzinfo=angeles)
    for there, broken in ((4, 0), (5, 1)):
        before = decide(streak(), MemberState(profile=Profile(JOINED, angeles)), did(monday), monday).state
        arrived = datetime(2026, 3, there, 20, tzinfo=auckland)
        moved = before._replace(profile=Profile(JOINED, auckland))
        assert len(told([decide(streak(), moved, did(arrived), arrived)], "streak_broken")) == broken


@given(st.lists(st.integers(0, 12), max_size=10, unique=True), st.data())
def test_the_order_of_telling_does_not_change_the_streak(days: list[int], data: st.DataObject) -> None:
    rules = streak("freezes = 2\nfreeze_every = 3")
    one = play(rules, [did(at(day)) for day in sorted(days)])
    other = play(rules, [did(at(day)) for day in data.draw(st.permutations(days))])
    if days:
        kept, also = (decisions[-1].state.progress["streaks"]["s"] for decisions in (one, other))
        assert kept["head"] == also["head"]
        assert seen(rules, one, at(13)) == seen(rules, other, at(13))


@given(st.lists(st.integers(0, 60), max_size=40))
def test_a_streak_is_as_long_as_its_days_in_a_row(days: list[int]) -> None:
    decisions = play(streak(), [did(at(day)) for day in sorted(days)])
    if days:
        apart = sorted(set(days))
        start = max((late for early, late in pairwise(apart) if late - early > 1), default=apart[0])
        assert lengths(decisions)[-1] == apart[-1] - start + 1


def test_what_is_kept_stays_small() -> None:
    decisions = play(streak("freezes = 2"), [did(at(day)) for day in range(800)])
    assert len(json.dumps(decisions[-1].state.progress)) < 600
    assert lengths(decisions)[-1] == 800


def test_an_absence_of_years_is_counted_only_as_far_as_it_matters() -> None:
    rules = streak("freezes = 2")
    decisions = play(rules, [did(at()), Activity("purchase", "till", "2", datetime(9000, 1, 1, tzinfo=UTC))])
    assert lengths(decisions) == [1, 1]


@pytest.mark.parametrize(
    ("rest", "levels", "where", "said"),
    [
        ("freeze_every = 3", "[{ reach = 3, then = { points = 1 } }]", "", "how many can be held"),
        ("open = []", "[{ reach = 3, then = { points = 1 } }]", "open", "at least 1"),
        ('open = ["monday"]', "[{ reach = 3, then = { points = 1 } }]", "open.0", "'mon'"),
        ('closed = ["tomorrow"]', "[{ reach = 3, then = { points = 1 } }]", "closed.0", "write a day"),
        ("", "[]", "levels", "at least 1"),
        ("", '[{ reach = 3, then = { badge = "x" } }]', "levels.0.then.badge", 'no badge "x"'),
        ("", "[{ reach = 4, then = { points = 1 } }, { reach = 3, then = { points = 1 } }]", "", "more than the one"),
    ],
)
def test_a_streak_that_makes_no_sense_is_told_with_its_path(rest: str, levels: str, where: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        streak(rest, levels)
    assert [(fault.at, said in fault.message) for fault in caught.value.faults] == [
        (f"streaks.0.{where}".rstrip("."), True)
    ]
