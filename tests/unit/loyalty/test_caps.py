"""Caps hold in whatever order things are told."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given as supposing
from hypothesis import strategies as st

from bot.loyalty.caps import Cap, Used, take
from tests.cast import NOON
from tests.unit.loyalty.purchases import after, bought
from tests.unit.loyalty.rules import given, rules

_FIRST = date(2025, 11, 20)
SPANS = st.sampled_from(["activity", "day", "week", "month", "year", "life"])
CAPS = st.lists(
    st.builds(Cap, st.integers(1, 50), SPANS, st.booleans()), min_size=1, max_size=3, unique_by=lambda c: c.slot
)
DAYS = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 80)), max_size=40)


def period(cap: Cap, day: date, number: int) -> object:
    return {
        "activity": number,
        "day": day,
        "week": day.isocalendar()[:2],
        "month": (day.year, day.month),
        "year": day.year,
        "life": None,
    }[cap.per]


@supposing(CAPS, DAYS)
def test_no_cap_is_ever_exceeded_in_any_order_of_telling(caps: list[Cap], told: list[tuple[int, int]]) -> None:
    used: Used = {}
    sums: Counter[tuple[Cap, object]] = Counter()
    for number, (offset, wanted) in enumerate(told):
        day = _FIRST + timedelta(days=offset)
        given, used = take(caps, wanted, day, used)
        assert 0 <= given <= wanted
        for cap in caps:
            sums[cap, period(cap, day, number)] += (given > 0) if cap.times else given
    assert all(total <= cap.most for (cap, _), total in sums.items())


@supposing(CAPS, DAYS)
def test_told_in_order_a_cap_lets_through_all_that_fits(caps: list[Cap], told: list[tuple[int, int]]) -> None:
    used: Used = {}
    sums: Counter[tuple[Cap, object]] = Counter()
    for number, (offset, wanted) in enumerate(sorted(told)):
        day = _FIRST + timedelta(days=offset)
        rooms = []
        for cap in caps:
            left = cap.most - sums[cap, period(cap, day, number)]
            rooms.append((wanted if left > 0 else 0) if cap.times else left)
        given, used = take(caps, wanted, day, used)
        assert given == max(min(wanted, *rooms), 0)
        for cap in caps:
            sums[cap, period(cap, day, number)] += (given > 0) if cap.times else given


@supposing(DAYS)
def test_what_is_remembered_stays_small(told: list[tuple[int, int]]) -> None:
    used: Used = {}
    for offset, wanted in told * 10:
        _, used = take([Cap(10, "day"), Cap(10, "week")], wanted, _FIRST + timedelta(days=offset), used)
    assert len(used.get("day", {})) <= 31 and len(used.get("week", {})) <= 9


@pytest.mark.parametrize(
    ("cap", "points"),
    [
        ('{ points = 15, per = "activity" }', [15, 15, 10]),
        ('{ points = 15, per = "day" }', [15, 0, 10]),
        ('{ points = 30, per = "week" }', [20, 10, 0]),
        ('{ points = 45, per = "life" }', [20, 20, 5]),
        ('{ times = 1, per = "day" }', [20, 0, 10]),
        ('[{ points = 15, per = "activity" }, { points = 20, per = "month" }]', [15, 5, 0]),
    ],
)
def test_a_rule_gives_no_more_than_its_caps(cap: str, points: list[int]) -> None:
    made = rules(f'on = "purchase", give = {{ points = 1, per = "1.00" }}, cap = {cap}')
    told = [bought(2000), bought(2000), bought(1000, at=NOON + timedelta(days=1))]
    assert [given(one)[0] for one in after(told, made)] == points


def test_credit_is_capped_in_money() -> None:
    made = rules('on = "purchase", give = { credit = "10%" }, cap = { credit = "1.50", per = "year" }')
    assert [given(one) for one in after([bought(1000), bought(1000)], made)] == [(0, 100), (0, 50)]


def test_a_day_ends_at_midnight_of_the_business() -> None:
    made = rules('on = "purchase", give = { points = 1 }, cap = { times = 1, per = "day" }')
    late = datetime(2026, 3, 4, 22, 59, tzinfo=UTC)
    told = [bought(at=late), bought(at=late + timedelta(minutes=1))]
    assert [given(one)[0] for one in after(told, made)] == [1, 1]


def test_what_is_multiplied_is_capped_too() -> None:
    made = rules(
        'on = "purchase", give = { points = 1, per = "1.00" }, cap = { points = 30, per = "day" }',
        'on = "purchase", multiply = 2',
    )
    assert [given(one)[0] for one in after([bought(1000), bought(1000)], made)] == [20, 10]


def test_each_rule_has_caps_of_its_own() -> None:
    capped = 'on = "purchase", give = { points = 1 }, cap = { times = 1, per = "life" }'
    assert [given(one)[0] for one in after([bought(), bought()], rules(capped, capped))] == [2, 0]
