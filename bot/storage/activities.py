"""Activities as they were told, with what the programme answered."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.loyalty.activity import Activity
from bot.loyalty.member import Outcome
from bot.storage import sets
from bot.storage.ids import new_id
from bot.storage.tables import activities, news
from bot.storage.types import to_micros

_COLUMNS = (
    "id",
    "source",
    "external_id",
    "type",
    "member_id",
    "occurred_at",
    "recorded_at",
    "amount",
    "location",
    "details",
    "outcomes",
    "version",
    "refunds",
)
_TOLD = select(activities.c.source, activities.c.external_id, activities.c.outcomes).where(
    sets.AnyOf(activities.c.external_id, "ids"), sets.AnyOf(activities.c.source, "sources")
)

Name = tuple[str, str]
"""``(source, id)``: what makes an activity the same when told again."""


class Told(NamedTuple):
    """An activity that is new, decided upon under a version of the programme, and ready to be written."""

    id: int
    member_id: int
    activity: Activity
    outcomes: Sequence[Outcome]
    version: int = 0


async def already_told(tx: AsyncConnection, names: Collection[Name]) -> dict[Name, list[Outcome]]:
    """What was answered to those that are known already."""
    parameters = {"ids": [name[1] for name in names], "sources": list({name[0] for name in names})}
    rows = await tx.execute(_TOLD, parameters)
    return {(row[0], row[1]): row[2] for row in rows}


async def add(tx: sets.Writer, told: Sequence[Told], now: datetime, news_since: datetime) -> None:
    """Write activities; those since ``news_since`` are put before the campaigns as news."""
    at = to_micros(now)
    rows = [_row(one, at) for one in told]
    await sets.insert(tx, activities, _COLUMNS, rows)
    fresh = [
        (new_id(), one.member_id, one.id, to_micros(one.activity.occurred_at), "new")
        for one in told
        if one.activity.occurred_at >= news_since
    ]
    await sets.insert(tx, news, ("id", "member_id", "activity_id", "at", "state"), fresh)


def _row(one: Told, at: int) -> tuple[Any, ...]:
    a = one.activity
    return (
        one.id,
        a.source,
        a.id,
        a.type,
        one.member_id,
        to_micros(a.occurred_at),
        at,
        a.amount,
        a.location,
        _details(a),
        orjson.dumps(one.outcomes).decode(),
        one.version,
        a.refunds or None,
    )


def _details(activity: Activity) -> str | None:
    if not activity.items and not activity.attributes:
        return None
    items = [[i.sku, i.name, i.category, i.quantity, i.price] for i in activity.items]
    return orjson.dumps({"items": items, "attributes": activity.attributes or {}}).decode()
