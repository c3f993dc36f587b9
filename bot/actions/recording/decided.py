"""What is decided about a batch of activities, on its way to the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import issuing
from bot.errors import RegularsError
from bot.loyalty.activity import Activity
from bot.loyalty.guests import would_have_earned
from bot.loyalty.ledger import Waiting, opens
from bot.loyalty.member import CREDIT, POINTS, Decision, Grant, MemberState, Outcome, Posting
from bot.loyalty.programme import Programme
from bot.loyalty.refunds import REFUND
from bot.storage import activities, ledger, pending, sets, standings, vouchers
from bot.storage.ids import new_id

GUEST = 0
"""The member_id of whoever is none."""
_NEWS_FOR = timedelta(days=7)
"""Older activities are history being loaded: campaigns do not react to them."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The answer to an activity; told again, the same outcomes with ``duplicate`` set."""

    id: str
    duplicate: bool
    outcomes: Sequence[Outcome]


Answer = Recorded | RegularsError


class Telling(NamedTuple):
    """An activity of a member, or why what was told by that name cannot be one.

    A guest has the member_id 0, and the address they can claim it by, if they told one. What is ``said`` comes before
    the outcomes that the programme answers.
    """

    name: activities.Name
    member_id: int
    what: Activity | RegularsError
    guest: str = ""
    said: tuple[Outcome, ...] = ()


class Decided:
    """Everything that is to be written, gathered; ``states`` are the members as they are by then."""

    def __init__(self, programme: Programme, states: Mapping[int, MemberState], now: datetime) -> None:
        self.programme = programme
        self.now = now
        self.states = dict(states)
        self._before = states
        self._told: list[activities.Told] = []
        self._lines: list[ledger.Entry] = []
        self._waiting: list[Waiting] = []
        self._vouchers: list[vouchers.Voucher] = []

    def take(self, one: Telling, activity: Activity, decision: Decision) -> list[Outcome]:
        """Take what was decided; answers the outcomes, with the vouchers of what was granted."""
        activity_id, before = new_id(), self.states[one.member_id]
        outcomes = list(decision.outcomes)
        if decision.grants:
            outcomes = self.granted(one.member_id, activity_id, decision.grants, outcomes)
        self.post(one.member_id, activity_id, before, decision.postings)
        self.states[one.member_id] = decision.state
        self.note(one, activity_id, activity, outcomes)
        return outcomes

    def keep_for_a_guest(self, one: Telling, activity: Activity) -> list[Outcome]:
        """Keep what nobody known did, until they join; tells what a member would have had for it."""
        earned = 0 if activity.type == REFUND else would_have_earned(self.programme, activity, self.now)
        outcomes: list[Outcome] = [{"type": "guest", "would_have_earned": earned}]
        self.note(one, new_id(), activity, outcomes)
        return outcomes

    def note(self, one: Telling, activity_id: int, activity: Activity, outcomes: Sequence[Outcome]) -> None:
        """The activity itself, as it was told."""
        outcomes, version = [*one.said, *outcomes], self.programme.version
        self._told.append(activities.Told(activity_id, one.member_id, activity, outcomes, version, one.guest))

    def post(self, member_id: int, cause: int, before: MemberState, postings: Sequence[Posting]) -> None:
        """Lines of the ledger, or of what is waited for; a credit that meets a debt opens a smaller lot."""
        balance = {POINTS: before.points, CREDIT: before.credit}
        for p in postings:
            if p.pending:
                self._waiting.append(
                    Waiting(new_id(), member_id, p.points, p.rule, cause, self.now, p.due_at, p.expires_at, p.wallet)
                )
                continue
            balance[p.wallet] += p.points
            self.line(
                ledger.Entry(
                    new_id(),
                    member_id,
                    p.kind,
                    p.points,
                    p.rule,
                    cause,
                    self.now,
                    p.wallet,
                    expires_at=p.expires_at,
                    opens=opens(p.points, balance[p.wallet]),
                )
            )

    def line(self, entry: ledger.Entry) -> None:
        self._lines.append(entry)

    def granted(
        self, member_id: int, activity_id: int, grants: Sequence[Grant], outcomes: Sequence[Outcome]
    ) -> list[Outcome]:
        """Make the vouchers; those outcomes that have a ``reward`` get them, in order."""
        made = [issuing.voucher(self.programme, member_id, g.reward, g.because, self.now, activity_id) for g in grants]
        self._vouchers += made
        codes = iter(voucher.code for voucher in made)
        return [{**outcome, "voucher": next(codes)} if "reward" in outcome else outcome for outcome in outcomes]

    async def write(self, tx: AsyncConnection) -> None:
        """Write what was gathered since the last time."""
        changed = {m: state for m, state in self.states.items() if state is not self._before[m]}
        writes = sets.Together(tx)
        await activities.add(writes, self._told, self.now, news_since=self.now - _NEWS_FOR)
        await ledger.post(writes, self._lines)
        await pending.add(writes, self._waiting)
        await vouchers.issue(writes, await issuing.with_partners_codes(tx, self._vouchers))
        await standings.save(writes, changed)
        await writes.send()
        self._before = dict(self.states)
        self._told, self._lines, self._waiting, self._vouchers = [], [], [], []
