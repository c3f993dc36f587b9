"""Points for activities."""

from bot.loyalty.activity import Activity
from bot.loyalty.member import Draft, Posting
from bot.loyalty.programme import EarningRule, Programme


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
    for rule in programme.earning:
        if rule.on == activity.type and (points := points_for(rule, activity.amount)):
            draft.postings.append(Posting("earn", points, rule.key))
            earned += points
    if earned:
        draft.points += earned
        draft.lifetime_points += earned
        draft.outcomes.append({"type": "points_earned", "points": earned, "balance": draft.points})
