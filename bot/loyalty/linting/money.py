"""What rewards cost the business, in relation to the spend that buys them."""

from collections.abc import Iterator
from fractions import Fraction

from bot.loyalty.earning import EarningRule
from bot.loyalty.linting.findings import Finding, Terms, at, note, warning
from bot.loyalty.member import CREDIT, POINTS
from bot.loyalty.money import from_minor
from bot.loyalty.programme import Programme
from bot.loyalty.reward import Reward
from bot.loyalty.stamps import StampCard
from bot.loyalty.worth import PointsValue


def basic_rate(programme: Programme, basket: int) -> Fraction:
    """Points that everybody earns for a minor unit of spend; those for a whole purchase or visit by ``basket``."""
    rate = Fraction()
    for rule in programme.of(EarningRule).values():
        if rule.wallet != POINTS or rule.when or rule.items or rule.multiply or rule.once_per or rule.per_item:
            continue
        if rule.on == "purchase" and rule.per:
            rate += Fraction(rule.points, rule.per)
        elif rule.on in ("purchase", "visit"):
            rate += Fraction(rule.points, basket)
    return rate


def costs(programme: Programme, terms: Terms) -> Iterator[Finding]:
    """Rewards, cards and cash back that give away more than ``terms.most_percent``."""
    rate = basic_rate(programme, terms.basket)
    for reward in programme.rewards.values():
        if reward.cost and rate:
            yield from _reward(programme, reward, reward.cost / rate, terms)
    for card in programme.of(StampCard).values():
        if Fraction(100, card.need) > terms.most_percent:
            share = _percent(Fraction(1, card.need))
            yield warning(
                at(programme, StampCard, card.key, "need"),
                f"one for {card.need} gives away about {share} of what fills the card, more than "
                f"{terms.most_percent}%; ask for at least {-(-100 // terms.most_percent)} stamps",
            )
    for rule in programme.of(EarningRule).values():
        if rule.wallet == CREDIT and rule.per and Fraction(100 * rule.points, rule.per) > terms.most_percent:
            share = _percent(Fraction(rule.points, rule.per))
            yield warning(
                at(programme, EarningRule, rule.key, "give.credit"),
                f"gives {share} of the spend back, more than {terms.most_percent}%; lower it",
            )


def _reward(programme: Programme, reward: Reward, spend: Fraction, terms: Terms) -> Iterator[Finding]:
    place, value = at(programme, Reward, reward.key, "cost.points"), worth_of(programme, reward, terms.basket)
    bought_by = _money(programme, spend)
    if value is None:
        yield note(
            place,
            f"{bought_by} of spend buys it, but nobody knows what it is worth; say in [points_value] what a point is",
        )
    elif 100 * value > terms.most_percent * spend:
        least = -(-100 * value * reward.cost // (terms.most_percent * spend))
        yield warning(
            place,
            f"worth {_money(programme, value)} for {bought_by} of spend: {_percent(value / spend)}, more than "
            f"{terms.most_percent}%; ask for at least {least} points, or give less",
        )


def worth_of(programme: Programme, reward: Reward, basket: int) -> Fraction | None:
    """What it is worth in minor units: its value, its share of a typical basket, or its points'; None: unknown."""
    if reward.value:
        return Fraction(reward.value)
    if reward.percent:
        return Fraction(reward.percent * basket, 10_000)
    value = programme.one(PointsValue)
    return None if value is None else Fraction(*value.point) * reward.cost


def _money(programme: Programme, minor: Fraction) -> str:
    return f"{from_minor(round(minor), programme.exponent)} {programme.currency}"


def _percent(share: Fraction) -> str:
    return f"{float(100 * share):.3g}%"
