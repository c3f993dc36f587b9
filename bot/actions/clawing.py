"""Making up for a refund: points, credit and vouchers are taken back, and the member stands where a replay ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.decided import Decided, Telling
from bot.loyalty import badges, tiers
from bot.loyalty.activity import Activity
from bot.loyalty.clawback import Source, claw_back
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
    moved = [c for c in changes(one.before, one.after, wallet) if not _refused(c, wallet, one, held)]
    net = sum(change.points for change in moved)
    if net < 0:
        return _taken(batch, one, wallet, [c for c in moved if c.points < 0], -net, held)
    return _gained(batch, one, wallet, max(moved, key=lambda c: c.points), net) if net else []


def _refused(change: Change, wallet: str, one: Refund, held: _Held) -> bool:
    """It had to be confirmed, and nobody did: it is neither had nor waited for any more."""
    waiting = held.waiting[one.telling.member_id]
    return (
        change.points < 0
        and change.last.awaiting
        and not any(w.cause_id == change.cause and w.wallet == wallet for w in waiting)
        and not any(s.cause == change.cause and s.wallet == wallet for s in held.sources)
    )


def _taken(
    batch: Decided, one: Refund, wallet: str, moved: Sequence[Change], points: int, held: _Held
) -> list[Outcome]:
    member_id, terms = one.telling.member_id, batch.programme.one(Refunds)
    taken = claw_back(
        points,
        {change.cause for change in moved},
        [w for w in held.waiting[member_id] if w.wallet == wallet],
        [lot for lot in held.lots[member_id] if lot.wallet == wallet],
        [source for source in held.sources if source.wallet == wallet],
        batch.now,
        below_zero=bool(terms and terms.below_zero),
    )
    held.fewer += taken.waiting
    held.left += taken.lots
    state = plus(batch.states[member_id], -taken.points, wallet)
    if wallet == POINTS:
        state = state._replace(lifetime_points=max(state.lifetime_points - points + taken.never_came, 0))
    batch.states[member_id] = state
    if taken.points or taken.short:
        rule = moved[0].last.rule
        line = ledger.Entry(
            new_id(), member_id, _KIND, -taken.points, rule, one.id, batch.now, wallet, short=taken.short
        )
        batch.line(line)
        held.paid += (Payment(line.id, lot, paid) for lot, paid in taken.paid)
    told = _told(batch, wallet, taken.points)
    outcomes: list[Outcome] = []
    if taken.never_came:
        outcomes.append({"type": f"{wallet}_pending_cancelled"} | _told(batch, wallet, taken.never_came))
    if taken.points or taken.short:
        short, balance = (_sum(batch, wallet, n) for n in (taken.short, balance_of(state, wallet)))
        outcomes.append({"type": f"{wallet}_clawed_back", **told, "short": short, "balance": balance})
    return outcomes


def _gained(batch: Decided, one: Refund, wallet: str, best: Change, points: int) -> list[Outcome]:
    """Less bought can bring more: a cap that the refunded purchase had used up has room again."""
    member_id, last = one.telling.member_id, best.last
    waits = last.due_at if last.due_at and last.due_at > batch.now else None
    posting = Posting(_KIND, points, last.rule, wallet, last.expires_at, waits, last.awaiting)
    before = batch.states[member_id]
    batch.post(member_id, best.cause if posting.pending else one.id, before, [posting])
    state = due(before, waits or last.expires_at)
    told = _told(batch, wallet, points)
    if posting.pending:
        batch.states[member_id] = state
        return [{"type": f"{wallet}_pending", **told, "at": waits.isoformat() if waits else None}]
    batch.states[member_id] = state = plus(state, points, wallet, earned=True)
    return [{"type": f"{wallet}_earned", **told, "balance": _sum(batch, wallet, balance_of(state, wallet))}]


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
