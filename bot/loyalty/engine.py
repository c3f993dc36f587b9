"""The decision: what one activity does to one member, as a fold over the mechanics."""

from datetime import datetime

from bot.loyalty import badges, challenges, earning, referrals, stamps, streaks, tiers
from bot.loyalty.activity import Activity
from bot.loyalty.member import Decision, Draft, MemberState
from bot.loyalty.programme import Programme

# Tiers come last: an activity brings what the tier held before it brings.
MECHANICS = (
    earning.MECHANIC,
    stamps.MECHANIC,
    challenges.MECHANIC,
    streaks.MECHANIC,
    badges.MECHANIC,
    referrals.MECHANIC,
    tiers.MECHANIC,
)
_APPLY = tuple(mechanic.apply for mechanic in MECHANICS)


def decide(programme: Programme, state: MemberState, activity: Activity, now: datetime) -> Decision:
    """What the programme does in answer to ``activity``; the same arguments always give the same answer.

    ``now`` is the time of the telling; nearly every rule asks only when the activity occurred.
    """
    draft = Draft(programme, state, activity, now)
    draft.state = tiers.in_force(programme, state, draft.local)
    for apply in _APPLY:
        apply(programme, activity, draft)
    purchases, spent, last = state.purchases, state.spent, state.last_purchase_at
    if activity.type == "purchase":
        purchases, spent = purchases + 1, spent + (activity.amount or 0)
        last = activity.occurred_at if last is None else max(last, activity.occurred_at)
    after = MemberState(
        draft.points,
        draft.lifetime_points,
        draft.credit,
        purchases,
        spent,
        last,
        draft.tier,
        draft.tier_until,
        draft.due_at,
        draft.progress,
        state.profile,
    )
    return Decision(after, tuple(draft.postings), tuple(draft.grants), tuple(draft.outcomes))
