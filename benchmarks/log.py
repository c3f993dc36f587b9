"""The purchase log of a fashion shop, as its tills would export it, the same every time."""

import csv
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

PURCHASES = 30_000
CUSTOMERS = 10_000
TOLD_AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
"""When the log is imported: it tells of the eleven months before."""
_DAYS = 330
_KINDS = ("top", "bottom", "shoes", "accessories", "new_collection", "gift_card")


def write_file(path: Path, purchases: int = PURCHASES) -> None:
    """A third of the lines tell what was bought, the others only for how much; three purchases for each customer."""
    chance, customers = random.Random(7), purchases * CUSTOMERS // PURCHASES
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("source", "id", "type", "occurred_at", "amount", "currency", "member.external_id", "items"))
        for number in range(purchases):
            customer = min(int(chance.expovariate(10 / (3 * customers))), customers - 1)
            day = TOLD_AT - timedelta(days=_DAYS - number * _DAYS // purchases)
            when = f"{day:%Y-%m-%d}T{8 + number % 12:02}:30:00+01:00"
            items, cents = [], chance.randint(100, 9999)
            if number % 3 == 0:
                items = [_item(chance) for _ in range(chance.randint(1, 3))]
                cents = sum(price for _, price in items)
            told = json.dumps([item for item, _ in items]) if items else ""
            rows.writerow(("log", number, "purchase", when, f"{cents / 100:.2f}", "EUR", customer, told))


def _item(chance: random.Random) -> tuple[dict[str, object], int]:
    """One line of the receipt, and its price in cents."""
    kind, cents = chance.choice(_KINDS), chance.randint(900, 8999)
    told = {"sku": f"{kind}-{chance.randint(1, 90)}", "category": kind, "quantity": chance.randint(1, 2)}
    return {**told, "price": f"{cents / 100:.2f}"}, cents
