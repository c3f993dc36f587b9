"""Lots: the unspent rest of each earning entry. Spending takes the lot that expires first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Lot:
    """What is left of the earning entry ``id``; ``expires_at`` None means never."""

    id: int
    remaining: int
    expires_at: datetime | None = None


def take(lots: Iterable[Lot], points: int, now: datetime) -> list[Lot]:
    """The lots that pay ``points``, as they are left afterwards; the one that expires first pays first.

    Raises:
        ValueError: when the lots that have not expired do not cover it.
    """
    alive = [lot for lot in lots if lot.remaining > 0 and (lot.expires_at is None or lot.expires_at > now)]
    alive.sort(key=lambda lot: (lot.expires_at is None, lot.expires_at or now, lot.id))
    changed = []
    for lot in alive:
        if points == 0:
            break
        paid = min(lot.remaining, points)
        points -= paid
        changed.append(Lot(lot.id, lot.remaining - paid, lot.expires_at))
    if points:
        raise ValueError(f"{points} points short")
    return changed
