"""The copy of all that is kept about a member, as text for people: named, and with its sums of money as money."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.loyalty.member import CREDIT
from bot.loyalty.money import from_minor
from bot.loyalty.programme import Programme

_MONEY: Mapping[str, tuple[str, ...]] = {
    "standing": ("credit", "spent"),
    "activities": ("amount",),
    "donations": ("money",),
}
"""What is kept in minor units, by section."""
_OF_THE_WALLET: Mapping[str, tuple[str, ...]] = {
    "ledger": ("points", "short"),
    "lots": ("remaining",),
    "pending": ("points",),
    "redemptions": ("cost",),
}
"""What is kept in minor units where the wallet is that of credit."""
_ITEM = ("sku", "name", "category", "quantity", "price")
"""What the parts of an item are, in the order in which they are kept."""


def readable(data: Mapping[str, Any], programme: Programme) -> str:
    """A heading for each part, a line for each value that there is; ``data`` as ``personal_data`` answers it."""
    told = {
        name: [_row(programme, name, row) for row in part] if isinstance(part, list) else part
        for name, part in data.items()
    }
    return "\n".join(_part(told, "")) + "\n"


def _row(programme: Programme, section: str, row: Mapping[str, Any]) -> Mapping[str, Any]:
    sums = _MONEY.get(section, ()) + (_OF_THE_WALLET.get(section, ()) if row.get("wallet") == CREDIT else ())
    told = {**row, **{name: _sum(programme, row.get(name)) for name in sums}}
    if section == "activities" and row.get("details"):
        items = [dict(zip(_ITEM, item, strict=False)) for item in row["details"].get("items", ())]
        told["details"] = {
            **row["details"],
            "items": [{**item, "price": _sum(programme, item.get("price"))} for item in items],
        }
    return told


def _sum(programme: Programme, minor: Any) -> str | None:
    """``1136.50 EUR``; a number beyond what JSON holds exactly comes as text."""
    return None if minor is None else f"{from_minor(int(minor), programme.exponent)} {programme.currency}"


def _part(value: Any, indent: str) -> Iterator[str]:
    pairs = value.items() if isinstance(value, Mapping) else ((str(n), one) for n, one in enumerate(value, 1))
    for name, one in pairs:
        if isinstance(one, Mapping | list) and one:
            yield f"{indent}{name}:"
            yield from _part(one, indent + "  ")
        elif one not in (None, "", [], {}):
            yield f"{indent}{name}: {one}"
