"""The decision: what one activity does to one member, as a fold over the mechanics."""

from datetime import datetime

from bot.loyalty.activity import Activity
from bot.loyalty.challenges import challenges
from bot.loyalty.earning import earning
from bot.loyalty.member import Decision, Draft, MemberState
from bot.loyalty.programme import Programme
from bot.loyalty.stamps import stamps

MECHANICS = (earning, stamps, challenges)


def decide(programme: Programme, state: MemberState, activity: Activity, now: datetime) -> Decision:
    """What the programme does in answer to ``activity``; the same arguments always give the same answer.

    ``now`` is the time of the telling, for rules that depend on it; the rules of today depend only on when
    the activity occurred.
    """
    draft = Draft(state)
    for mechanic in MECHANICS:
        mechanic(programme, activity, draft)
    purchase = activity.type == "purchase"
    last = state.last_purchase_at
    if purchase and (last is None or activity.occurred_at > last):
        last = activity.occurred_at
    after = MemberState(draft.points, draft.lifetime_points, state.purchases + purchase, last, draft.progress)
    return Decision(after, tuple(draft.postings), tuple(draft.grants), tuple(draft.outcomes))
