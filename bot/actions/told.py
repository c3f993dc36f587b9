"""What was told of an activity, as the programme counts it: in its currency, in minor units, at a time that can be."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.actions.intake import MOST_UNITS, ActivityIn, ItemIn, QuoteIn
from bot.errors import BadInput, Fault
from bot.loyalty.activity import Activity, Item
from bot.loyalty.basis import Basis
from bot.loyalty.money import from_minor, to_minor
from bot.loyalty.programme import Programme
from bot.loyalty.refunds import REFUND

_LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
_MOST_MONEY = 10**12
"""In minor units; with the most points that a programme may give for one, sums stay within 63 bits."""


def as_activity(told: ActivityIn | QuoteIn, programme: Programme, now: datetime, latest: datetime) -> Activity:
    """What was told, in the programme's currency and minor units; the id of a quote is empty.

    Raises:
        BadInput: for money the programme cannot take, or a time after ``latest``.
    """
    faults: list[Fault] = []
    if told.currency is not None and told.currency != programme.currency:
        faults.append(
            Fault("currency", f'"{told.currency}" is not used here; this programme counts in {programme.currency}')
        )
    refunds = told.refunds if isinstance(told, ActivityIn) else None
    if told.type == REFUND and refunds is None:
        faults.append(Fault("refunds", "is missing; write the id of what is taken back"))
    elif told.type != REFUND and refunds is not None:
        faults.append(Fault("refunds", f'is for activities of the type "{REFUND}"'))
    occurred_at = told.occurred_at or now
    if occurred_at > latest:
        faults.append(Fault("occurred_at", "lies in the future; check the clock of the sender"))
    elif occurred_at < _LONG_AGO:
        faults.append(Fault("occurred_at", "lies before 1900; check the clock of the sender"))
    amount = _minor(told.amount, "amount", programme.exponent, faults)
    if amount == 0 and told.type == REFUND:
        faults.append(Fault("amount", "must be more than 0; leave it out to take back the whole"))
    items = _items(told.items, programme.exponent, faults) if told.items else ()
    if told.attributes:
        _check_sums(told.attributes, programme, faults)
    if faults:
        raise BadInput(faults)
    return Activity(
        told.type,
        told.source,
        told.id if isinstance(told, ActivityIn) else "",
        occurred_at,
        amount,
        items,
        told.location or "",
        told.attributes or None,
        refunds or "",
    )


def _check_sums(attributes: Mapping[str, Any], programme: Programme, faults: list[Fault]) -> None:
    """Attributes that the programme counts as sums of money are kept as told, and must be what can be counted with."""
    basis = programme.one(Basis)
    for name in basis.less if basis else ():
        value = attributes.get(name)
        if isinstance(value, bool | float):
            faults.append(Fault(f"attributes.{name}", 'write money as a decimal string such as "12.99"'))
        elif value is not None:
            _minor(str(value), f"attributes.{name}", programme.exponent, faults)


def _items(told: Sequence[ItemIn], exponent: int, faults: list[Fault]) -> tuple[Item, ...]:
    if sum(item.quantity for item in told) > MOST_UNITS:
        faults.append(Fault("items", f"are more than {MOST_UNITS} units"))
    return tuple(
        Item(
            i.category or "",
            i.quantity,
            i.sku or "",
            i.name or "",
            _minor(i.price, f"items.{n}.price", exponent, faults),
        )
        for n, i in enumerate(told)
    )


def _minor(text: str | None, at: str, exponent: int, faults: list[Fault]) -> int | None:
    if text is None:
        return None
    try:
        minor = to_minor(text, exponent)
    except ValueError as error:
        faults.append(Fault(at, str(error)))
        return None
    if minor < 0:
        faults.append(Fault(at, "must not be negative; send a refund instead"))
    elif minor > _MOST_MONEY:
        faults.append(Fault(at, f"is more than {from_minor(_MOST_MONEY, exponent)}; check the decimals"))
    return minor
