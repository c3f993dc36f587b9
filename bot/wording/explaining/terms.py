"""What holds besides: friends, gifts, causes, and when points end or are taken back."""

from collections.abc import Iterator
from math import lcm

from bot.loyalty.causes import Cause
from bot.loyalty.expiry import Expiry
from bot.loyalty.gifts import Gifts
from bot.loyalty.guests import Guests
from bot.loyalty.partners import Partner
from bot.loyalty.referrals import BROUGHT, WAS_BROUGHT, Bonus, Referrals
from bot.loyalty.refunds import Refunds
from bot.loyalty.worth import PointsValue
from bot.wording.explaining.parts import Line, Reader, as_part, sentence

_SHOWN = 100


def friends(reader: Reader) -> Iterator[Line]:
    """Bringing friends, giving to them, and giving to causes."""
    if (text := bonuses(reader)) and (terms := reader.programme.one(Referrals)):
        yield Line("referrals", text)
        if limits := sentence(*_held(reader, terms)):
            yield Line("referrals", limits)
    gifts, t = reader.programme.one(Gifts), reader.t
    if gifts and gifts.daily_limit:
        limit = reader.points(gifts.daily_limit)
        yield Line("gifts", t.say("You may give other members up to {points} a day", points=limit))
    for cause in reader.programme.of(Cause).values():
        yield Line(f"causes.{cause.key}", _cause(reader, cause))


def bonuses(reader: Reader) -> str:
    """What both get when a friend comes; empty where nobody gets anything."""
    terms, t = reader.programme.one(Referrals), reader.t
    if terms is None:
        return ""
    yours, theirs = _bonus(reader, terms.bonus[BROUGHT]), _bonus(reader, terms.bonus[WAS_BROUGHT])
    if yours and theirs:
        return t.say(
            "After a friend's first purchase you get {yours}, and they get {theirs}.", yours=yours, theirs=theirs
        )
    if yours:
        return t.say("After a friend's first purchase you get {yours}.", yours=yours)
    return t.say("After a friend's first purchase they get {theirs}.", theirs=theirs) if theirs else ""


def friends_bonus(reader: Reader) -> str:
    """What was promised to the friend, as they read it themselves; empty where they get nothing."""
    terms, t = reader.programme.one(Referrals), reader.t
    theirs = _bonus(reader, terms.bonus[WAS_BROUGHT]) if terms else ""
    return t.say("A friend invited you: after your first purchase you get {theirs}.", theirs=theirs) if theirs else ""


def inviters_bonus(reader: Reader) -> str:
    """What the one who invites gets; empty where they get nothing."""
    terms = reader.programme.one(Referrals)
    return _bonus(reader, terms.bonus[BROUGHT]) if terms else ""


def _bonus(reader: Reader, bonus: Bonus) -> str:
    given = [reader.points(bonus.points)] if bonus.points else []
    if bonus.credit:
        given.append(reader.t.say("{money} of credit", money=reader.money(bonus.credit)))
    if reward := reader.programme.rewards.get(bonus.reward):
        given.append(reader.text(reward.names))
    return " + ".join(given)


def _held(reader: Reader, terms: Referrals) -> Iterator[str]:
    t, n = reader.t, terms.friends
    if terms.hold.days:
        yield t.plural("the bonus comes after {n} day", "the bonus comes after {n} days", terms.hold.days)
    if n and terms.per == "month":
        yield t.plural("for {n} friend a month", "for up to {n} friends a month", n)
    elif n and terms.per == "year":
        yield t.plural("for {n} friend a year", "for up to {n} friends a year", n)
    elif n:
        yield t.plural("for {n} friend in all", "for up to {n} friends in all", n)


def _cause(reader: Reader, cause: Cause) -> str:
    t, name, ours = reader.t, reader.text(cause.names), ""
    if cause.about:
        name = t.say("{cause} ({about})", cause=name, about=as_part(reader.text(cause.about)))
    if cause.per_purchase:
        ours = t.say("we give {money} for every purchase", money=reader.money(cause.per_purchase))
    return sentence(t.say("You may give points to: {cause}", cause=name), ours)


def terms(reader: Reader) -> Iterator[Line]:
    """When points end, what they are worth, and what a refund takes back."""
    t, programme = reader.t, reader.programme
    if value := programme.one(PointsValue):
        yield Line("points_value", _value(reader, value))
    yield Line("expiry", _expiry(reader, programme.one(Expiry)))
    if refunds := programme.one(Refunds):
        yield from _refunds(reader, refunds)
    if guests := programme.one(Guests):
        days = guests.claim_days
        yield Line("guests", t.plural(
            "What you bought up to {n} day before joining counts, if we know your phone or e-mail from it",
            "What you bought up to {n} days before joining counts, if we know your phone or e-mail from it", days,
        ))  # fmt: skip
    if partners := programme.of(Partner):
        names = reader.each(reader.text(partner.names) for partner in partners.values())
        yield Line("partners", t.say("Points are also earned and spent at {places}", places=names))


def _value(reader: Reader, value: PointsValue) -> str:
    """Of a hundred points, or of so many that it is a whole number of minor units."""
    numerator, denominator = value.point
    points = lcm(_SHOWN, denominator)
    worth = reader.money(points * numerator // denominator)
    return reader.t.say("{points} are worth {money}", points=reader.points(points), money=worth)


def _expiry(reader: Reader, rule: Expiry | None) -> str:
    t = reader.t
    if rule is None:
        return t.say("Points do not expire")
    if rule.months:
        return t.plural(
            "Points expire {n} month after they came", "Points expire {n} months after they came", rule.months
        )
    if rule.inactive_months:
        return t.plural(
            "Points expire after {n} month without a purchase",
            "Points expire after {n} months without a purchase",
            rule.inactive_months,
        )
    if not rule.end_of_year:
        return t.say("Points expire at the end of the year in which they came")
    return t.plural(
        "Points expire at the end of the year {n} year after they came",
        "Points expire at the end of the year {n} years after they came",
        rule.end_of_year,
    )


def _refunds(reader: Reader, rule: Refunds) -> Iterator[Line]:
    t = reader.t
    back = t.say("What a purchase brought goes back when it is refunded")
    debt = t.say("even below 0") if rule.below_zero else ""
    yield Line("refunds", sentence(back, debt))
    if rule.void_vouchers:
        yield Line("refunds", t.say("A voucher paid with such points ends, if it was not used"))
