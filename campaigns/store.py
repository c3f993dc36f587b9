"""What campaigns write: runs, touches, and bonuses on the ledger."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Insert, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.loyalty.member import MemberState
from bot.loyalty.programme import Programme
from bot.storage import ledger, sets, standings
from bot.storage.ids import new_id
from bot.storage.ledger import Entry
from bot.storage.members import Address
from bot.storage.tables import addresses, inbound, runs, touches


@dataclass(frozen=True, slots=True)
class Touch:
    """That a member was thought of: a message, or the reason why there is none."""

    member_id: int
    slot: str
    message_id: int | None
    suppressed: str
    points: int


def _insert_new(table: Any, *returning: Any) -> Mapping[str, Insert]:
    return {
        "sqlite": sqlite.insert(table).on_conflict_do_nothing().returning(*returning),
        "postgresql": postgresql.insert(table).on_conflict_do_nothing().returning(*returning),
    }


_NEW_TOUCHES = _insert_new(touches, touches.c.member_id)
_NEW_RUN = _insert_new(runs, runs.c.id)
_RUN = select(runs.c.id).where(runs.c.campaign == bindparam("key"), runs.c.slot == bindparam("name")).with_for_update()
_COUNT = (
    update(runs)
    .where(runs.c.id == bindparam("run"))
    .values(
        audience=runs.c.audience + bindparam("more_audience"),
        queued=runs.c.queued + bindparam("more_queued"),
        suppressed=runs.c.suppressed + bindparam("more_suppressed"),
    )
)
_ADDRESSES = select(addresses).where(sets.AnyOf(addresses.c.member_id, "ids"))


async def open_run(tx: AsyncConnection, campaign: str, slot: str, now: datetime) -> int:
    """The run of a slot, made by whoever comes first and held until the transaction ends."""
    new = {"id": new_id(), "campaign": campaign, "slot": slot, "started_at": now}
    await tx.execute(_NEW_RUN[tx.dialect.name], [new | {"audience": 0, "queued": 0, "suppressed": 0}])
    return int((await tx.execute(_RUN, {"key": campaign, "name": slot})).scalar_one())


async def count(tx: AsyncConnection, run_id: int, queued: int, suppressed: int) -> None:
    """Add to what a run has done."""
    more = {"more_audience": queued + suppressed, "more_queued": queued, "more_suppressed": suppressed}
    await tx.execute(_COUNT, more | {"run": run_id})


async def add_touches(
    tx: AsyncConnection, campaign: str, run_id: int, planned: Sequence[Touch], now: datetime
) -> set[int]:
    """Write touches; answers the members who were not touched before in their slot: only they count."""
    if not planned:
        return set()
    rows = [
        {
            "campaign": campaign,
            "member_id": touch.member_id,
            "slot": touch.slot,
            "run_id": run_id,
            "message_id": touch.message_id,
            "suppressed": touch.suppressed,
            "points": touch.points,
            "at": now,
        }
        for touch in planned
    ]
    return set((await tx.execute(_NEW_TOUCHES[tx.dialect.name], rows)).scalars())


async def ways_to(tx: AsyncConnection, member_ids: Collection[int]) -> dict[int, list[Address]]:
    """The addresses of members."""
    found: dict[int, list[Address]] = {}
    for row in await tx.execute(_ADDRESSES, {"ids": list(member_ids)}):
        way = Address(row.channel, row.address, row.marketing, row.stopped_at, row.gone_at, row.notices)
        found.setdefault(row.member_id, []).append(way)
    return found


_HEARD = (
    select(addresses.c.member_id, func.max(inbound.c.at))
    .join(inbound, (inbound.c.channel == addresses.c.channel) & (inbound.c.address == addresses.c.address))
    .where(addresses.c.channel == bindparam("on"), sets.AnyOf(addresses.c.member_id, "ids"))
    .group_by(addresses.c.member_id)
)


async def heard(tx: AsyncConnection, channel: str, member_ids: Collection[int]) -> dict[int, datetime]:
    """When members last wrote on a channel, of those who ever did."""
    return {row[0]: row[1] for row in await tx.execute(_HEARD, {"on": channel, "ids": list(member_ids)})}


async def credit(
    tx: AsyncConnection,
    programme: Programme,
    campaign: str,
    run_id: int,
    points: int,
    states: Mapping[int, MemberState],
    now: datetime,
) -> None:
    """Give each member the bonus; ``states`` are theirs before it, locked."""
    given = {
        member_id: ledger.credit(
            programme, state, Entry(new_id(), member_id, "bonus", points, f"campaign:{campaign}", run_id, now)
        )
        for member_id, state in states.items()
    }
    await ledger.post(tx, [line for _, line in given.values()])
    await standings.save(tx, {member_id: state for member_id, (state, _) in given.items()})
