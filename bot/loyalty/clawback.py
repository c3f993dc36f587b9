"""Taking points back: from what has not come yet, then from the lots of what is refunded, then from all others."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.loyalty.ledger import Lot, Waiting, in_order


class Source(NamedTuple):
    """A credit that an activity brought by a rule: the number of its lot, and what of it ended unspent."""

    cause: int
    rule: str
    lot: int
    wallet: str
    expired: int


class Taken(NamedTuple):
    """``lots`` as they are left, ``paid`` as ``(lot, points)``.

    ``points`` leave the balance, ``short`` were not there.
    """

    lots: Sequence[Lot] = ()
    paid: Sequence[tuple[int, int]] = ()
    points: int = 0
    short: int = 0


def cancel(points: int, waiting: Sequence[Waiting]) -> tuple[list[tuple[int, int]], int]:
    """Take points from what was to come: ``(id, points left)`` of each that is touched, and what could not be taken."""
    fewer = []
    for one in waiting:
        if points:
            part = min(one.points, points)
            points -= part
            fewer.append((one.id, one.points - part))
    return fewer, points


def claw_back(
    points: int,
    causes: Collection[int],
    lots: Sequence[Lot],
    sources: Sequence[Source],
    now: datetime,
    below_zero: bool,
) -> Taken:
    """Take ``points`` of one wallet back that ``causes`` brought; lots and sources are of that wallet.

    What ended before it was spent is gone already. Other lots pay in the order of spending: without the refunded
    purchase it is they that would have been spent.
    """
    mine = [source for source in sources if source.cause in causes]
    rest = wanted = points - min(points, sum(source.expired for source in mine))
    own, left, paid = {source.lot for source in mine}, [], []
    for lot in sorted(in_order(lots, now), key=lambda lot: lot.id not in own):
        if rest:
            part = min(lot.remaining, rest)
            rest -= part
            left.append(lot._replace(remaining=lot.remaining - part))
            paid.append((lot.id, part))
    taken = wanted if below_zero else wanted - rest
    return Taken(left, paid, taken, wanted - taken)
