"""Lots: the unspent rest of each credit. Spending takes the one that expires first; time itself gives and takes too."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.loyalty import tiers
from bot.loyalty.expiry import lives_until
from bot.loyalty.member import CREDIT, POINTS, MemberState
from bot.loyalty.programme import Programme


class Lot(NamedTuple):
    """What is left of the credit entry ``id``; ``expires_at`` None means never."""

    id: int
    remaining: int
    expires_at: datetime | None = None
    wallet: str = POINTS


class Waiting(NamedTuple):
    """Earned, but not had yet: until ``due_at``, or, where that is None, until somebody confirms it."""

    id: int
    member_id: int
    points: int
    rule: str
    cause_id: int
    at: datetime
    due_at: datetime | None = None
    expires_at: datetime | None = None
    wallet: str = POINTS


class Ending(NamedTuple):
    """So many points are gone at a moment."""

    points: int
    at: datetime


class Passed(NamedTuple):
    """What time did to a member up to a moment.

    ``arrived`` waited and is had now, each with the points that its lot opens with; ``waiting`` still waits.
    ``expired`` are lots as they were when they ended, ``alive`` those that hold something, ``moved`` those that got a
    new end. The lot of what arrived has the number of what was waiting. ``state.due_at`` is when to look again.
    """

    state: MemberState
    arrived: Sequence[tuple[Waiting, int]]
    waiting: Sequence[Waiting]
    expired: Sequence[Lot]
    alive: Sequence[Lot]
    moved: Sequence[Lot]

    @property
    def pending(self) -> int:
        """Points that are earned and not had yet."""
        return sum(one.points for one in self.waiting if one.wallet == POINTS)


def take(lots: Iterable[Lot], points: int, now: datetime) -> list[Lot]:
    """The lots that pay ``points``, as they are left afterwards; the one that expires first pays first.

    Raises:
        ValueError: when the lots that have not expired do not cover it.
    """
    changed = []
    for lot in in_order(lots, now):
        if points == 0:
            break
        paid = min(lot.remaining, points)
        points -= paid
        changed.append(lot._replace(remaining=lot.remaining - paid))
    if points:
        raise ValueError(f"{points} points short")
    return changed


def in_order(lots: Iterable[Lot], now: datetime) -> list[Lot]:
    """The lots that can pay, in the order in which they do."""
    alive = [lot for lot in lots if lot.remaining > 0 and (lot.expires_at is None or lot.expires_at > now)]
    return sorted(alive, key=lambda lot: (lot.expires_at is None, lot.expires_at or now, lot.id))


def opens(points: int, balance: int) -> int:
    """What a credit's lot opens with when it leaves the wallet at ``balance``: what filled a debt is spent already."""
    return max(0, min(points, balance))


def balance_of(state: MemberState, wallet: str) -> int:
    return state.credit if wallet == CREDIT else state.points


def plus(state: MemberState, points: int, wallet: str = POINTS, *, earned: bool = False) -> MemberState:
    """The state with so much more (or less) in a wallet; what is ``earned`` counts for life."""
    if wallet == CREDIT:
        return state._replace(credit=state.credit + points)
    lifetime = state.lifetime_points + (max(points, 0) if earned else 0)
    return state._replace(points=state.points + points, lifetime_points=lifetime)


def due(state: MemberState, at: datetime | None) -> MemberState:
    """The state, looked at again at that time at the latest."""
    sooner = at is not None and (state.due_at is None or at < state.due_at)
    return state._replace(due_at=at) if sooner else state


def time_passes(
    programme: Programme, state: MemberState, waiting: Sequence[Waiting], lots: Iterable[Lot], now: datetime
) -> Passed:
    """What has arrived and what has ended by ``now``, a tier among it.

    ``waiting`` and ``lots`` are all that the member has.
    """
    still = [one for one in waiting if one.due_at is None or one.due_at > now]
    state, arrived = _arrivals(tiers.in_force(programme, state, now), waiting, now)
    expired, alive, moved = [], [], []
    for lot in (*lots, *(Lot(one.id, opened, one.expires_at, one.wallet) for one, opened in arrived)):
        ends = lives_until(programme, lot.expires_at, state.last_purchase_at)
        lot, before = lot._replace(expires_at=ends), lot
        if lot.remaining and ends is not None and ends <= now:
            expired.append(lot)
            state = plus(state, -lot.remaining, lot.wallet)
        elif lot.remaining:
            alive.append(lot)
            moved += [lot] if lot != before else []
    looks = [state.tier_until, *(one.due_at for one in still), *(lot.expires_at for lot in alive)]
    due_at = min((at for at in looks if at is not None and at > now), default=None)
    return Passed(state._replace(due_at=due_at), arrived, still, expired, alive, moved)


def _arrivals(
    state: MemberState, waiting: Sequence[Waiting], now: datetime
) -> tuple[MemberState, list[tuple[Waiting, int]]]:
    arrived = []
    ready = [(one.due_at, one.id, one) for one in waiting if one.due_at is not None and one.due_at <= now]
    for _, _, one in sorted(ready):
        state = plus(state, one.points, one.wallet, earned=True)
        arrived.append((one, opens(one.points, balance_of(state, one.wallet))))
    return state, arrived


def endings(lots: Iterable[Lot], until: datetime) -> list[Ending]:
    """The points that end up to a moment, by when, the next first."""
    sums: dict[datetime, int] = {}
    for lot in lots:
        if lot.wallet == POINTS and lot.remaining and lot.expires_at is not None and lot.expires_at <= until:
            sums[lot.expires_at] = sums.get(lot.expires_at, 0) + lot.remaining
    return [Ending(points, at) for at, points in sorted(sums.items())]
