from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.loyalty.ledger import Lot, take
from tests.cast import NOON

SOON, LATER, PAST = NOON + timedelta(days=1), NOON + timedelta(days=30), NOON - timedelta(days=1)


def expiries() -> st.SearchStrategy[datetime | None]:
    return st.none() | st.integers(-5, 5).map(lambda days: NOON + timedelta(days=days))


@st.composite
def purses(draw: st.DrawFn) -> list[Lot]:
    rests = draw(st.lists(st.tuples(st.integers(0, 100), expiries()), max_size=10))
    return [Lot(number, *rest) for number, rest in enumerate(rests)]


def alive(lots: list[Lot]) -> list[Lot]:
    return [lot for lot in lots if lot.expires_at is None or lot.expires_at > NOON]


def test_the_lot_that_expires_first_pays_first_and_one_without_end_last() -> None:
    lots = [Lot(1, 10), Lot(2, 10, LATER), Lot(3, 10, SOON)]
    assert take(lots, 25, NOON) == [Lot(3, 0, SOON), Lot(2, 0, LATER), Lot(1, 5)]


def test_of_two_that_expire_together_the_older_one_pays() -> None:
    assert take([Lot(2, 10, SOON), Lot(1, 10, SOON)], 4, NOON) == [Lot(1, 6, SOON)]


@pytest.mark.parametrize("expires_at", [PAST, NOON])
def test_what_has_expired_does_not_pay(expires_at: datetime) -> None:
    with pytest.raises(ValueError, match="5 points short"):
        take([Lot(1, 100, expires_at), Lot(2, 5)], 10, NOON)


@given(purses(), st.integers(0, 1200))
def test_what_is_paid_leaves_the_lots_and_nothing_else_does(lots: list[Lot], points: int) -> None:
    before = {lot.id: lot for lot in lots}
    covered = sum(lot.remaining for lot in alive(lots))
    if points > covered:
        with pytest.raises(ValueError, match=f"^{points - covered} points short$"):
            take(lots, points, NOON)
        return
    changed = take(lots, points, NOON)
    assert sum(before[lot.id].remaining - lot.remaining for lot in changed) == points
    assert all(0 <= lot.remaining < before[lot.id].remaining for lot in changed)
    assert all(before[lot.id] in alive(lots) and before[lot.id].expires_at == lot.expires_at for lot in changed)


@given(purses(), st.integers(0, 1200))
def test_no_lot_is_touched_before_those_that_expire_sooner_are_empty(lots: list[Lot], points: int) -> None:
    points = min(points, sum(lot.remaining for lot in alive(lots)))
    after = {lot.id: lot for lot in lots} | {lot.id: lot for lot in take(lots, points, NOON)}
    endless = NOON + timedelta(days=1000)
    order = sorted(alive(lots), key=lambda lot: (lot.expires_at or endless, lot.id))
    touched = [after[lot.id].remaining < lot.remaining for lot in order if lot.remaining]
    emptied = [after[lot.id].remaining == 0 for lot in order if lot.remaining]
    assert touched == sorted(touched, reverse=True)
    assert all(emptied[: max(0, sum(touched) - 1)])
