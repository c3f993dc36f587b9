"""Making up for a refund: points, credit and vouchers are taken back, and the member stands where a replay ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.recording.decided import Decided, Telling
from bot.loyalty import badges, tiers
from bot.loyalty.activity import Activity
from bot.loyalty.clawback import Source, cancel, claw_back
from bot.loyalty.ledger import Lot, Waiting, balance_of, due, plus
from bot.loyalty.member import CREDIT, POINTS, Grant, MemberState, Outcome, Posting
from bot.loyalty.money import from_minor
from bot.loyalty.refunds import WAITING, Refunds
from bot.loyalty.replay import Change, Replayed, changes, lost_grants
from bot.storage import brought, ledger, lots, pending
from bot.storage.ids import new_id
from bot.storage.lots import Payment
from bot.storage.vouchers import Voucher

_KIND = "refund"


class Refund(NamedTuple):
    """A refund, under the number it will have, and the member's replays without and with it."""

    id: int
    telling: Telling
    activity: Activity
    before: Replayed
    after: Replayed


@dataclass(slots=True)
class _Held:
    """What members have that can be taken back, and what was."""

    waiting: Mapping[int, Sequence[Waiting]]
    lots: Mapping[int, Sequence[Lot]]
    sources: Sequence[Source]
    vouchers: Sequence[Voucher]
    fewer: list[tuple[int, int]] = field(default_factory=list)
    left: list[Lot] = field(default_factory=list)
    paid: list[Payment] = field(default_factory=list)
    void: dict[str, str] = field(default_factory=dict)


async def make_up(tx: AsyncConnection, batch: Decided, told: Sequence[Refund]) -> list[list[Outcome]]:
    """Take into the batch what refunds of different members change; answers the outcomes of each."""
    if not told:
        return []
    held = await _held(tx, told)
    wallets = [[*_wallet(batch, one, POINTS, held), *_wallet(batch, one, CREDIT, held)] for one in told]
    voided = await _void(tx, batch, told, held)
    outcomes = [
        [*moved, *_stamps(one), *gone, *_stand(batch, one)]
        for one, moved, gone in zip(told, wallets, voided, strict=True)
    ]
    for one, done in zip(told, outcomes, strict=True):
        batch.note(one.telling, one.id, one.activity, done)
    await pending.remove(tx, [number for number, points in held.fewer if not points])
    await pending.lower(tx, [(number, points) for number, points in held.fewer if points])
    await lots.keep(tx, held.left)
    await lots.note(tx, held.paid)
    return outcomes


async def _held(tx: AsyncConnection, told: Sequence[Refund]) -> _Held:
    members = [one.telling.member_id for one in told]
    causes = {change.cause for one in told for w in (POINTS, CREDIT) for change in changes(one.before, one.after, w)}
    vouchers = await brought.granted(tx, members) if any(_lost(one) for one in told) else []
    return _Held(
        await pending.of_members(tx, members),
        await lots.unspent(tx, members),
        await brought.sources(tx, members, causes),
        vouchers,
    )


def _wallet(batch: Decided, one: Refund, wallet: str, held: _Held) -> list[Outcome]:
    """Cancel what has not come yet, let more come where more does; of the rest only the balance of both counts."""
    lost, more, outcomes = [], [], []
    never_came = net = 0
    for change in changes(one.before, one.after, wallet):
        mine = _mine(held.waiting[one.telling.member_id], change, wallet)
        if change.points > 0:
            pending = _comes_later(batch, one, change)
            outcomes += pending
            if not pending:
                more.append(change)
                net += change.points
        elif mine or not _refused(change, wallet, held):
            fewer, rest = cancel(-change.points, mine)
            held.fewer += fewer
            never_came -= change.points + rest
            if rest:
                lost.append(change)
                net -= rest
    if never_came:
        outcomes.append({"type": f"{wallet}_pending_cancelled", **_told(batch, wallet, never_came)})
    if net < 0:
        return [*outcomes, *_taken(batch, one, wallet, lost, -net, held)]
    return [*outcomes, *_gained(batch, one, wallet, more[-1].last, net)] if net else outcomes


def _mine(waiting: Sequence[Waiting], change: Change, wallet: str) -> list[Waiting]:
    return [w for w in waiting if (w.cause_id, w.rule, w.wallet) == (change.cause, change.rule, wallet)]


def _refused(change: Change, wallet: str, held: _Held) -> bool:
    """It had to be confirmed, and nobody did: it is not waited for any more, nor was it ever had."""
    key = (change.cause, change.rule, wallet)
    return change.last.awaiting and not any((s.cause, s.rule, s.wallet) == key for s in held.sources)


def _taken(batch: Decided, one: Refund, wallet: str, lost: Sequence[Change], points: int, held: _Held) -> list[Outcome]:
    member_id, terms = one.telling.member_id, batch.programme.one(Refunds)
    taken = claw_back(
        points,
        {change.cause for change in lost},
        [lot for lot in held.lots[member_id] if lot.wallet == wallet],
        [source for source in held.sources if source.wallet == wallet],
        batch.now,
        below_zero=bool(terms and terms.below_zero),
    )
    state = plus(batch.states[member_id], -taken.points, wallet)
    if wallet == POINTS:
        state = state._replace(lifetime_points=max(state.lifetime_points - points, 0))
    batch.states[member_id] = state
    if not taken.points and not taken.short:
        return []
    line = ledger.Entry(new_id(), member_id, _KIND, -taken.points, lost[0].rule, one.id, batch.now, wallet, taken.short)
    batch.line(line)
    held.left += taken.lots
    held.paid += (Payment(line.id, lot, paid) for lot, paid in taken.paid)
    short, balance = (_sum(batch, wallet, n) for n in (taken.short, balance_of(state, wallet)))
    told = _told(batch, wallet, taken.points)
    return [{"type": f"{wallet}_clawed_back", **told, "short": short, "balance": balance}]


def _comes_later(batch: Decided, one: Refund, change: Change) -> list[Outcome]:
    """More that is pending waits with what its activity brought; nothing when it is had at once."""
    last, member_id = change.last, one.telling.member_id
    waits = last.due_at if last.due_at and last.due_at > batch.now else None
    if not waits and not last.awaiting:
        return []
    state = batch.states[member_id]
    batch.post(member_id, change.cause, state, [last._replace(points=change.points, due_at=waits)])
    batch.states[member_id] = due(state, waits)
    at = waits.isoformat() if waits else None
    return [{"type": f"{last.wallet}_pending", **_told(batch, last.wallet, change.points), "at": at}]


def _gained(batch: Decided, one: Refund, wallet: str, last: Posting, points: int) -> list[Outcome]:
    """Less bought can bring more: a cap that the refunded purchase had used up has room again."""
    member_id = one.telling.member_id
    state = batch.states[member_id]
    batch.post(member_id, one.id, state, [Posting(_KIND, points, last.rule, wallet, last.expires_at)])
    state = batch.states[member_id] = due(plus(state, points, wallet, earned=True), last.expires_at)
    balance = _sum(batch, wallet, balance_of(state, wallet))
    return [{"type": f"{wallet}_earned", **_told(batch, wallet, points), "balance": balance}]


def _sum(batch: Decided, wallet: str, points: int) -> int | str:
    return points if wallet == POINTS else from_minor(points, batch.programme.exponent)


def _told(batch: Decided, wallet: str, points: int) -> Outcome:
    return {"points" if wallet == POINTS else "amount": _sum(batch, wallet, points)}


def _stamps(one: Refund) -> list[Outcome]:
    fewer = one.before.stamps - one.after.stamps
    return [{"type": "stamps_taken_back", "card": card, "stamps": stamps} for card, stamps in fewer.items()]


def _lost(one: Refund) -> dict[Grant, int]:
    return {grant: n for grant, n in lost_grants(one.before, one.after).items() if n}


async def _void(tx: AsyncConnection, batch: Decided, told: Sequence[Refund], held: _Held) -> list[list[Outcome]]:
    terms = batch.programme.one(Refunds)
    chosen = [_choice(one, held.vouchers) if terms and terms.void_vouchers else [] for one in told]
    unused = [v.code for ones in chosen for v in ones if not v.used_at]
    void = await brought.void(tx, unused, "refund", batch.now) if unused else set()
    return [[*(_voucher(v, void) for v in ones), *_granted(batch, one)] for one, ones in zip(told, chosen, strict=True)]


def _choice(one: Refund, held: Sequence[Voucher]) -> list[Voucher]:
    """As many vouchers as are lost: the unused ones first, of these those of the activities that bring none now."""
    kept = {cause for cause, grants in one.after.grants.items() if grants == one.before.grants.get(cause)}
    found: list[Voucher] = []
    for grant, n in _lost(one).items():
        mine = [
            v
            for v in held
            if v.member_id == one.telling.member_id and (v.reward, v.because) == (grant.reward, grant.because)
        ]
        found += sorted(mine, key=lambda v: (v.used_at is not None, v.activity_id in kept))[: max(n, 0)]
    return found


def _voucher(voucher: Voucher, void: set[str]) -> Outcome:
    gone = voucher.code in void
    return {"type": "voucher_voided" if gone else "voucher_kept", "reward": voucher.reward, "voucher": voucher.code}


def _granted(batch: Decided, one: Refund) -> list[Outcome]:
    more = [grant for grant, n in _lost(one).items() for _ in range(-n) if grant.reward in batch.programme.rewards]
    outcomes = [{"type": "reward_granted", "reward": grant.reward, "because": grant.because} for grant in more]
    return batch.granted(one.telling.member_id, one.id, more, outcomes)


def _stand(batch: Decided, one: Refund) -> list[Outcome]:
    """Put the member where the replay ends; what is no activity's, such as the balance, stays."""
    state, after = batch.states[one.telling.member_id], one.after.state
    progress = dict(badges.after_refund(batch.programme, state.progress, after.progress))
    if WAITING in state.progress:
        progress[WAITING] = state.progress[WAITING]
    state, outcomes = tiers.settle(batch.programme, _as_replayed(state, after)._replace(progress=progress), batch.now)
    batch.states[one.telling.member_id] = due(state, state.tier_until)
    lost = set(badges.held(one.before.state.progress)) - set(badges.held(progress))
    return [*outcomes, *({"type": "badge_lost", "badge": badge} for badge in sorted(lost))]


def _as_replayed(state: MemberState, after: MemberState) -> MemberState:
    return state._replace(purchases=after.purchases, spent=after.spent, last_purchase_at=after.last_purchase_at)
