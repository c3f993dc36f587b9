"""What a programme would have given for what members really did: tallied member by member, so memory stays flat."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from bot.loyalty.member import CREDIT, POINTS, Profile
from bot.loyalty.programme import Programme
from bot.loyalty.replay import Past, Replayed, replay
from bot.loyalty.tiers import in_force


class Lived(NamedTuple):
    """A member and all they did, in the order told."""

    profile: Profile | None
    past: Sequence[Past]


@dataclass(slots=True)
class Tally:
    """What a programme gives to all members together.

    ``owed`` is what had not expired by the end and would be owed if nothing were redeemed. ``months`` has the points
    given by the month (``2026-11``) in which they were earned. ``first_days`` counts members by the days from their
    first activity to what pays for the cheapest reward, or to the first reward that was given.
    """

    programme: Programme
    until: datetime
    members: int = 0
    activities: int = 0
    points: int = 0
    credit: int = 0
    owed: int = 0
    months: Counter[str] = field(default_factory=Counter)
    tiers: Counter[str] = field(default_factory=Counter)
    grants: Counter[str] = field(default_factory=Counter)
    reached: Counter[str] = field(default_factory=Counter)
    first_days: Counter[int] = field(default_factory=Counter)

    def add(self, lived: Lived) -> None:
        """Let a member live under this programme from the first day on."""
        done = replay([one._replace(programme=self.programme) for one in lived.past], lived.profile)
        self.members += 1
        self.activities += len(lived.past)
        for grants in done.grants.values():
            self.grants.update(grant.reward for grant in grants)
        earned = self._post(lived, done)
        for reward in self.programme.rewards.values():
            if reward.cost and earned >= reward.cost:
                self.reached[reward.key] += 1
        standing = in_force(self.programme, done.state, self.until.astimezone(self.programme.zone))
        if standing.tier:
            self.tiers[standing.tier] += 1

    def _post(self, lived: Lived, done: Replayed) -> int:
        """Count what activities brought; answers the points in all."""
        cheapest = min((r.cost for r in self.programme.rewards.values() if r.cost), default=None)
        earned, first = 0, None
        timeline = sorted(lived.past, key=lambda one: one.activity.occurred_at)
        for one in timeline:
            at = one.activity.occurred_at
            for posting in done.postings.get(one.id, ()):
                if posting.wallet == CREDIT:
                    self.credit += posting.points
                    continue
                earned += posting.points
                self.months[f"{at.astimezone(self.programme.zone):%Y-%m}"] += posting.points
                if posting.wallet == POINTS and (posting.expires_at is None or posting.expires_at > self.until):
                    self.owed += posting.points
            if first is None and (one.id in done.grants or (cheapest is not None and earned >= cheapest)):
                first = at
        if first is not None:
            self.first_days[(first - timeline[0].activity.occurred_at).days] += 1
        self.points += earned
        return earned

    @property
    def rewarded(self) -> int:
        """Members who could have had a reward at all."""
        return self.first_days.total()

    @property
    def median_days(self) -> int | None:
        """Days to the first reward that half of those who reach one need at most."""
        need = (self.rewarded + 1) // 2
        for days in sorted(self.first_days):
            need -= self.first_days[days]
            if need <= 0 and self.rewarded:
                return days
        return None
