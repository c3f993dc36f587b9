"""Conditions asked of the database: the same tree that ``holds`` answers one by one, as a WHERE over members.

Both readers give the same answer for every member; a property test holds them together. Each piece here is true or
false and never NULL, so that ``not`` means the same as it does in Python.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import singledispatchmethod
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Text, and_, false, func, literal, not_, or_, true, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from bot.loyalty import condition
from bot.loyalty.condition import Condition, celebrated
from bot.storage.tables import members, standings

_NUMBERS: dict[str, ColumnElement[int]] = {
    name: standings.c[name] for name in ("purchases", "spent", "points", "lifetime_points", "credit")
}
_SINCE: dict[str, ColumnElement[datetime]] = {
    "joined_days": members.c.joined_at,
    "last_purchase_days": standings.c.last_purchase_at,
}


class _HasBadge(FunctionElement[bool]):
    """Whether ``progress`` holds a badge; its key is bound, never part of the statement."""

    inherit_cache = True
    name = "has_badge"


@compiles(_HasBadge, "sqlite")
def _has_badge_sqlite(element: _HasBadge, compiler: SQLCompiler, **options: object) -> str:
    progress, badge = (compiler.process(clause, **options) for clause in element.clauses)
    return f"""(json_type({progress}, '$.badges."' || {badge} || '"') IS NOT NULL)"""


@compiles(_HasBadge, "postgresql")
def _has_badge_postgresql(element: _HasBadge, compiler: SQLCompiler, **options: object) -> str:
    progress, badge = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(CAST({progress} AS json) #> ARRAY['badges', {badge}] IS NOT NULL)"


def where(asked: Condition, now: datetime, zones: Sequence[ZoneInfo]) -> ColumnElement[bool]:
    """``asked`` over ``members`` joined with ``standings``; ``zones`` are those that members live in.

    Raises:
        TypeError: for a condition that asks about an activity or a time, which no segment may.
    """
    return _Reader(now, zones).read(asked)


class _Reader:
    def __init__(self, now: datetime, zones: Sequence[ZoneInfo]) -> None:
        self._now = now
        self._zones = zones

    @singledispatchmethod
    def read(self, asked: Condition) -> ColumnElement[bool]:
        raise TypeError(f"{asked} is not asked of members")

    @read.register
    def _(self, asked: condition.All) -> ColumnElement[bool]:
        return and_(true(), *map(self.read, asked.parts))

    @read.register
    def _(self, asked: condition.AnyOf) -> ColumnElement[bool]:
        return or_(false(), *map(self.read, asked.parts))

    @read.register
    def _(self, asked: condition.Not) -> ColumnElement[bool]:
        return not_(self.read(asked.part))

    @read.register
    def _(self, asked: condition.InSegment) -> ColumnElement[bool]:
        return self.read(asked.when)

    @read.register
    def _(self, asked: condition.Within) -> ColumnElement[bool]:
        if asked.field in _SINCE:
            return self._days(_SINCE[asked.field], asked.low, asked.high)
        if asked.field not in _NUMBERS:
            raise TypeError(f"{asked} is not asked of members")
        return _between(_NUMBERS[asked.field], asked.low, asked.high)

    def _days(self, since: ColumnElement[datetime], low: int | None, high: int | None) -> ColumnElement[bool]:
        """So many whole days ago is between two instants, which an index can find."""
        parts: list[ColumnElement[bool]] = [since.is_not(None)]
        if low is not None:
            parts.append(since <= self._now - timedelta(days=low))
        if high is not None:
            parts.append(since > self._now - timedelta(days=high + 1))
        return and_(*parts)

    @read.register
    def _(self, asked: condition.OneOf) -> ColumnElement[bool]:
        if asked.field != "tier":
            raise TypeError(f"{asked} is not asked of members")
        lasts = or_(standings.c.tier_until.is_(None), standings.c.tier_until > self._now)
        return and_(standings.c.tier.in_(sorted(asked.values)), lasts)

    @read.register
    def _(self, asked: condition.Birthday) -> ColumnElement[bool]:
        """It is at most three dates on earth at a time, so the zones fall into as many groups."""
        groups: dict[date, list[str]] = {}
        for zone in self._zones:
            groups.setdefault(self._now.astimezone(zone).date(), []).append(zone.key)
        return or_(
            false(),
            *(and_(members.c.timezone.in_(names), _born(day, asked.whole_month)) for day, names in groups.items()),
        )

    @read.register
    def _(self, asked: condition.Speaks) -> ColumnElement[bool]:
        locale, tags = members.c.locale, condition.with_countries(asked.languages)
        # Not LIKE, to which capitals are the same on SQLite only.
        return or_(
            locale.in_([*tags, ""] if asked.unknown else tags),
            *(func.substr(locale, 1, len(tag) + 1) == f"{tag}-" for tag in tags),
        )

    @read.register
    def _(self, asked: condition.Holds) -> ColumnElement[bool]:
        progress = type_coerce(standings.c.progress, Text)
        return or_(*(_HasBadge(progress, literal(badge, Text)) for badge in asked.badges))


def _between(number: ColumnElement[int], low: int | None, high: int | None) -> ColumnElement[bool]:
    bounds = [] if low is None else [number >= low]
    return and_(true(), *bounds, *([] if high is None else [number <= high]))


def _born(day: date, whole_month: bool) -> ColumnElement[bool]:
    born = members.c.birthday_md
    return and_(
        born.is_not(None),
        born.between(day.month * 100, day.month * 100 + 99) if whole_month else born.in_(celebrated(day)),
    )
