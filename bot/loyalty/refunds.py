"""Refunds: what is left of an activity, and how what it brought is taken back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import BadInput, Conflict, Fault, RegularsError
from bot.loyalty.activity import Activity, Attributes, Item
from bot.loyalty.basis import SUMS
from bot.loyalty.money import from_minor, to_minor
from bot.loyalty.parts import Compiling, Part, Section

REFUND = "refund"
WAITING = "refunds"
"""Where a member's progress names what was refunded before it was told, ``[[source, id], …]``."""


class RefundsIn(Part):
    below_zero: bool = False
    void_vouchers: bool = True


@dataclass(frozen=True, slots=True)
class Refunds:
    """With ``below_zero`` points that were spent already make a debt; without, what is not there is let go."""

    below_zero: bool
    void_vouchers: bool


def left_of(told: Activity, refunds: Iterable[Activity], exponent: int) -> Activity | None:
    """What is left of an activity after refunds, in whatever order they came; None when nothing is.

    They take no more than there is. Items without a price give no money back, unless the refund says how much; when
    the last of them is back, all is.
    """
    refunds = list(refunds)
    if not refunds:
        return told
    if any(refund.amount is None and not refund.items for refund in refunds):
        return None
    money, items, vague = 0, told.items, False
    for refund in refunds:
        items, worth = _without(items, refund.items)
        money += worth if refund.amount is None else refund.amount
        vague = vague or refund.amount is None
    amount = None if told.amount is None else max(told.amount - money, 0)
    all_back = bool(told.items) and not items
    unknown = vague and any(line.price is None for line in told.items)
    if (told.amount and not amount) or (all_back and (unknown or not amount)):
        return None
    return told._replace(amount=amount, items=items, attributes=_scaled(told, amount, exponent))


def refused(left: Activity | None, told: Activity, refund: Activity, exponent: int) -> RegularsError | None:
    """Why a refund cannot be of ``told``, of which this is left; None when it can."""
    if left is None:
        return Conflict(f'nothing is left of "{told.id}" to take back', left="0")
    if refund.amount is not None and refund.amount > (left.amount or 0):
        rest = from_minor(left.amount or 0, exponent)
        return Conflict(f'only {rest} is left of "{told.id}" to take back', left=rest)
    strange = [n for n, item in enumerate(refund.items) if not any(_is(item, line) for line in told.items)]
    if strange:
        return BadInput([Fault(f"items.{n}", f'was not bought with "{told.id}"') for n in strange])
    rest_of, items = left.items, refund.items
    for n, item in enumerate(items):
        there = sum(line.quantity for line in rest_of if _is(item, line))
        if item.quantity > there:
            return Conflict(f'items.{n}: only {there} of these are left of "{told.id}" to take back', left=str(there))
        rest_of, _ = _without(rest_of, (item,))
    return None


def _is(item: Item, line: Item) -> bool:
    """The item of a refund names a line of the purchase: by all that it says."""
    return (
        (not item.sku or item.sku == line.sku)
        and (not item.name or item.name == line.name)
        and (not item.category or item.category == line.category)
    )


def _without(lines: Sequence[Item], items: Sequence[Item]) -> tuple[tuple[Item, ...], int]:
    """The lines less the items, and what these were worth."""
    rest, money = list(lines), 0
    for item in items:
        wanted, worth = item.quantity, 0
        # A line that is named in full comes before those that are only like it.
        for n in sorted(range(len(rest)), key=lambda n: rest[n][:1] + rest[n][2:4] != item[:1] + item[2:4]):
            line = rest[n]
            if wanted and line.quantity and _is(item, line):
                taken = min(wanted, line.quantity)
                # Of what is left, so that the last one takes the cent that does not divide.
                price = None if line.price is None else line.price * taken // line.quantity
                worth += price or 0
                wanted -= taken
                rest[n] = line._replace(
                    quantity=line.quantity - taken, price=None if line.price is None else line.price - (price or 0)
                )
        money += worth if item.price is None else item.price
    return tuple(line for line in rest if line.quantity), money


def _scaled(told: Activity, amount: int | None, exponent: int) -> Attributes | None:
    """Sums contained in the amount, such as its tax, shrink with it."""
    if not told.attributes or not told.amount or amount == told.amount:
        return told.attributes
    changed: dict[str, Any] = {}
    for name in SUMS:
        value = told.attributes.get(name)
        try:
            minor = to_minor(str(value), exponent) if isinstance(value, str | int) else None
        except ValueError:
            continue
        if minor is not None:
            changed[name] = from_minor(minor * (amount or 0) // told.amount, exponent)
    return {**told.attributes, **changed} if changed else told.attributes


def _refunds(told: RefundsIn, compiling: Compiling) -> Refunds:
    return Refunds(told.below_zero, told.void_vouchers)


SECTION = Section("refunds", RefundsIn, Refunds, _refunds, many=False, always=True)
