"""Recording inside an open transaction: what is told of members is decided and written in whole batches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.codes import new_code
from bot.errors import RegularsError
from bot.loyalty.activity import Activity
from bot.loyalty.engine import decide
from bot.loyalty.member import Decision, MemberState, Outcome
from bot.loyalty.programme import Programme
from bot.storage import activities, ledger, sets, standings, vouchers
from bot.storage.ids import new_id
from bot.storage.programmes import Programmes

INTERNAL = "regulars"
"""The source of what the programme tells itself, such as a sign-up; nobody outside may use it."""
VOUCHER_LENGTH = 12
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
    """An activity of a member, or why what was told by that name cannot be one."""

    name: activities.Name
    member_id: int
    what: Activity | RegularsError


async def record_in(
    tx: AsyncConnection,
    programme: Programme,
    told: Sequence[tuple[int, Activity]],
    now: datetime,
    programmes: Programmes | None = None,
) -> list[Recorded]:
    """Record activities of members in the order told, inside an open transaction; locks the members.

    Also for what the programme tells itself (the source ``INTERNAL``): a sign-up, a referral, a challenge joined.
    ``programmes`` are asked for older versions when a refund comes by.

    Raises:
        RegularsError: when one of them cannot be recorded, such as a refund of what was not bought.
    """
    tellings = [Telling((activity.source, activity.id), member_id, activity) for member_id, activity in told]
    answers = await record_tellings(tx, programme, tellings, now, programmes)
    for answer in answers:
        if isinstance(answer, RegularsError):
            raise answer
    return [answer for answer in answers if isinstance(answer, Recorded)]


async def record_tellings(
    tx: AsyncConnection,
    programme: Programme,
    told: Sequence[Telling],
    now: datetime,
    programmes: Programmes | None = None,
) -> list[Answer]:
    """The same with an answer or error for each."""
    states = await standings.lock(tx, {one.member_id for one in told if isinstance(one.what, Activity)})
    # Only now that the members are held: whoever told the same activity before has committed.
    known = await activities.already_told(tx, [one.name for one in told])
    batch = _Batch(programme, states, now)
    answers = [batch.answer(one, known) for one in told]
    await batch.write(tx)
    return answers


class _Batch:
    """One transaction's work: everything is read before and written after in whole batches."""

    def __init__(self, programme: Programme, states: Mapping[int, MemberState], now: datetime) -> None:
        self.programme = programme
        self.now = now
        self.before = states
        self.states = dict(states)
        self.told: list[activities.Told] = []
        self.lines: list[ledger.Entry] = []
        self.vouchers: list[vouchers.Voucher] = []

    def answer(self, one: Telling, known: dict[activities.Name, list[Outcome]]) -> Answer:
        if one.name in known:
            return Recorded(one.name[1], True, known[one.name])
        if isinstance(one.what, RegularsError):
            return one.what
        decision = decide(self.programme, self.states[one.member_id], one.what, self.now)
        self.states[one.member_id] = decision.state
        outcomes = known[one.name] = self._collect(one.member_id, one.what, decision)
        return Recorded(one.what.id, False, outcomes)

    def _collect(self, member_id: int, activity: Activity, decision: Decision) -> list[Outcome]:
        """Keep what is to be written; the vouchers of granted rewards get their codes here."""
        activity_id = new_id()
        outcomes = self._granted(member_id, activity_id, decision) if decision.grants else list(decision.outcomes)
        told = activities.Told(activity_id, member_id, activity, outcomes, self.programme.version)
        self.told.append(told)
        self.lines += [
            ledger.Entry(
                new_id(), member_id, p.kind, p.points, p.rule, told.id, self.now, p.wallet, expires_at=p.expires_at
            )
            for p in decision.postings
        ]
        return outcomes

    def _granted(self, member_id: int, activity_id: int, decision: Decision) -> list[Outcome]:
        granted = [
            vouchers.Voucher(
                new_code(VOUCHER_LENGTH), member_id, g.reward, g.because, self.now, activity_id=activity_id
            )
            for g in decision.grants
        ]
        self.vouchers += granted
        codes = iter(voucher.code for voucher in granted)
        return [
            {**outcome, "voucher": next(codes)} if "reward" in outcome else outcome for outcome in decision.outcomes
        ]

    async def write(self, tx: AsyncConnection) -> None:
        changed = {m: state for m, state in self.states.items() if state is not self.before[m]}
        writes = sets.Together(tx)
        await activities.add(writes, self.told, self.now, news_since=self.now - _NEWS_FOR)
        await ledger.post(writes, self.lines)
        await vouchers.issue(writes, self.vouchers)
        await standings.save(writes, changed)
        await writes.send()
