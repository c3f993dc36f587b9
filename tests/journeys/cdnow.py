"""The purchases of a real shop, as a file to import, and their sums made independently of everything that is tested."""

import csv
import lzma
from collections import Counter
from decimal import Decimal
from itertools import islice
from pathlib import Path

import orjson
from sqlalchemy import select

from bot.storage.tables import members, standings
from tests.journeys.world import ROOT, Town

PURCHASES, CUSTOMERS = 69_659, 23_570
_LOG = ROOT / "tests/data/cdnow.csv.xz"
_HEADER = ("source", "id", "type", "occurred_at", "amount", "currency", "member.external_id")


def rows(most: int = PURCHASES) -> list[dict[str, str]]:
    """The first purchases of the log."""
    with lzma.open(_LOG, "rt", encoding="utf-8") as file:
        return list(islice(csv.DictReader(file), most))


def sums(purchases: list[dict[str, str]]) -> Counter[str]:
    """The points of each customer: one for each whole unit of each purchase."""
    points: Counter[str] = Counter()
    for row in purchases:
        points[row["customer"]] += int(Decimal(row["value"]))
    return points


def write_csv(purchases: list[dict[str, str]], path: Path) -> Path:
    """A file for ``regulars activities import``. Rows may be equal, so their numbers are their names."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADER)
        writer.writerows(
            ("cdnow", n, "purchase", _noon(row), row["value"], "EUR", row["customer"])
            for n, row in enumerate(purchases, 1)
        )
    return path


def ndjson(purchases: list[dict[str, str]]) -> bytes:
    """The same for ``POST /api/v1/activities/batch``."""
    fixed = {"source": "cdnow", "type": "purchase", "currency": "EUR"}
    lines = (
        fixed
        | {"id": str(n), "occurred_at": _noon(row), "amount": row["value"]}
        | {"member": {"external_id": row["customer"]}}
        for n, row in enumerate(purchases, 1)
    )
    return b"".join(orjson.dumps(line) + b"\n" for line in lines)


async def balances(town: Town) -> Counter[str]:
    """The points of each member by their external id."""
    query = select(members.c.external_id, standings.c.points).join(standings, standings.c.member_id == members.c.id)
    async with town.database.read() as tx:
        return Counter({row[0]: row[1] for row in await tx.execute(query)})


def _noon(row: dict[str, str]) -> str:
    day = row["date"]
    return f"{day[:4]}-{day[4:6]}-{day[6:]}T12:00:00+00:00"
