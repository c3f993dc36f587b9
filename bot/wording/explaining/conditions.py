"""Conditions in words: what stands after "double points …"."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from babel import Locale

from bot.loyalty.badges import Badge
from bot.loyalty.condition import (
    DAYS,
    All,
    AnyOf,
    Attribute,
    Birthday,
    Bought,
    Clock,
    Condition,
    Dates,
    FirstPurchase,
    Holds,
    InSegment,
    Not,
    OneOf,
    Speaks,
    Units,
    Within,
    exactly,
)
from bot.loyalty.segments import Segment
from bot.loyalty.tiers import Tier
from bot.wording.explaining.parts import Reader
from bot.wording.formats import locale_of

N = TypeVar("N", int, float)
VERIFIED = Attribute("verified", frozenset([exactly(True)]))
_ALWAYS_THERE = ("amount", "purchases", "spent", "joined_days", "points", "lifetime_points", "credit")
"""Numbers of which "not at least 5" is "at most 4"; a last purchase may never have been."""


def parts_of_all(when: Condition | None) -> Sequence[Condition]:
    """What all has to hold."""
    if when is None:
        return ()
    return when.parts if isinstance(when, All) else (when,)


def told(reader: Reader, *parts: Condition) -> str:
    """When all the parts hold: the days and hours first; empty without any."""
    moments = [_part(reader, one) for one in parts if _is_moment(one)]
    others = [_part(reader, one) for one in parts if not _is_moment(one)]
    return ", ".join([*([" ".join(moments)] if moments else []), *others])


def _is_moment(part: Condition) -> bool:
    match part:
        case Clock() | Dates() | OneOf("weekday"):
            return True
        case Not(inner):
            return _is_moment(inner)
    return False


def _part(reader: Reader, part: Condition) -> str:
    """One that may consist of others, in brackets when it stands beside more."""
    match part:
        case All(parts):
            return f"({reader.each(_part(reader, one) for one in parts)})"
        case AnyOf(()):
            return reader.t.say("never")
        case AnyOf(parts):
            return f"({reader.either(_part(reader, one) for one in parts)})"
        case Not(inner):
            return _not(reader, inner)
    return _leaf(reader, part)


def _not(reader: Reader, part: Condition) -> str:
    """Said the other way round where that is how people say it."""
    match part:
        case All(parts):
            return _part(reader, AnyOf(tuple(map(Not, parts))))
        case AnyOf(parts) if parts:
            return _part(reader, All(tuple(map(Not, parts))))
        case Not(inner):
            return _part(reader, inner)
        case OneOf("weekday", values) if len(values) < len(DAYS):
            return _weekdays(reader, frozenset(DAYS) - values)
        case Clock(start, end):
            return _leaf(reader, Clock(end, start))
        case Within(field, low, None) if low and field in _ALWAYS_THERE:
            return _leaf(reader, Within(field, None, low - 1))
        case Within(field, None, high) if high is not None and field in _ALWAYS_THERE:
            return _leaf(reader, Within(field, high + 1, None))
        case Attribute() if part == VERIFIED:
            return reader.t.say("if it is not verified")
    return reader.t.say("except {condition}", condition=_part(reader, part))


def _leaf(reader: Reader, part: Condition) -> str:
    match part:
        case OneOf() | Bought() | Units() | Attribute():
            return _of_activity(reader, part)
        case Clock(start, end):
            return reader.t.say("from {start} to {end}", start=reader.hour(start), end=reader.hour(end))
        case Dates():
            return _dates(reader, part)
        case Within():
            return _number(reader, part)
    return _of_member(reader, part)


def _of_activity(reader: Reader, part: Condition) -> str:
    t = reader.t
    match part:
        case OneOf("weekday", values):
            return _weekdays(reader, values)
        case OneOf("tier", values):
            tiers = reader.programme.of(Tier)
            return t.say(
                "in tier {tiers}", tiers=reader.either(reader.text(tiers[k].names) for k in tiers if k in values)
            )
        case OneOf("location", values):
            return t.say("at {places}", places=reader.either(reader.words(values)))
        case OneOf("source", values):
            return t.say("through {sources}", sources=reader.either(reader.words(values)))
        case OneOf(_, values):
            return t.say("for {activities}", activities=reader.either(reader.words(values)))
        case Bought(_, values):
            return t.say("if it includes {items}", items=reader.either(reader.words(values)))
        case Units(categories, skus, low, high):
            items, much = reader.words({*(categories or ()), *(skus or ())}), _bounds(reader, low, high, reader.number)
            if items:
                return t.say("if it includes {much} × {items}", much=much, items=reader.either(items))
            return t.say("if the number of items is {much}", much=much)
        case Attribute():
            return _attribute(reader, part)
    return ""


def _attribute(reader: Reader, part: Attribute) -> str:
    t, name = reader.t, reader.word(part.name)
    if part == VERIFIED:
        return t.say("if it is verified")
    if part.values is None:
        much = _bounds(reader, part.low, part.high, lambda n: f"{n:g}")
        return t.say("if {name} is {much}", name=name, much=much)
    values = sorted((t.say("Yes") if value else t.say("No")).lower() if is_bool else reader.word(str(value))
                    for is_bool, value in part.values)  # fmt: skip
    return t.say("if {name} is {much}", name=name, much=reader.either(values))


def _of_member(reader: Reader, part: Condition) -> str:
    t = reader.t
    match part:
        case InSegment(key):
            name = reader.text(reader.programme.of(Segment)[key].names)
            return t.say("for the group “{name}”", name=name)
        case FirstPurchase():
            return t.say("for your first purchase")
        case Birthday(True):
            return t.say("in the month of your birthday")
        case Birthday():
            return t.say("on your birthday")
        case Speaks(languages):
            return t.say("if your language is {languages}", languages=reader.either(_tongue(reader, languages)))
        case Holds(badges):
            known = reader.programme.of(Badge)
            names = reader.either(reader.text(known[badge].names) for badge in badges)
            return t.say("if you have the badge {badges}", badges=names)
    return ""


def _tongue(reader: Reader, languages: Sequence[str]) -> list[str]:
    mine = locale_of(reader.language)
    return [Locale.get_display_name(locale_of(tag), mine) or tag for tag in languages]


def _bounds(reader: Reader, low: N | None, high: N | None, show: Callable[[N], str]) -> str:
    """``at least 5``, ``at most 10``, ``5 to 10``."""
    if low is None:
        return "" if high is None else reader.t.say("at most {number}", number=show(high))
    if high is None:
        return reader.t.say("at least {number}", number=show(low))
    if low == high:
        return reader.t.say("exactly {number}", number=show(low))
    return reader.t.say("{low} to {high}", low=show(low), high=show(high))


def _number(reader: Reader, part: Within) -> str:
    t, money = reader.t, part.field in ("amount", "spent", "credit")
    much = _bounds(reader, part.low, part.high, reader.money if money else reader.number)
    match part.field:
        case "amount":
            return t.say("if you spend {much}", much=much)
        case "purchases":
            return t.say("if the number of your purchases before is {much}", much=much)
        case "spent":
            return t.say("if you have spent {much} before", much=much)
        case "joined_days":
            return t.say("if the days since you joined are {much}", much=much)
        case "last_purchase_days":
            return t.say("if the days since your last purchase are {much}", much=much)
        case "credit":
            return t.say("if your credit is {much}", much=much)
        case "points":
            return t.say("if the number of your points is {much}", much=much)
    return t.say("if the number of points you ever earned is {much}", much=much)


def _dates(reader: Reader, part: Dates) -> str:
    t, first, last = reader.t, part.first, part.last
    if first and last and first != last:
        return t.say("from {first} to {last}", first=reader.day(first), last=reader.day(last))
    if first and last:
        return t.say("on {day}", day=reader.day(first))
    if first:
        return t.say("from {day}", day=reader.day(first))
    return t.say("until {day}", day=reader.day(last)) if last else ""


def _weekdays(reader: Reader, values: frozenset[str]) -> str:
    t = reader.t
    if values == frozenset(DAYS[:5]):
        return t.say("on weekdays")
    if values == frozenset(DAYS[5:]):
        return t.say("at weekends")
    every = (
        t.say("Mondays"),
        t.say("Tuesdays"),
        t.say("Wednesdays"),
        t.say("Thursdays"),
        t.say("Fridays"),
        t.say("Saturdays"),
        t.say("Sundays"),
    )
    return t.say("on {days}", days=reader.each(name for day, name in zip(DAYS, every, strict=True) if day in values))
