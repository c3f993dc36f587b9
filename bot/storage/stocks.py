"""How many of a reward are taken, and who waits for one to come free."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import sets
from bot.storage.tables import stocks, waiting
from bot.storage.types import to_micros

_IN_ORDER = (waiting.c.at, waiting.c.member_id)


async def taken(tx: AsyncConnection, rewards: Collection[str]) -> dict[str, int]:
    """How many of each are taken."""
    if not rewards:
        return {}
    query = select(stocks.c.reward, stocks.c.taken).where(sets.AnyOf(stocks.c.reward, "rewards"))
    return {row[0]: row[1] for row in await tx.execute(query, {"rewards": list(rewards)})}


async def take(tx: AsyncConnection, reward: str, most: int) -> bool:
    """Take one of ``most``; answers whether there was one. Exact however many ask at once."""
    await sets.insert(tx, stocks, ("reward", "taken"), [(reward, 0)], or_skip=True)
    one = update(stocks).where(stocks.c.reward == reward, stocks.c.taken < most).values(taken=stocks.c.taken + 1)
    return bool((await tx.execute(one)).rowcount)


async def put_back(tx: AsyncConnection, reward: str) -> None:
    """One that was taken is there again."""
    one = update(stocks).where(stocks.c.reward == reward, stocks.c.taken > 0).values(taken=stocks.c.taken - 1)
    await tx.execute(one)


async def join_line(tx: AsyncConnection, reward: str, member_id: int, now: datetime) -> int:
    """Stand in line, once; answers the place, 1 being the first."""
    row = (reward, member_id, to_micros(now))
    await sets.insert(tx, waiting, ("reward", "member_id", "at"), [row], or_skip=True)
    line = await tx.execute(select(waiting.c.member_id).where(waiting.c.reward == reward).order_by(*_IN_ORDER))
    return list(line.scalars()).index(member_id) + 1


async def leave_line(tx: AsyncConnection, reward: str, member_id: int) -> bool:
    """Answers whether they stood in it."""
    theirs = (waiting.c.reward == reward) & (waiting.c.member_id == member_id)
    return bool((await tx.execute(delete(waiting).where(theirs))).rowcount)


async def first_in_line(tx: AsyncConnection, reward: str) -> int | None:
    """The member who has waited longest; held on PostgreSQL, so that of two seats each goes to another one."""
    query = select(waiting.c.member_id).where(waiting.c.reward == reward).order_by(*_IN_ORDER).limit(1)
    found: int | None = (await tx.execute(query.with_for_update(skip_locked=True))).scalar_one_or_none()
    return found


async def lines(tx: AsyncConnection) -> list[str]:
    """The rewards that somebody waits for."""
    return list((await tx.execute(select(waiting.c.reward).distinct())).scalars())
