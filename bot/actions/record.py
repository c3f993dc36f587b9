"""Recording activities: the only way in, one activity being a batch of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import refs
from bot.actions.codes import new_code
from bot.actions.core import Core
from bot.actions.enrol import NewMember, built
from bot.actions.intake import ActivityIn, as_activity
from bot.errors import BadInput, NotFound, RegularsError
from bot.loyalty.activity import Activity
from bot.loyalty.engine import decide
from bot.loyalty.member import Decision, MemberState, Outcome
from bot.loyalty.programme import Programme
from bot.storage import activities, ledger, members, sets, standings, vouchers
from bot.storage.ids import new_id

VOUCHER_LENGTH = 12
CLOCKS_DIFFER = timedelta(days=1)
_NEWS_FOR = timedelta(days=7)
"""Older activities are history being loaded: campaigns do not react to them."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The answer to an activity; told again, the same outcomes with ``duplicate`` set."""

    id: str
    duplicate: bool
    outcomes: Sequence[Outcome]


Answer = Recorded | RegularsError


async def record_many(core: Core, told: Sequence[ActivityIn], *, enrol_unknown: bool = False) -> list[Answer]:
    """Record activities in the order told, in one transaction; each has its own answer or error.

    ``enrol_unknown`` makes members of those that are named by a reference nobody has yet.
    """
    now = core.clock()

    async def work(tx: AsyncConnection) -> list[Answer]:
        return await _Batch(tx, await core.programmes.current(tx), now).run(told, enrol_unknown)

    return await core.database.transact(work)


class _Batch:
    """One transaction's work: everything is read before and written after in whole batches."""

    def __init__(self, tx: AsyncConnection, programme: Programme, now: datetime) -> None:
        self.tx = tx
        self.programme = programme
        self.now = now
        self.told: list[activities.Told] = []
        self.lines: list[ledger.Entry] = []
        self.vouchers: list[vouchers.Voucher] = []

    async def run(self, told: Sequence[ActivityIn], enrol_unknown: bool) -> list[Answer]:
        checked = [self._checked(one) for one in told]
        good = [c for c in checked if not isinstance(c, RegularsError)]
        found = await refs.find_many(self.tx, [ref for _, ref in good])
        if enrol_unknown and any(ref not in found for _, ref in good):
            # What is known already makes nobody a member: it may be that of one who was erased since.
            told_before = await activities.already_told(self.tx, [(a.source, a.id) for a, _ in good])
            fresh = [ref for a, ref in good if (a.source, a.id) not in told_before]
            await self._enrol([ref for ref in fresh if ref not in found], found)
        states = await standings.lock(self.tx, set(found.values()))
        # Only now that the members are held: whoever told the same activity before has committed.
        known = await activities.already_told(self.tx, [(one.source, one.id) for one in told])
        before = dict(states)
        answers = [self._answer(*pair, found, states, known) for pair in zip(told, checked, strict=True)]
        await self._write({m: state for m, state in states.items() if state is not before[m]})
        return answers

    def _checked(self, told: ActivityIn) -> tuple[Activity, refs.Ref] | BadInput:
        try:
            activity = as_activity(told, self.programme, self.now, self.now + CLOCKS_DIFFER)
            return activity, refs.normal(told.member, self.programme)
        except BadInput as error:
            return error

    async def _enrol(self, unknown: Sequence[refs.Ref], found: dict[refs.Ref, int]) -> None:
        fresh: list[members.Member] = []
        for ref in dict.fromkeys(unknown):
            kind, value = ref
            if kind == "external_id":
                new = NewMember(external_id=value, source="import")
            elif kind in members.REF_CHANNELS:
                new = NewMember(addresses=(members.Address(members.REF_CHANNELS[kind], value),), source="import")
            else:
                continue
            member = built(self.programme, new, self.now)
            found[ref] = member.id
            fresh.append(member)
        await members.add(self.tx, fresh)

    def _answer(
        self,
        told: ActivityIn,
        checked: tuple[Activity, refs.Ref] | BadInput,
        found: dict[refs.Ref, int],
        states: dict[int, MemberState],
        known: dict[activities.Name, list[Outcome]],
    ) -> Answer:
        name = (told.source, told.id)
        if name in known:
            return Recorded(told.id, True, known[name])
        if isinstance(checked, BadInput):
            return checked
        activity, ref = checked
        member_id = found.get(ref)
        if member_id is None:
            return NotFound(refs.unknown(ref))
        decision = decide(self.programme, states[member_id], activity, self.now)
        states[member_id] = decision.state
        outcomes = known[name] = self._collect(member_id, activity, decision)
        return Recorded(activity.id, False, outcomes)

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

    async def _write(self, changed: dict[int, MemberState]) -> None:
        writes = sets.Together(self.tx)
        await activities.add(writes, self.told, self.now, news_since=self.now - _NEWS_FOR)
        await ledger.post(writes, self.lines)
        await vouchers.issue(writes, self.vouchers)
        await standings.save(writes, changed)
        await writes.send()


async def record(core: Core, told: ActivityIn) -> Recorded:
    """Record one activity.

    Raises:
        BadInput, NotFound: as the activity deserves.
    """
    [answer] = await record_many(core, [told])
    if isinstance(answer, RegularsError):
        raise answer
    return answer
