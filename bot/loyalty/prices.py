"""Prices for members, and for many pieces at once: "3 pieces: 9.99 instead of 11.99"."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Self

from pydantic import model_validator

from bot.loyalty.activity import Activity, Item
from bot.loyalty.basis import OneOrMore, Selection
from bot.loyalty.conditions import Condition, ConditionIn, compile_condition
from bot.loyalty.member import Draft
from bot.loyalty.parts import Compiling, Key, Money, Part, Section, Whole


class PriceIn(Part):
    key: Key
    sku: OneOrMore | None = None
    category: OneOrMore | None = None
    from_quantity: Whole = 1
    price: Money
    guests: bool = False
    when: ConditionIn | None = None

    @model_validator(mode="after")
    def _some_items(self) -> Self:
        if self.sku is None and self.category is None:
            raise ValueError("needs sku or category, to say whose price it is")
        return self


@dataclass(frozen=True, slots=True)
class PriceRule:
    """One piece costs ``price`` (minor units) from ``from_quantity`` pieces of ``items`` in a purchase on."""

    key: str
    items: Selection
    from_quantity: int
    price: int
    guests: bool = False
    when: Condition | None = None


class Line(NamedTuple):
    """A line of a basket in minor units: ``total`` is what is to be paid, None when nobody knows its price."""

    item: Item
    discount: int
    total: int | None
    rule: str = ""


class Priced(NamedTuple):
    """A basket as a member buys it."""

    lines: tuple[Line, ...]
    discount: int
    total: int


def priced(draft: Draft, *, guest: bool) -> Priced | None:
    """The activity of the draft at the best price for each line, which is never above the one that was told.

    What was told as the amount of the whole loses what the lines do. None when there is no telling the total: there
    is no amount, and a line without a price.
    """
    activity = draft.activity
    rules = [
        rule
        for rule in draft.programme.of(PriceRule).values()
        if (rule.guests or not guest)
        and sum(item.quantity for item in activity.items if rule.items.has(item)) >= rule.from_quantity
        and (rule.when is None or rule.when.holds(draft))
    ]
    lines = tuple(_line(item, rules) for item in activity.items)
    discount = sum(line.discount for line in lines)
    if activity.amount is not None:
        return Priced(lines, discount, max(activity.amount - discount, 0))
    totals = [line.total for line in lines if line.total is not None]
    return Priced(lines, discount, sum(totals)) if lines and len(totals) == len(lines) else None


def _line(item: Item, rules: Iterable[PriceRule]) -> Line:
    best = min((rule for rule in rules if rule.items.has(item)), key=lambda rule: rule.price, default=None)
    if best is None:
        return Line(item, 0, item.price)
    total = best.price * item.quantity
    if item.price is None:
        return Line(item, 0, total, best.key)
    return Line(item, item.price - total, total, best.key) if total < item.price else Line(item, 0, item.price)


def as_bought(activity: Activity, basket: Priced) -> Activity:
    """The activity as it will be told when it was bought at these prices."""
    items = tuple(line.item._replace(price=line.total) for line in basket.lines)
    return activity._replace(amount=basket.total, items=items)


def _price(told: PriceIn, compiling: Compiling) -> PriceRule:
    return PriceRule(
        told.key,
        Selection(frozenset(told.category or ()), frozenset(told.sku or ())),
        told.from_quantity,
        compiling.minor(told.price, "price"),
        told.guests,
        compile_condition(told.when, compiling, "when"),
    )


SECTION = Section("prices", PriceIn, PriceRule, _price)
