"""Conditions as a document has them, and what to ask them about."""

import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.errors import BadInput
from bot.loyalty.activity import Activity, Item
from bot.loyalty.asked import Question
from bot.loyalty.condition import Condition
from bot.loyalty.conditions import RULES, ConditionIn, Topics, compiled
from bot.loyalty.document import parse
from bot.loyalty.member import MemberState, Profile
from bot.loyalty.parts import Compiling

BUDAPEST = ZoneInfo("Europe/Budapest")
NOON = datetime(2026, 3, 4, 11, tzinfo=UTC)
"""A Wednesday; 12:00 in Budapest."""
ANNA = MemberState(profile=Profile(datetime(2026, 1, 1, tzinfo=UTC), BUDAPEST, date(1990, 3, 12), "hu"))
HEADING = """
[programme]
name = "Bean & Leaf"
currency = "EUR"
timezone = "Europe/Budapest"
languages = ["en"]
"""


def shape(text: str) -> ConditionIn:
    """``when = …`` as it is written."""
    return ConditionIn.model_validate(tomllib.loads(f"when = {text}")["when"])


def when(text: str, asking: Topics = RULES, **tables: Mapping[str, Any]) -> Condition:
    """What it asks, in euros; ``tables`` are what else the document has."""
    compiling = Compiling(2, "en", "rule", tables={"segments": {}, "badges": {}, "tiers": {}, **tables})
    made = compiled(shape(text), compiling, asking=asking)
    assert compiling.faults == []
    return made


def faults(tables: str) -> dict[str, str]:
    """What is wrong with a document that has these tables, by path."""
    try:
        parse(HEADING + tables)
    except BadInput as error:
        return {fault.at: fault.message for fault in error.faults}
    return {}


def purchase(at: datetime = NOON, state: MemberState = ANNA, *items: Item, **told: Any) -> Question:
    """Somebody buys something at the café in Budapest."""
    activity = Activity(**{"type": "purchase", "source": "till", "id": "1", "occurred_at": at, "items": items, **told})
    return Question(state, at.astimezone(BUDAPEST), activity)


def visit(at: datetime = NOON, **state: Any) -> Question:
    """Anna is only looked at, as she stands."""
    return Question(ANNA._replace(**state), at.astimezone(BUDAPEST))
