"""Activities as they were told, with what the programme answered."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import BigInteger, bindparam, delete, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.loyalty.activity import Activity, Item
from bot.loyalty.member import Outcome
from bot.loyalty.refunds import REFUND
from bot.storage import sets
from bot.storage.ids import new_id
from bot.storage.tables import activities, news
from bot.storage.types import Instant, from_micros, to_micros

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
    "guest",
)
_TOLD = select(activities.c.source, activities.c.external_id, activities.c.outcomes).where(
    sets.AnyOf(activities.c.external_id, "ids"), sets.AnyOf(activities.c.source, "sources")
)

KEPT = select(
    activities.c.id,
    activities.c.member_id,
    activities.c.version,
    type_coerce(activities.c.recorded_at, BigInteger),
    activities.c.type,
    activities.c.source,
    activities.c.external_id,
    type_coerce(activities.c.occurred_at, BigInteger),
    activities.c.amount,
    activities.c.details,
    activities.c.location,
    activities.c.refunds,
).order_by(activities.c.id)
_OF_MEMBERS = KEPT.where(sets.AnyOf(activities.c.member_id, "ids"))
_OF_GUESTS = KEPT.where(
    sets.AnyOf(activities.c.guest, "guests"),
    activities.c.member_id == 0,
    activities.c.occurred_at >= bindparam("since", type_=Instant),
)
_OWNERS = select(activities.c.source, activities.c.external_id, activities.c.member_id, activities.c.guest).where(
    sets.AnyOf(activities.c.external_id, "ids"), sets.AnyOf(activities.c.source, "sources")
)
_NAMED = KEPT.where(sets.AnyOf(activities.c.external_id, "ids"), sets.AnyOf(activities.c.source, "sources"))
_REFUNDS = KEPT.where(
    activities.c.refunds.is_not(None),
    sets.AnyOf(activities.c.refunds, "ids"),
    sets.AnyOf(activities.c.source, "sources"),
)
_REMOVE = delete(activities).where(sets.AnyOf(activities.c.id, "ids"))

Name = tuple[str, str]
"""``(source, id)``: what makes an activity the same when told again."""


class Told(NamedTuple):
    """An activity that is new, decided upon under a version of the programme, and ready to be written.

    One of nobody who is known has the member_id 0, and in ``guest`` the address that it can be claimed by.
    """

    id: int
    member_id: int
    activity: Activity
    outcomes: Sequence[Outcome]
    version: int = 0
    guest: str = ""


class Kept(NamedTuple):
    """An activity as it was recorded, and the version of the programme that answered."""

    id: int
    member_id: int
    version: int
    recorded_at: datetime
    activity: Activity


class Owner(NamedTuple):
    """Whose an activity is; see ``Told``."""

    member_id: int
    guest: str


async def already_told(tx: AsyncConnection, names: Collection[Name]) -> dict[Name, list[Outcome]]:
    """What was answered to those that are known already."""
    parameters = {"ids": [name[1] for name in names], "sources": list({name[0] for name in names})}
    rows = await tx.execute(_TOLD, parameters)
    return {(row[0], row[1]): row[2] for row in rows}


async def of_members(tx: AsyncConnection, member_ids: Collection[int]) -> dict[int, list[Kept]]:
    """All that members did, in the order told."""
    found: dict[int, list[Kept]] = {member_id: [] for member_id in member_ids}
    for row in await tx.execute(_OF_MEMBERS, {"ids": list(member_ids)}):
        found[row[1]].append(kept(row))
    return found


async def of_guests(tx: AsyncConnection, guests: Collection[str], since: datetime) -> list[Kept]:
    """What guests with these addresses did since then, in the order told."""
    return [kept(row) for row in await tx.execute(_OF_GUESTS, {"guests": list(guests), "since": since})]


async def owners(tx: AsyncConnection, names: Collection[Name]) -> dict[Name, Owner]:
    """Whose the activities of these names are, as far as they are known."""
    parameters = {"ids": [name[1] for name in names], "sources": list({name[0] for name in names})}
    return {(row[0], row[1]): Owner(row[2], row[3] or "") for row in await tx.execute(_OWNERS, parameters)}


async def with_refunds(tx: AsyncConnection, names: Collection[Name]) -> dict[Name, tuple[Kept, list[Kept]]]:
    """Activities by name, those that are known, each with the refunds that name it."""
    if not names:
        return {}
    told = {"ids": [name[1] for name in names], "sources": list({name[0] for name in names})}
    rows = await tx.execute(_NAMED, told)
    found = {(one.activity.source, one.activity.id): (one, list[Kept]()) for one in map(kept, rows)}
    for refund in map(kept, await tx.execute(_REFUNDS, told)):
        name = (refund.activity.source, refund.activity.refunds)
        if name in found and name in names:
            found[name][1].append(refund)
    return {name: found[name] for name in names if name in found}


async def remove(tx: AsyncConnection, ids: Collection[int]) -> None:
    """Guests' activities, which are about to be recorded anew as a member's."""
    await tx.execute(_REMOVE, {"ids": list(ids)})


async def forget_guests(tx: AsyncConnection, before: datetime) -> int:
    """Take the address from guests' activities older than that; answers how many there were."""
    old = activities.c.guest.is_not(None) & (activities.c.occurred_at < before)
    return (await tx.execute(update(activities).where(old).values(guest=None))).rowcount


async def add(tx: sets.Writer, told: Sequence[Told], now: datetime, news_since: datetime) -> None:
    """Write activities; those since ``news_since`` are put before the campaigns as news."""
    at = to_micros(now)
    rows = [_row(one, at) for one in told]
    await sets.insert(tx, activities, _COLUMNS, rows)
    fresh = [
        (new_id(), one.member_id, one.id, to_micros(one.activity.occurred_at), "new")
        for one in told
        if one.activity.occurred_at >= news_since and one.member_id and one.activity.type != REFUND
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
        one.guest or None,
    )


def kept(row: Sequence[Any]) -> Kept:
    number, member_id, version, recorded, kind, source, name, occurred, amount, details, location, refunds = row
    told = details or {}
    items = tuple(Item(category, n, sku, named, price) for sku, named, category, n, price in told.get("items", ()))
    activity = Activity(
        kind,
        source,
        name,
        from_micros(occurred),
        amount,
        items,
        location,
        told.get("attributes") or None,
        refunds or "",
    )
    return Kept(number, member_id, version, from_micros(recorded), activity)


def _details(activity: Activity) -> str | None:
    if not activity.items and not activity.attributes:
        return None
    items = [[i.sku, i.name, i.category, i.quantity, i.price] for i in activity.items]
    return orjson.dumps({"items": items, "attributes": activity.attributes or {}}).decode()
