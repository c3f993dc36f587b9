"""Replaying what a member did, less what was refunded: where they would stand, and what each activity brings then.

Refunds are worked out as a difference of two replays, with and without the refund. Both ask the rules that each
activity was recorded under, so that a change of rules since then moves nothing, and neither asks for the balance, so
that nothing spent meanwhile does.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from bot.loyalty.activity import Activity
from bot.loyalty.engine import decide
from bot.loyalty.member import Grant, MemberState, Posting, Profile
from bot.loyalty.programme import Programme
from bot.loyalty.refunds import REFUND, left_of

Name = tuple[str, str]
"""``(source, id)`` of an activity."""


class Past(NamedTuple):
    """An activity as it was recorded: its number, when, and under which programme."""

    id: int
    activity: Activity
    recorded_at: datetime
    programme: Programme


@dataclass(slots=True)
class Replayed:
    """Where the member stands by activities alone, and what each of these (by number) brought."""

    state: MemberState
    postings: dict[int, tuple[Posting, ...]] = field(default_factory=dict)
    grants: dict[int, tuple[Grant, ...]] = field(default_factory=dict)
    stamps: Counter[str] = field(default_factory=Counter)
    """All stamps ever given, by card."""


def refunds_of(past: Iterable[Past]) -> Mapping[Name, list[Activity]]:
    """The refunds by the name of what they take back."""
    found: dict[Name, list[Activity]] = {}
    for one in past:
        if one.activity.type == REFUND:
            found.setdefault((one.activity.source, one.activity.refunds), []).append(one.activity)
    return found


def replay(past: Sequence[Past], profile: Profile | None) -> Replayed:
    """Fold activities, in the order in which they were told, less what refunds anywhere among them take back."""
    done, refunds = Replayed(MemberState(profile=profile)), refunds_of(past)
    for one in past:
        name = (one.activity.source, one.activity.id)
        taken_back = refunds.get(name, ())
        left = left_of(one.activity, taken_back, one.programme.exponent) if taken_back else one.activity
        if left is None or left.type == REFUND:
            continue
        decision = decide(one.programme, done.state, left, one.recorded_at)
        done.state = decision.state
        if decision.postings:
            done.postings[one.id] = decision.postings
        if decision.grants:
            done.grants[one.id] = decision.grants
        for outcome in decision.outcomes:
            if outcome["type"] == "stamps_added":
                done.stamps[outcome["card"]] += outcome["stamps"]
    return done


class Change(NamedTuple):
    """By how many points of a wallet an activity brings more, or less, by a rule.

    ``last`` tells when they come and end.
    """

    cause: int
    rule: str
    points: int
    last: Posting


def changes(before: Replayed, after: Replayed, wallet: str) -> list[Change]:
    """What differs in a wallet, in the order told."""
    was, now = _by_rule(before, wallet), _by_rule(after, wallet)
    found = []
    for key in sorted({*was, *now}):
        points = sum(p.points for p in now.get(key, ())) - sum(p.points for p in was.get(key, ()))
        if points:
            found.append(Change(*key, points, (now.get(key) or was[key])[-1]))
    return found


def _by_rule(replayed: Replayed, wallet: str) -> dict[tuple[int, str], list[Posting]]:
    found: dict[tuple[int, str], list[Posting]] = {}
    for cause, postings in replayed.postings.items():
        for posting in postings:
            if posting.wallet == wallet:
                found.setdefault((cause, posting.rule), []).append(posting)
    return found


def lost_grants(before: Replayed, after: Replayed) -> Counter[Grant]:
    """How many of each grant are there no more; negative when there are more."""
    lost: Counter[Grant] = Counter()
    lost.update(grant for grants in before.grants.values() for grant in grants)
    lost.subtract(grant for grants in after.grants.values() for grant in grants)
    return lost
