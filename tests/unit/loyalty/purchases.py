"""Purchases as the engine sees them, and how a member fares through several."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bot.loyalty.activity import Activity, Item
from bot.loyalty.engine import decide
from bot.loyalty.member import Decision, MemberState, Outcome
from bot.loyalty.programme import Programme
from tests.cast import NOON, cafe

BUDAPEST = ZoneInfo("Europe/Budapest")
_FIRST = datetime(2026, 3, 16, tzinfo=UTC)


def bought(cents: int | None = None, coffees: int = 0, at: datetime = NOON, kind: str = "purchase") -> Activity:
    items = (Item("coffee", coffees),) if coffees else ()
    return Activity(kind, "till", "1", at, cents, items)


def after(activities: Iterable[Activity], programme: Programme | None = None) -> list[Decision]:
    """The decisions on one new member's activities, one after the other."""
    state, decisions = MemberState(), []
    for activity in activities:
        decisions.append(decide(programme or cafe(), state, activity, NOON))
        state = decisions[-1].state
    return decisions


def told(decisions: Iterable[Decision], kind: str) -> list[Outcome]:
    return [outcome for decision in decisions for outcome in decision.outcomes if outcome["type"] == kind]


def with_zone(zone: str) -> Programme:
    return replace(cafe(), zone=ZoneInfo(zone))


def some_purchases(most: int = 12) -> st.SearchStrategy[list[Activity]]:
    """Any purchases within four weeks around the night when the clocks change in Budapest."""
    return st.lists(
        st.builds(
            bought,
            st.none() | st.integers(0, 100_000),
            st.integers(0, 25),
            st.integers(0, 27 * 24 * 60).map(lambda minutes: _FIRST + timedelta(minutes=minutes)),
            st.sampled_from(["purchase", "purchase", "visit"]),
        ),
        max_size=most,
    )
