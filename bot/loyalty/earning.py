"""Points for activities."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from bot.loyalty.activity import Activity
from bot.loyalty.mechanic import Mechanic
from bot.loyalty.member import Draft, Posting
from bot.loyalty.parts import ActivityType, Compiling, Key, Money, Part, Section
from bot.loyalty.programme import Programme

_MOST_POINTS = 1000
"""For the smallest unit of money: with the largest amount taken, points stay far below what a column holds."""


class Give(Part):
    points: Annotated[int, Field(ge=1, le=1_000_000)]
    per: Money | None = None
    round: Literal["down", "half_up", "up"] = "down"


class EarningIn(Part):
    key: Key
    on: ActivityType
    give: Give


@dataclass(frozen=True, slots=True)
class EarningRule:
    """``points`` for each ``per`` (minor units) of the amount; ``per`` 0 means for the activity itself."""

    key: str
    on: str
    points: int
    per: int
    round: str


def points_for(rule: EarningRule, amount: int | None) -> int:
    """Points by a rule for an amount in minor units: ``points × amount ÷ per``, rounded as the rule says."""
    if not rule.per:
        return rule.points
    product = rule.points * max(amount or 0, 0)
    if rule.round == "up":
        return -(-product // rule.per)
    if rule.round == "half_up":
        return (2 * product + rule.per) // (2 * rule.per)
    return product // rule.per


def earning(programme: Programme, activity: Activity, draft: Draft) -> None:
    """Post the points of every rule that the activity meets."""
    earned = 0
    for rule in programme.of(EarningRule).values():
        if rule.on == activity.type and (points := points_for(rule, activity.amount)):
            draft.post(Posting("earn", points, rule.key))
            earned += points
    if earned:
        draft.outcomes.append({"type": "points_earned", "points": earned, "balance": draft.points})


def _rule(told: EarningIn, compiling: Compiling) -> EarningRule:
    give = told.give
    per = compiling.minor(give.per, "give", "per") if give.per else 0
    if per and give.points > _MOST_POINTS * per:
        compiling.fault(f"is more than {_MOST_POINTS} for the smallest unit of money", "give", "points")
    return EarningRule(told.key, told.on, give.points, per, give.round)


MECHANIC = Mechanic("earning", earning, [Section("earning", EarningIn, EarningRule, _rule)])
