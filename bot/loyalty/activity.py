"""An activity as the engine sees it: checked, in minor units, aware of its time."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

Attributes = Mapping[str, str | int | float | bool | None]
INTERNAL = "regulars"
"""The source of what the programme tells itself, such as a sign-up; nobody outside may use it."""


# Named tuples, here and in ``member``: they are made by the thousand, several times faster than frozen dataclasses.
class Item(NamedTuple):
    """One line of a purchase; ``price`` of the line in minor units, None when not told."""

    category: str
    quantity: int
    sku: str = ""
    name: str = ""
    price: int | None = None


class Activity(NamedTuple):
    """Something a customer did, identified by ``source`` + ``id``; ``amount`` in minor units.

    ``refunds`` is the id (of the same source) of the purchase that a refund takes back.
    """

    type: str
    source: str
    id: str
    occurred_at: datetime
    amount: int | None = None
    items: tuple[Item, ...] = ()
    location: str = ""
    attributes: Attributes | None = None
    refunds: str = ""
