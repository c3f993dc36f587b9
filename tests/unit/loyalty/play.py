"""A programme of goals written for one test, and a member who plays through it."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from bot.loyalty.activity import Activity, Item
from bot.loyalty.document import parse
from bot.loyalty.engine import decide
from bot.loyalty.member import Decision, MemberState, Outcome, Profile
from bot.loyalty.programme import Programme

HEAD = """
[programme]
name = "Bean"
currency = "EUR"
timezone = "Europe/Budapest"
languages = ["en", "hu"]

[[rewards]]
key = "drink"
kind = "free_product"
cost = { points = 100 }
name = "Any drink"

[[badges]]
key = "explorer"
name = "Explorer"
levels = [{ name = "Bronze" }, { name = "Silver" }]

[[badges]]
key = "regular"
name = "Regular"
"""
BUDAPEST = ZoneInfo("Europe/Budapest")
MONDAY = date(2026, 3, 2)
JOINED = datetime(2026, 3, 2, 8, tzinfo=UTC)


@cache
def programme(rules: str) -> Programme:
    """The heading, a reward and two badges, and these rules."""
    return parse(HEAD + rules)


def challenge(goal: str, rest: str = "then = { points = 50 }", on: str = '"purchase"') -> Programme:
    return programme(f'[[challenges]]\nkey = "c"\nname = "C"\non = {on}\ngoal = {goal}\n{rest}\n')


def at(day: int = 0, hour: int = 12, zone: ZoneInfo = BUDAPEST) -> datetime:
    """So many days after the first Monday of March."""
    return datetime.combine(MONDAY + timedelta(days=day), time(hour), zone)


def did(when: datetime, *skus: str, kind: str = "purchase", **more: Any) -> Activity:
    items = tuple(Item("coffee", 1, sku, price=300) for sku in skus)
    return Activity(kind, "till", "1", when, more.pop("amount", None), more.pop("items", items), **more)


def on_days(*days: int) -> list[Activity]:
    """A purchase on each, counted from the first Monday of March."""
    return [did(at(day)) for day in days]


def play(rules: Programme, activities: Iterable[Activity], zone: ZoneInfo = BUDAPEST) -> list[Decision]:
    """What comes of the activities, one after the other; what is kept between them is kept as JSON."""
    state, decisions = MemberState(profile=Profile(JOINED, zone)), []
    for activity in activities:
        decisions.append(decide(rules, state, activity, at(400)))
        after = decisions[-1].state
        assert json.loads(json.dumps(after.progress)) == after.progress
        state = after._replace(progress=json.loads(json.dumps(after.progress)))
    return decisions


def told(decisions: Iterable[Decision], kind: str) -> list[Outcome]:
    return [one for decision in decisions for one in decision.outcomes if one["type"] == kind]


def completions(decisions: Iterable[Decision]) -> list[int]:
    """How often each of the activities completed a challenge, or a level of it."""
    return [len(told([decision], "challenge_completed")) for decision in decisions]
