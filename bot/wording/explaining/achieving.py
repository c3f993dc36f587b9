"""Stamp cards, challenges, streaks and badges in words: what it takes and what it brings."""

from collections.abc import Iterator, Sequence

from bot.loyalty.badges import Badge
from bot.loyalty.challenges import Challenge
from bot.loyalty.condition import DAYS, Condition, FirstPurchase, OneOf
from bot.loyalty.prizes import Level
from bot.loyalty.stamps import StampCard
from bot.loyalty.streaks import Streak
from bot.loyalty.windows import Window
from bot.wording.challenges import brings, is_days_of_a_week
from bot.wording.explaining.conditions import parts_of_all, told
from bot.wording.explaining.parts import Line, Reader, as_part, sentence


def cards(reader: Reader) -> Iterator[Line]:
    for card in reader.programme.of(StampCard).values():
        text = reader.t.say("{name}: {text}", name=reader.text(card.names), text=card_in_words(reader, card))
        yield Line(f"stamp_cards.{card.key}", text)


def card_in_words(reader: Reader, card: StampCard) -> str:
    """What is a stamp, and what a full card brings."""
    t, reward = reader.t, reader.text(reader.programme.rewards[card.reward].names)
    full = t.say("{count} stamps bring you: {reward}", count=card.need, reward=reward)
    unpaid = t.say("what is free does not count") if card.paid_only else ""
    ends = card.expires_months
    gone = t.plural("gone {n} month after the last stamp", "gone {n} months after the last stamp", ends) if ends else ""
    return "; ".join(part for part in (full, _stamp(reader, card), _when(reader, card.when), unpaid, gone) if part)


def _stamp(reader: Reader, card: StampCard) -> str:
    t = reader.t
    if card.whole:
        return t.say("a stamp for every visit") if card.on == "visit" else t.say("a stamp for every purchase")
    items = [reader.word(name) for name in (card.category, card.sku) if name]
    return t.say("a stamp for each: {items}", items=" ".join(items)) if items else t.say("a stamp for each item")


def challenges(reader: Reader) -> Iterator[Line]:
    for challenge in reader.programme.of(Challenge).values():
        named = reader.t.say(
            "{name}: {text}", name=reader.text(challenge.names), text=challenge_in_words(reader, challenge)
        )
        yield Line(f"challenges.{challenge.key}", named)
    for streak in reader.programme.of(Streak).values():
        named = reader.t.say("{name}: {text}", name=reader.text(streak.names), text=streak_in_words(reader, streak))
        yield Line(f"streaks.{streak.key}", named)
    for badge in reader.programme.of(Badge).values():
        if badge.on:
            named = reader.t.say("{name}: {text}", name=reader.text(badge.names), text=_badge(reader, badge))
            yield Line(f"badges.{badge.key}", named)


def challenge_in_words(reader: Reader, challenge: Challenge) -> str:
    """What a challenge asks for and what it brings."""
    t, levels = reader.t, challenge.levels
    if is_days_of_a_week(challenge) and challenge.when is None and challenge.on == ("purchase",):
        return t.say(
            "Come on {count} different days of one week and earn the badge: {badge}",
            count=challenge.reach,
            badge=reader.text(reader.programme.of(Badge)[challenge.badge].names),
        )
    goals = [_level(reader, _goal(reader, challenge, level.reach), _prize(reader, level)) for level in levels]
    more = (
        _window(reader, challenge.window),
        _when(reader, challenge.when),
        t.say("as often as you like") if challenge.repeat == "always" else "",
        t.say("only for who takes part") if challenge.opt_in else "",
    )
    about = as_part(reader.text(challenge.about)) if challenge.about else ""
    return "; ".join(part for part in (about, *goals, *more) if part)


def _prize(reader: Reader, level: Level) -> str:
    return brings(reader.programme, level.prize, reader.language)


def _level(reader: Reader, goal: str, prize: str) -> str:
    return reader.t.say("{goal} bring you: {prize}", goal=goal, prize=prize)


def _goal(reader: Reader, challenge: Challenge, reach: int) -> str:
    """``3 purchases``, ``€100 spent on tea``, ``5 days in a row``."""
    t, goal = reader.t, challenge.goal
    what, items = _activities(reader, challenge.on), reader.each(reader.words(goal.categories | goal.skus))
    match goal.kind, goal.of:
        case "count", _:
            return _count(reader, challenge.on, reach)
        case "sum", "amount":
            spent = reader.money(reach)
            if items:
                return t.say("{money} spent on {items}", money=spent, items=items)
            return t.say("{money} spent", money=spent)
        case "sum", _:
            return t.plural("{n} piece bought", "{n} pieces bought", reach) + (f" ({items})" if items else "")
        case "set", _ if reach < len(goal.among):
            return t.plural("{n} of {things}", "{n} of {things}", reach, things=reader.each(reader.words(goal.among)))
        case "set", _:
            return t.say("all of {things}", things=reader.each(reader.words(goal.among)))
        case "distinct", "day":
            text = t.plural("{n} different day", "{n} different days", reach)
        case "distinct", "location":
            text = t.plural("{n} different place", "{n} different places", reach)
        case "distinct", "category":
            text = t.plural("{n} different category", "{n} different categories", reach)
        case "distinct", _:
            text = t.plural("{n} different product", "{n} different products", reach)
        case _, unit:
            text = _in_a_row(reader, unit, reach)
    return text if what == t.say("purchase") else f"{text} ({what})"


def _in_a_row(reader: Reader, unit: str, n: int) -> str:
    if unit == "week":
        return reader.t.plural("{n} week in a row", "{n} weeks in a row", n)
    return reader.t.plural("{n} day in a row", "{n} days in a row", n)


def _count(reader: Reader, on: Sequence[str], n: int) -> str:
    t = reader.t
    match tuple(on):
        case ("purchase",):
            return t.plural("{n} purchase", "{n} purchases", n)
        case ("visit",):
            return t.plural("{n} visit", "{n} visits", n)
        case ("review",):
            return t.plural("{n} review", "{n} reviews", n)
    return f"{reader.number(n)} × {_activities(reader, on)}"


def _activities(reader: Reader, on: Sequence[str]) -> str:
    t = reader.t
    known = {"purchase": t.say("purchase"), "visit": t.say("visit"), "review": t.say("review")}
    return reader.either(known.get(one) or reader.word(one) for one in on)


def _window(reader: Reader, window: Window) -> str:
    t, first, last = reader.t, window.first, window.last
    if window.each:
        return t.say("within one week") if window.each == "week" else t.say("within one month")
    if window.days:
        return t.plural("in the first {n} day after joining", "in the first {n} days after joining", window.days)
    if first and last:
        return t.say("from {first} to {last}", first=reader.day(first), last=reader.day(last))
    if first:
        return t.say("from {day}", day=reader.day(first))
    return t.say("until {day}", day=reader.day(last)) if last else ""


def _when(reader: Reader, when: Condition | None) -> str:
    return told(reader, *parts_of_all(when))


def streak_in_words(reader: Reader, streak: Streak) -> str:
    """How long a row it takes, and what it brings."""
    t, terms = reader.t, streak.terms
    levels = [
        _level(reader, _in_a_row(reader, streak.unit, level.reach), _prize(reader, level)) for level in streak.levels
    ]
    open_on = frozenset(DAYS[n] for n in terms.calendar.weekdays)
    days = told(reader, OneOf("weekday", open_on)) if len(open_on) < len(DAYS) else ""
    forgiven = t.plural("{n} miss is forgiven", "{n} misses are forgiven", terms.freezes) if terms.freezes else ""
    more = (days and t.say("counted {days}", days=days), _when(reader, streak.when), forgiven)
    what = "" if streak.on == ("purchase",) else t.say("for {activities}", activities=_activities(reader, streak.on))
    return "; ".join([*levels, *[part for part in (what, *more) if part]])


def _badge(reader: Reader, badge: Badge) -> str:
    """What its own rule asks for."""
    t, when = reader.t, _when(reader, badge.when)
    named = [reader.text(name) for name in badge.levels]
    counts = [_count(reader, badge.on, n) for n in badge.reaches]
    levels = [f"{name}: {count}" for name, count in zip(named, counts, strict=False)]
    what = "; ".join(levels) or t.say("for {activities}", activities=_activities(reader, badge.on))
    # A condition such as "for your first purchase" says by itself what it is for.
    whole = not levels and badge.when == FirstPurchase()
    period = {"year": t.say("anew each year"), "month": t.say("anew each month")}.get(badge.period or "", "")
    return sentence("" if whole else what, when, period)
