"""Making one of two members who are one person: nothing is lost, and everything done before can still be undone.

Points, credit and lots with their own ends, what is pending, vouchers, redemptions, gifts, addresses, consents and
messages become those of the member who stays. Activities do too, so stamps, challenges, streaks and tiers stand where
both histories together, in the order told, put them; a refund afterwards is worked out from that joint history. What
only the joint history brings are vouchers (two half-full cards fill one); points were earned, and are not earned
again. What both were given once each stays given. Of what they said about offers and reminders on a channel, a no
holds.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import consent, issuing, refs
from bot.actions.consent import NOTICES, Consent
from bot.actions.core import Core
from bot.actions.intake import MemberRef
from bot.actions.recording.refunds import past_of
from bot.actions.settle import passing, settled
from bot.errors import NotFound
from bot.loyalty import badges, ledger, tiers
from bot.loyalty.activity import INTERNAL, Activity
from bot.loyalty.member import CREDIT, POINTS, Grant, MemberState, Outcome, Progress
from bot.loyalty.programme import Programme
from bot.loyalty.refunds import WAITING
from bot.loyalty.replay import Replayed, replay
from bot.storage import activities, lots, members, merging, standings, vouchers
from bot.storage.ids import new_id
from bot.storage.members import Member
from bot.storage.standings import MERGED

KIND = "merged"
"""The activity that tells it, under the source of what the programme tells itself."""
log = structlog.get_logger()


async def merge(core: Core, kept: MemberRef, other: MemberRef, by: str) -> Member:
    """Make one of two members; told again, nothing more happens. Answers the member who stays.

    Raises:
        NotFound: when there is no such member.
    """

    async def work(tx: AsyncConnection) -> Member:
        programme = await core.programmes.current(tx)
        staying = await refs.find_one(tx, kept, programme)
        await merge_in(core, tx, programme, staying, await refs.find_one(tx, other, programme), core.clock(), by=by)
        return await members.get(tx, staying)

    return await core.database.transact(work)


async def merge_in(
    core: Core, tx: AsyncConnection, programme: Programme, kept: int, other: int, now: datetime, *, by: str
) -> bool:
    """The same inside a transaction that is already open; answers whether there were two."""
    if kept == other:
        return False
    states = await settled(tx, programme, await standings.lock(tx, {kept, other}), now)
    # Only now that they are held: one of them may have been erased while we waited.
    if len(await members.find(tx, "id", [kept, other])) < 2:
        raise NotFound("one of the two is no member any more")
    past = await past_of(tx, {kept, other}, core.programmes)
    await merging.move(tx, kept, other, now)
    await merging.retire(tx, kept, other, now)
    await _keep_every_no(tx, kept, now)
    await standings.save(tx, {other: MemberState(progress={MERGED: str(kept)})})
    state = _sums(states[kept], states[other])
    await _fill_debts(tx, kept, [states[kept], states[other]], now)
    profile = (await standings.load(tx, [kept]))[kept].profile
    apart = [replay(past[one], states[one].profile) for one in (kept, other)]
    joint = replay(sorted([*past[kept], *past[other]], key=lambda one: one.id), profile)
    progress = _progress(programme, joint.state.progress, [states[kept].progress, states[other].progress])
    outcomes = await _granted(tx, programme, kept, apart, joint, now)
    state, reached = tiers.settle(programme, state._replace(progress=progress, profile=profile), now)
    looked_at = (await passing(tx, programme, {kept: state}, now))[kept].state.due_at
    await standings.save(tx, {kept: state._replace(due_at=looked_at)})
    await _tell(tx, programme, kept, other, [*outcomes, *reached], now, by)
    log.info("members_merged", kept=kept, other=other)
    return True


async def _keep_every_no(tx: AsyncConnection, kept: int, now: datetime) -> None:
    """Who took consent back, or said STOP, on one of their addresses did not give it on another of that channel."""
    ways, wishes = (await members.get(tx, kept)).addresses, []
    for way in ways:
        others = [one for one in ways if one.channel == way.channel]
        if way.marketing and any(one.marketing is False or one.stopped_at for one in others):
            wishes.append(Consent(way.channel, way.address, False, KIND))
        if way.notices is not False and any(one.notices is False for one in others):
            wishes.append(Consent(way.channel, way.address, False, KIND, purpose=NOTICES))
    await consent.change(tx, wishes, now)


def _sums(a: MemberState, b: MemberState) -> MemberState:
    last = [at for at in (a.last_purchase_at, b.last_purchase_at) if at is not None]
    return a._replace(
        points=a.points + b.points,
        lifetime_points=a.lifetime_points + b.lifetime_points,
        credit=a.credit + b.credit,
        purchases=a.purchases + b.purchases,
        spent=a.spent + b.spent,
        last_purchase_at=max(last, default=None),
    )


async def _fill_debts(tx: AsyncConnection, kept: int, both: Sequence[MemberState], now: datetime) -> None:
    """What one owes in a wallet, the lots of the other pay, those that expire first before others."""
    for wallet in (POINTS, CREDIT):
        balances = [ledger.balance_of(state, wallet) for state in both]
        owed = min(-min(*balances, 0), max(*balances, 0))
        held = [lot for lot in (await lots.unspent(tx, [kept]))[kept] if lot.wallet == wallet]
        for lot in ledger.in_order(held, now):
            paid = min(owed, lot.remaining)
            if paid:
                owed -= paid
                await lots.keep(tx, [lot._replace(remaining=lot.remaining - paid)])
                await merging.fill_debt(tx, lot.id, paid)


def _progress(programme: Programme, joint: Progress, before: Sequence[Progress]) -> Progress:
    """Where the joint history stands, with every badge of both, and the refunds that either waits for."""
    progress = dict(joint)
    for one in before:
        progress = dict(badges.after_refund(programme, one, progress))
    if waits := [name for one in before for name in one.get(WAITING, ())]:
        progress[WAITING] = waits
    return progress


async def _granted(
    tx: AsyncConnection, programme: Programme, kept: int, apart: Sequence[Replayed], joint: Replayed, now: datetime
) -> list[Outcome]:
    """The vouchers that both histories together bring and neither brought alone."""
    had: Counter[Grant] = Counter(grant for one in apart for grants in one.grants.values() for grant in grants)
    made, outcomes = [], list[Outcome]()
    for cause, grants in joint.grants.items():
        for grant in grants:
            if had[grant] > 0:
                had[grant] -= 1
            elif grant.reward in programme.rewards:
                voucher = issuing.voucher(programme, kept, grant.reward, grant.because, now, cause)
                made.append(voucher)
                outcomes.append({"type": "reward_granted", **grant._asdict(), "voucher": voucher.code})
    await vouchers.issue(tx, await issuing.with_partners_codes(tx, made))
    return outcomes


async def _tell(
    tx: AsyncConnection,
    programme: Programme,
    kept: int,
    other: int,
    outcomes: Sequence[Outcome],
    now: datetime,
    by: str,
) -> None:
    """Kept as something that happened, with who did it."""
    told: Mapping[str, str] = {"other": str(other), "by": by}
    happened = Activity(KIND, INTERNAL, f"{KIND}:{other}", now, attributes=told)
    number = new_id()
    await activities.add(
        tx, [activities.Told(number, kept, happened, outcomes, programme.version)], now, news_since=now
    )
