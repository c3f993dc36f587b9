"""How long an unbroken row of days or weeks is, when some are closed and some may be missed.

Days and weeks are numbers: a day its ordinal, a week the number of its Monday. What is kept is a JSON value: the last
few, so that what is told late still counts at its own place, and the state before them and after.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from types import MappingProxyType
from typing import Any, NamedTuple

_KEPT = 10
"""Days or weeks that can be put right by what is told late."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days count: ``weekdays`` (0 is Monday) without the ``closed`` ones (ordinals). ``unit`` is day or week."""

    unit: str = "day"
    weekdays: frozenset[int] = frozenset(range(7))
    closed: frozenset[int] = frozenset()

    def number(self, day: date) -> int:
        return day.toordinal() if self.unit == "day" else (day.toordinal() - 1) // 7

    def first_day(self, number: int) -> date:
        return date.fromordinal(number if self.unit == "day" else number * 7 + 1)

    def is_open_on(self, day: date) -> bool:
        return self._open_day(day.toordinal())

    def is_open(self, number: int) -> bool:
        """Whether the business was open on that day, or on any of that week."""
        if self.unit == "day":
            return self._open_day(number)
        return any(self._open_day(number * 7 + 1 + weekday) for weekday in self.weekdays)

    def _open_day(self, ordinal: int) -> bool:
        return (ordinal - 1) % 7 in self.weekdays and ordinal not in self.closed

    def missed(self, last: int, number: int, lost: Collection[int], most: int) -> list[int]:
        """What was open between two and is not ``lost``: no more than ``most``, for an absence may be of years."""
        found = (n for n in range(last + 1, number) if n not in lost and self.is_open(n))
        return list(islice(found, most))


@dataclass(frozen=True, slots=True)
class Terms:
    """At most ``freezes`` are held, and one comes with each ``every`` in a row; ``reaches`` are lengths to count."""

    calendar: Calendar = Calendar()
    freezes: int = 0
    every: int = 7
    reaches: frozenset[int] = frozenset()


class Row(NamedTuple):
    """``length`` up to ``last``, the ``freezes`` left, the ``best`` there was, how often each length was reached, and
    how the row before was broken: its length and what was missed first."""

    length: int = 0
    last: int = 0
    freezes: int = 0
    best: int = 0
    hits: Mapping[str, int] = MappingProxyType({})
    broke: Sequence[int] = ()


class Step(NamedTuple):
    """A row after one more; ``used`` freezes held it, or it ``broke``."""

    row: Row
    used: int = 0
    broke: bool = False


def step(row: Row, number: int, terms: Terms, lost: Collection[int]) -> Step:
    """The row with one more day or week, later than its last. Freezes are used only where they hold it."""
    length, held, hits, broke, used, broken = row.length + 1, row.freezes, row.hits, row.broke, 0, False
    if row.length and number > row.last + 1:
        missed = terms.calendar.missed(row.last, number, lost, held + 1)
        if broken := len(missed) > held:
            length, broke = 1, (row.length, missed[0])
        else:
            used = len(missed)
            held -= used
    if held < terms.freezes and length % terms.every == 0:
        held += 1
    if length in terms.reaches:
        hits = {**hits, str(length): hits.get(str(length), 0) + 1}
    return Step(Row(length, number, held, max(row.best, length), hits, broke), used, broken)


class Kept(NamedTuple):
    """``base`` is the row before the ``numbers`` that are kept one by one, ``head`` the one with them.

    ``lost`` are days that travelling east took away: nobody's to miss.
    """

    base: Row = Row()
    numbers: Sequence[int] = ()
    head: Row = Row()
    lost: Sequence[int] = ()


class Added(NamedTuple):
    kept: Kept
    step: Step


def add(kept: Kept, number: int, terms: Terms, lost: Sequence[int] = ()) -> Added | None:
    """What is kept with one more day or week; None when it counts already, or is told too late to count."""
    if number in kept.numbers or number <= kept.base.last:
        return None
    lost = (*kept.lost, *lost)
    numbers = sorted((*kept.numbers, number))
    base, head = kept.base, kept.head
    if number > head.last:
        last = step(head, number, terms, lost)
    else:
        last = Step(base)
        for one in numbers:
            last = step(last.row, one, terms, lost)
        last = Step(last.row)
    if len(numbers) > _KEPT:
        base = step(base, numbers.pop(0), terms, lost).row
        lost = tuple(one for one in lost if one > base.last)
    return Added(Kept(base, numbers, last.row, lost), last)


def as_json(kept: Kept) -> dict[str, Any]:
    return {"base": _listed(kept.base), "numbers": [*kept.numbers], "head": _listed(kept.head), "lost": [*kept.lost]}


def from_json(kept: Mapping[str, Any]) -> Kept:
    return Kept(Row(*kept["base"]), kept["numbers"], Row(*kept["head"]), kept["lost"])


def _listed(row: Row) -> list[Any]:
    return [*row[:4], dict(row.hits), list(row.broke)]
