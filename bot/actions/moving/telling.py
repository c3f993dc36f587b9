"""Activities to a CSV file, in the columns that ``activities import`` reads."""

import csv
from typing import TextIO

import orjson

from bot.actions.core import Core
from bot.actions.recording.within import INTERNAL
from bot.loyalty.activity import Activity
from bot.loyalty.money import from_minor
from bot.loyalty.programme import Programme
from bot.storage import activity_log
from bot.storage.activity_log import Line

COLUMNS = (
    "source",
    "id",
    "type",
    "occurred_at",
    "amount",
    "currency",
    "location",
    "member.code",
    "member.phone",
    "member.email",
    "items",
    "refunds",
    "attributes",
)


async def export_activities(core: Core, out: TextIO) -> int:
    """Write all activities that were told from outside, in the order told; answers how many."""
    file, done = csv.writer(out, lineterminator="\n"), 0
    file.writerow(COLUMNS)
    async with core.database.read() as tx:
        programme = await core.programmes.current(tx)
        async for chunk in activity_log.lines(tx, INTERNAL):
            file.writerows(_row(line, programme) for line in chunk)
            done += len(chunk)
    return done


def _row(line: Line, programme: Programme) -> list[str]:
    activity = line.activity
    kind, _, address = line.guest.partition(":")
    told = {
        "source": activity.source,
        "id": activity.id,
        "type": activity.type,
        "occurred_at": activity.occurred_at.isoformat(),
        "amount": "" if activity.amount is None else from_minor(activity.amount, programme.exponent),
        "currency": programme.currency if activity.amount is not None else "",
        "location": activity.location,
        "member.code": line.code,
        f"member.{kind}": address,
        "items": _items(activity, programme),
        "refunds": activity.refunds,
        "attributes": orjson.dumps(activity.attributes).decode() if activity.attributes else "",
    }
    return [told.get(name, "") for name in COLUMNS]


def _items(activity: Activity, programme: Programme) -> str:
    if not activity.items:
        return ""
    told = [
        {
            name: value
            for name, value in (
                ("sku", item.sku),
                ("name", item.name),
                ("category", item.category),
                ("quantity", item.quantity),
                ("price", None if item.price is None else from_minor(item.price, programme.exponent)),
            )
            if value not in ("", None)
        }
        for item in activity.items
    ]
    return orjson.dumps(told).decode()
