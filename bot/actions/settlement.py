"""Settling between partners: who took points that others had given, and what that is worth."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from bot.actions.core import Core
from bot.errors import bad_field
from bot.loyalty.member import CREDIT, POINTS
from bot.loyalty.partners import Pair, nets, places, shares
from bot.loyalty.programme import Programme
from bot.loyalty.worth import PointsValue
from bot.storage import settlement
from bot.storage.settlement import Place, Spent


@dataclass(frozen=True, slots=True)
class Line:
    """What was earned at one partner and spent at another; ``value`` and ``credit`` in minor units, credit included."""

    earned_at: str
    spent_at: str
    points: int
    credit: int
    value: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """``nets``: what each partner (the empty key: the house) is owed, or owes when less than 0. They add up to 0."""

    programme: Programme
    since: datetime
    until: datetime
    lines: Sequence[Line]
    nets: Mapping[str, int]


async def settle_partners(core: Core, since: datetime, until: datetime) -> Settlement:
    """What the partners owe each other for a period, ``until`` not included.

    Raises:
        BadInput: when the period ends before it begins.
    """
    if until <= since:
        raise bad_field("to", 'must be later than "from"')
    async with core.database.read() as tx:
        programme = await core.programmes.current(tx)
        spent = await settlement.spent(tx, since, until)
        origins = await settlement.origins(tx, {one.lot_id for one in spent})
    lines = settled_lines(programme, spent, origins)
    return Settlement(
        programme, since, until, lines, nets({(line.earned_at, line.spent_at): line.value for line in lines})
    )


def settled_lines(programme: Programme, spent: Sequence[Spent], origins: Mapping[int, Place]) -> list[Line]:
    """A line for each pair; their values add up to what all that was spent is worth, rounded once."""
    where = places(programme)
    sums: dict[Pair, dict[str, int]] = defaultdict(lambda: {POINTS: 0, CREDIT: 0})
    for one in spent:
        earned_at = where.partner(*origins[one.lot_id])
        sums[earned_at, where.partner(one.location, one.source)][one.wallet] += one.points
    value = programme.one(PointsValue)
    point = Fraction(*value.point) if value else Fraction()
    values = shares({pair: both[POINTS] * point + both[CREDIT] for pair, both in sums.items()})
    return [Line(*pair, sums[pair][POINTS], sums[pair][CREDIT], values[pair]) for pair in sorted(sums)]
