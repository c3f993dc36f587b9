"""Taking points back: from what has not come yet, then from the lots of what is refunded, then from all others."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.loyalty.ledger import Lot, Waiting, in_order


class Source(NamedTuple):
    """A credit that an activity brought: the number of its lot, and what of it ended unspent."""

    cause: int
    lot: int
    wallet: str
    expired: int


class Taken(NamedTuple):
    """``waiting`` as ``(id, points left)``; ``lots`` as they are left; ``paid`` as ``(lot, points)``.

    ``never_came`` of the points were still waiting. ``points`` leave the balance, ``short`` were not there.
    """

    waiting: Sequence[tuple[int, int]] = ()
    lots: Sequence[Lot] = ()
    paid: Sequence[tuple[int, int]] = ()
    never_came: int = 0
    points: int = 0
    short: int = 0


def claw_back(
    points: int,
    causes: Collection[int],
    waiting: Sequence[Waiting],
    lots: Sequence[Lot],
    sources: Sequence[Source],
    now: datetime,
    *,
    below_zero: bool,
) -> Taken:
    """Take ``points`` of one wallet back that ``causes`` brought; all that is handed in is of that wallet.

    What ended before it was spent is gone already. Other lots pay in the order of spending: without the refunded
    purchase it is they that would have been spent.
    """
    fewer, rest = [], points
    for one in waiting:
        if one.cause_id in causes and rest:
            part = min(one.points, rest)
            rest -= part
            fewer.append((one.id, one.points - part))
    never_came = points - rest
    rest -= min(rest, sum(source.expired for source in sources if source.cause in causes))
    own = {source.lot for source in sources if source.cause in causes}
    wanted, left, paid = rest, [], []
    for lot in sorted(in_order(lots, now), key=lambda lot: lot.id not in own):
        if rest:
            part = min(lot.remaining, rest)
            rest -= part
            left.append(lot._replace(remaining=lot.remaining - part))
            paid.append((lot.id, part))
    taken = wanted if below_zero else wanted - rest
    return Taken(fewer, left, paid, never_came, taken, wanted - taken)
