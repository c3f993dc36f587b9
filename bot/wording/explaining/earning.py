"""Rules of earning in words: ``1 point for every €1 you spend``."""

from collections.abc import Iterator

from bot.loyalty.basis import Basis, Selection
from bot.loyalty.caps import Cap
from bot.loyalty.earning import EarningRule
from bot.loyalty.member import CREDIT, POINTS
from bot.loyalty.prices import PriceRule
from bot.loyalty.ratios import ONE, lowest
from bot.loyalty.tiers import Tier
from bot.wording.explaining.conditions import VERIFIED, parts_of_all, told
from bot.wording.explaining.parts import Line, Reader, at_most, sentence, times
from bot.wording.typesetting import is_full_width


def earning(reader: Reader) -> Iterator[Line]:
    """A sentence for each way to earn, and one for what earns nothing."""
    for rule in reader.programme.of(EarningRule).values():
        yield Line(f"earning.{rule.key}", _rule(reader, rule))
    if _multipliers(reader) > 1:
        yield Line("earning", reader.t.say("Of several multipliers the highest counts"))
    basis = reader.programme.one(Basis)
    if basis and (nothing := [*_items(reader, basis.exclude), *_sums(reader, basis)]):
        yield Line("basis", reader.t.say("Earns nothing: {things}", things=reader.each(nothing)))


def prices(reader: Reader) -> Iterator[Line]:
    """What members pay less for."""
    t = reader.t
    for rule in reader.programme.of(PriceRule).values():
        price, items = reader.money(rule.price), reader.each(_items(reader, rule.items))
        text = t.say("{items}: {price} each", items=items, price=price)
        several = t.plural("from {n} piece", "from {n} pieces", rule.from_quantity) if rule.from_quantity > 1 else ""
        whom = t.say("for everybody") if rule.guests else t.say("for members")
        yield Line(f"prices.{rule.key}", sentence(text, several, whom, told(reader, *parts_of_all(rule.when))))


def _rule(reader: Reader, rule: EarningRule) -> str:
    conditions = parts_of_all(rule.when)
    verified = rule.on == "review" and VERIFIED in conditions
    if verified:
        conditions = [one for one in conditions if one != VERIFIED]
    head = _head(reader, rule, verified=verified)
    if when := told(reader, *conditions):
        runs_on = rule.multiply and rule.on == "purchase" and not is_full_width(reader.language)
        head = f"{head} {when}" if runs_on else f"{head}, {when}"
    return sentence(head, *_limits(reader, rule))


def _multipliers(reader: Reader) -> int:
    """How many, the tiers' among them, of which only one counts at a time."""
    rules = sum(rule.multiply is not None and not rule.stack for rule in reader.programme.of(EarningRule).values())
    return rules + any(tier.benefits.multiplier != ONE for tier in reader.programme.of(Tier).values())


def _head(reader: Reader, rule: EarningRule, *, verified: bool = False) -> str:
    """What is given, and for what."""
    if rule.multiply:
        more = _more(reader, rule)
        return more if rule.on == "purchase" else _for_activity(reader, rule, more, verified)
    t, items = reader.t, reader.either(_items(reader, rule.items)) if rule.items else ""
    if rule.per:
        text = _per_amount(reader, rule, items)
        return text if rule.on == "purchase" else f"{text} ({reader.word(rule.on)})"
    given = reader.of_wallet(rule.wallet, rule.points)
    if rule.per_item:
        return t.say("{points} for each item from {items}", points=given, items=items) if items else t.say(
            "{points} for each item", points=given
        )  # fmt: skip
    if rule.on == "purchase" and items:
        return t.say("{points} for every purchase with {items}", points=given, items=items)
    text = _for_activity(reader, rule, given, verified)
    return f"{text} ({items})" if items else text


def _per_amount(reader: Reader, rule: EarningRule, items: str) -> str:
    t = reader.t
    if rule.wallet == CREDIT:
        percent = f"{reader.decimal(lowest(100 * rule.points, rule.per))}%"
        if items:
            return t.say("{percent} of what you spend on {items} back as credit", percent=percent, items=items)
        return t.say("{percent} of your purchase back as credit", percent=percent)
    given, per = reader.points(rule.points), reader.money(rule.per)
    if items:
        return t.say("{points} for every {money} you spend on {items}", points=given, money=per, items=items)
    return t.say("{points} for every {money} you spend", points=given, money=per)


def _for_activity(reader: Reader, rule: EarningRule, given: str, verified: bool) -> str:
    t = reader.t
    match rule.on:
        case "purchase":
            return t.say("{points} for every purchase", points=given)
        case "visit":
            return t.say("{points} for every visit", points=given)
        case "signup":
            return t.say("{points} for joining", points=given)
        case "review" if verified:
            return t.say("{points} for a verified review", points=given)
        case "review":
            return t.say("{points} for a review", points=given)
        case "referral":
            return t.say("{points} for bringing a friend", points=given)
        case "social_share":
            return t.say("{points} for sharing about us", points=given)
        case "survey":
            return t.say("{points} for filling in a survey", points=given)
        case "video_watched":
            return t.say("{points} for watching a video", points=given)
        case "app_opened":
            return t.say("{points} for opening our app", points=given)
        case "plan_upgrade":
            return t.say("{points} for upgrading your plan", points=given)
        case "subscription":
            return t.say("{points} for subscribing", points=given)
    return t.say("{points} for: {activity}", points=given, activity=reader.word(rule.on))


def _more(reader: Reader, rule: EarningRule) -> str:
    t, by = reader.t, rule.multiply or (1, 1)
    every = {
        one.key: one for one in reader.programme.of(EarningRule).values() if one.on == rule.on and one.multiply is None
    }
    meant = [every[key] for key in rule.of if key in every] or list(every.values())
    if meant and all(one.wallet == CREDIT for one in meant):
        return t.say("{times} times the credit", times=reader.decimal(by))
    if by == (2, 1):
        return t.say("double points")
    if by == (3, 1):
        return t.say("triple points")
    return t.say("{times} times the points", times=reader.decimal(by))


def _limits(reader: Reader, rule: EarningRule) -> Iterator[str]:
    """What a rule asks besides, how often it gives and when."""
    t = reader.t
    if rule.minimum:
        least = t.say("at least {number}", number=reader.money(rule.minimum))
        yield t.say("if you spend {much}", much=least)
    if rule.round == "half_up":
        yield t.say("rounded to the nearest")
    if rule.round == "up":
        yield t.say("rounded up")
    if rule.once_per:
        yield _once_per(reader, rule.once_per)
    for cap in rule.caps:
        yield at_most(reader, _most(reader, rule, cap), cap.per)
    if rule.pending_days:
        yield t.plural("after {n} day", "after {n} days", rule.pending_days)
    if rule.awaiting:
        yield t.say("once it is confirmed")
    if rule.stack:
        yield t.say("on top of any other multiplier")
    if rule.of and (named := _named(reader, rule)):
        yield t.say("applies to: {rules}", rules="; ".join(named))


def _most(reader: Reader, rule: EarningRule, cap: Cap) -> str:
    return times(reader, cap.most) if cap.times else reader.of_wallet(rule.wallet, cap.most)


def _once_per(reader: Reader, thing: str) -> str:
    t = reader.t
    match thing:
        case "product":
            return t.say("once for each product")
        case "survey":
            return t.say("once for each survey")
        case "order":
            return t.say("once for each order")
    return t.say("once for each {thing}", thing=reader.word(thing))


def _named(reader: Reader, rule: EarningRule) -> list[str]:
    """What a multiplier makes more of, where that is not simply all points for the same."""
    rules = [one for one in reader.programme.of(EarningRule).values() if one.on == rule.on and one.multiply is None]
    named = [one for one in rules if one.key in rule.of]
    return [] if named == [one for one in rules if one.wallet == POINTS] else [_head(reader, one) for one in named]


def _items(reader: Reader, items: Selection) -> list[str]:
    return [*reader.words(items.categories), *reader.words(items.skus)]


def _sums(reader: Reader, basis: Basis) -> Iterator[str]:
    t = reader.t
    known = {
        "paid_with_points": t.say("what you pay with points"),
        "paid_with_credit": t.say("what you pay with credit"),
        "tax": t.say("tax"),
        "shipping": t.say("shipping"),
        "tip": t.say("tips"),
    }
    yield from (known[name] for name in basis.less)
