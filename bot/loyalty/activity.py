"""An activity as the engine sees it: checked, in minor units, aware of its time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a purchase; ``price`` of the line in minor units, None when not told."""

    category: str
    quantity: int
    sku: str = ""
    name: str = ""
    price: int | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """Something a customer did, identified by ``source`` + ``id``; ``amount`` in minor units."""

    type: str
    source: str
    id: str
    occurred_at: datetime
    amount: int | None = None
    items: tuple[Item, ...] = ()
    location: str = ""
    attributes: Mapping[str, str | int | float | bool | None] | None = None
