"""What of a purchase counts for earning: not gift cards, not what was paid with points, not the tax …"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import BeforeValidator, Field, model_validator

from bot.loyalty.activity import Activity, Item
from bot.loyalty.money import to_minor
from bot.loyalty.parts import Compiling, Part, Section, Words
from bot.loyalty.programme import Programme

Sum = Literal["paid_with_points", "paid_with_credit", "tax", "shipping", "tip"]
SUMS: tuple[Sum, ...] = ("paid_with_points", "paid_with_credit", "tax", "shipping", "tip")
"""Attributes of an activity that are sums of money, as decimal strings, contained in its amount."""


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


OneOrMore = Annotated[list[Words], BeforeValidator(_as_list), Field(min_length=1)]


class SelectionIn(Part):
    category: OneOrMore | None = None
    sku: OneOrMore | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.category is None and self.sku is None:
            raise ValueError('names no items; write category = "…" or sku = "…"')
        return self


@dataclass(frozen=True, slots=True)
class Selection:
    """Items of any of these categories, or with any of these SKUs."""

    categories: frozenset[str] = frozenset()
    skus: frozenset[str] = frozenset()

    def has(self, item: Item) -> bool:
        return item.category in self.categories or item.sku in self.skus


def selection(told: SelectionIn) -> Selection:
    return Selection(frozenset(told.category or ()), frozenset(told.sku or ()))


class BasisIn(Part):
    exclude: SelectionIn | None = None
    less: Annotated[list[Sum], Field(min_length=1)] | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """Items that earn nothing, and the sums that are taken off the amount."""

    exclude: Selection
    less: tuple[Sum, ...]


class Counted(NamedTuple):
    """What counts: ``amount`` in minor units, None when none was told, and the items."""

    amount: int | None
    items: tuple[Item, ...]

    def of(self, only: Selection | None) -> tuple[int, int]:
        """The money and the pieces of the items selected; of items without a price only the pieces are known."""
        if only is None:
            return max(self.amount or 0, 0), sum([item.quantity for item in self.items])
        if not self.items:
            return 0, 0
        items = [item for item in self.items if only.has(item)]
        money = sum(item.price or 0 for item in items)
        # A discount on the whole purchase is in its amount alone.
        return money if self.amount is None else min(money, max(self.amount, 0)), sum(item.quantity for item in items)


def counted(programme: Programme, activity: Activity) -> Counted:
    """What of an activity counts. An excluded item takes its price off the amount, when it has one."""
    basis = programme.one(Basis)
    if basis is None or not (activity.items or activity.attributes):
        return Counted(activity.amount, activity.items)
    out = [item for item in activity.items if basis.exclude.has(item)]
    items = tuple(item for item in activity.items if not basis.exclude.has(item)) if out else activity.items
    if activity.amount is None:
        return Counted(None, items)
    off = sum(item.price or 0 for item in out) + _less(basis, activity, programme.exponent)
    return Counted(max(activity.amount - off, 0), items)


def _less(basis: Basis, activity: Activity, exponent: int) -> int:
    told: Mapping[str, Any] = activity.attributes or {}
    return sum(_minor(told[name], exponent) for name in basis.less if name in told)


def _minor(value: object, exponent: int) -> int:
    # Checked where activities come in; what was recorded under other rules may be anything.
    if isinstance(value, bool) or not isinstance(value, str | int):
        return 0
    return max(_minor_of(str(value), exponent), 0)


@lru_cache(4096)
def _minor_of(text: str, exponent: int) -> int:
    try:
        return to_minor(text, exponent)
    except ValueError:
        return 0


def _basis(told: BasisIn, compiling: Compiling) -> Basis:
    exclude = selection(told.exclude) if told.exclude else Selection()
    return Basis(exclude, tuple(dict.fromkeys(told.less or ())))


SECTION = Section("basis", BasisIn, Basis, _basis, many=False)
