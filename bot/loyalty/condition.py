"""A condition as the engine asks it: a small tree of frozen values, each of which ``holds`` or not.

All about time is asked of ``local``, the time of the activity where there is one and not of its telling, so that a
replay answers the same. Days are counted as 24 hours each: so many since an instant, in whatever zone.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from operator import methodcaller
from typing import Literal, Protocol

from bot.loyalty.asked import Asked, Standing

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_BADGES = "badges"
"""Where ``progress`` keeps the badges held."""
_COUNTRIES = {"zh-Hans": ("zh-CN", "zh-SG"), "zh-Hant": ("zh-TW", "zh-HK", "zh-MO")}


class Condition(Protocol):
    """Asked of a member, and mostly of an activity; the answer is yes or no, never unknown."""

    def holds(self, asked: Asked) -> bool: ...


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Condition, ...]

    def holds(self, asked: Asked) -> bool:
        return all(map(methodcaller("holds", asked), self.parts))


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Condition, ...]

    def holds(self, asked: Asked) -> bool:
        return any(map(methodcaller("holds", asked), self.parts))


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition

    def holds(self, asked: Asked) -> bool:
        return not self.part.holds(asked)


@dataclass(frozen=True, slots=True)
class InSegment:
    """The members of a named segment; ``when`` is its condition."""

    key: str
    when: Condition

    def holds(self, asked: Asked) -> bool:
        return self.when.holds(asked)


def days_since(then: datetime, now: datetime) -> int:
    """Whole days of 24 hours from one instant to another."""
    return (now - then) // timedelta(days=1)


def _joined_days(asked: Asked) -> int | None:
    profile = asked.state.profile
    return None if profile is None else days_since(profile.joined_at, asked.local)


def _last_purchase_days(asked: Asked) -> int | None:
    last = asked.state.last_purchase_at
    return None if last is None else days_since(last, asked.local)


_NUMBERS: dict[str, Callable[[Asked], int | None]] = {
    "amount": lambda asked: None if asked.activity is None else asked.activity.amount,
    "purchases": lambda asked: asked.state.purchases,
    "spent": lambda asked: asked.state.spent,
    "joined_days": _joined_days,
    "last_purchase_days": _last_purchase_days,
    "points": lambda asked: asked.state.points,
    "lifetime_points": lambda asked: asked.state.lifetime_points,
    "credit": lambda asked: asked.state.credit,
}


@dataclass(frozen=True, slots=True)
class Within:
    """A number between bounds, both inclusive, None for no bound. A number that there is not (an activity without an
    amount, the last purchase of somebody who never bought) is within none."""

    field: str
    low: int | None = None
    high: int | None = None

    def holds(self, asked: Asked) -> bool:
        value = _NUMBERS[self.field](asked)
        return (
            value is not None and (self.low is None or value >= self.low) and (self.high is None or value <= self.high)
        )


def tier_of(state: Standing, at: datetime) -> str:
    """The tier that holds at a moment: one that has ended does not."""
    return state.tier if state.tier_until is None or at < state.tier_until else ""


_TEXTS: dict[str, Callable[[Asked], str]] = {
    "type": lambda asked: "" if asked.activity is None else asked.activity.type,
    "location": lambda asked: "" if asked.activity is None else asked.activity.location,
    "source": lambda asked: "" if asked.activity is None else asked.activity.source,
    "weekday": lambda asked: DAYS[asked.local.weekday()],
    "tier": lambda asked: tier_of(asked.state, asked.local),
}


@dataclass(frozen=True, slots=True)
class OneOf:
    """A text that is one of several; ``weekday`` is the day at the business."""

    field: str
    values: frozenset[str]

    def holds(self, asked: Asked) -> bool:
        return _TEXTS[self.field](asked) in self.values


@dataclass(frozen=True, slots=True)
class Clock:
    """The time of day at the business, from ``start`` until before ``end``; over midnight when ``end`` is earlier."""

    start: time
    end: time

    def holds(self, asked: Asked) -> bool:
        now = asked.local.time()
        if self.start < self.end:
            return self.start <= now < self.end
        return now >= self.start or now < self.end


@dataclass(frozen=True, slots=True)
class Dates:
    """The date at the business, both ends inclusive, None for no end."""

    first: date | None
    last: date | None

    def holds(self, asked: Asked) -> bool:
        today = asked.local.date()
        return (self.first is None or today >= self.first) and (self.last is None or today <= self.last)


@dataclass(frozen=True, slots=True)
class Bought:
    """Any item of these categories, or of these SKUs."""

    field: Literal["category", "sku"]
    values: frozenset[str]

    def holds(self, asked: Asked) -> bool:
        return asked.activity is not None and any(
            getattr(item, self.field) in self.values for item in asked.activity.items
        )


@dataclass(frozen=True, slots=True)
class Units:
    """How many units of these categories and SKUs an activity has; None means of any."""

    categories: frozenset[str] | None
    skus: frozenset[str] | None
    low: int | None
    high: int | None

    def holds(self, asked: Asked) -> bool:
        if asked.activity is None:
            return False
        units = sum(
            item.quantity
            for item in asked.activity.items
            if (self.categories is None or item.category in self.categories)
            and (self.skus is None or item.sku in self.skus)
        )
        return (self.low is None or units >= self.low) and (self.high is None or units <= self.high)


def exactly(value: object) -> tuple[bool, object]:
    """A value such that yes and 1 differ, which Python holds equal."""
    return isinstance(value, bool), value


@dataclass(frozen=True, slots=True)
class Attribute:
    """What the activity tells besides: one of ``values`` (each made by ``exactly``), or a number between bounds."""

    name: str
    values: frozenset[tuple[bool, object]] | None = None
    low: float | None = None
    high: float | None = None

    def holds(self, asked: Asked) -> bool:
        attributes = None if asked.activity is None else asked.activity.attributes
        value = None if attributes is None else attributes.get(self.name)
        if self.values is not None:
            return exactly(value) in self.values
        if not isinstance(value, int | float) or isinstance(value, bool):
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


@dataclass(frozen=True, slots=True)
class FirstPurchase:
    """A purchase by somebody who had bought nothing before."""

    def holds(self, asked: Asked) -> bool:
        return asked.activity is not None and asked.activity.type == "purchase" and asked.state.purchases == 0


def celebrated(day: date) -> tuple[int, ...]:
    """The birthdays (month × 100 + day) celebrated on a day: 29 February on the 28th where there is none."""
    today = day.month * 100 + day.day
    leap = day.year % 4 == 0 and (day.year % 100 != 0 or day.year % 400 == 0)
    return (today, 229) if today == 228 and not leap else (today,)


@dataclass(frozen=True, slots=True)
class Birthday:
    """The member's birthday is on this day, or in this month, of the member's own zone."""

    whole_month: bool

    def holds(self, asked: Asked) -> bool:
        profile = asked.state.profile
        if profile is None or profile.birthday is None:
            return False
        today = asked.local.astimezone(profile.zone).date()
        if self.whole_month:
            return profile.birthday.month == today.month
        return profile.birthday.month * 100 + profile.birthday.day in celebrated(today)


@dataclass(frozen=True, slots=True)
class Speaks:
    """The member's language, with any region: ``pt`` is also ``pt-BR``, but not the other way.

    ``unknown`` says whether it is also that of whose language nothing is known: the programme's first.
    """

    languages: tuple[str, ...]
    unknown: bool = False

    def holds(self, asked: Asked) -> bool:
        profile = asked.state.profile
        if profile is None:
            return False
        return is_any(profile.locale, self.languages) if profile.locale else self.unknown


def is_any(locale: str, languages: Iterable[str]) -> bool:
    """Whether a language is one of these, in any region."""
    return any(locale == tag or locale.startswith(f"{tag}-") for tag in with_countries(languages))


def with_countries(languages: Iterable[str]) -> list[str]:
    """These, and what phones tell in the place of one that is named by its script."""
    return [tag for language in languages for tag in (language, *_COUNTRIES.get(language, ()))]


@dataclass(frozen=True, slots=True)
class Holds:
    """The member has any of these badges."""

    badges: tuple[str, ...]

    def holds(self, asked: Asked) -> bool:
        held = asked.state.progress.get(_BADGES, {})
        return any(badge in held for badge in self.badges)


def parts_of(condition: Condition) -> Iterator[Condition]:
    """The conditions directly inside of one."""
    match condition:
        case All(parts) | AnyOf(parts):
            yield from parts
        case Not(part) | InSegment(_, part):
            yield part
