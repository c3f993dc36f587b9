"""A partner's codes, handed out one by one."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import sets
from bot.storage.tables import reward_codes
from bot.storage.types import to_micros


async def add(tx: AsyncConnection, reward: str, codes: Sequence[str], now: datetime) -> list[str]:
    """Add codes that are not there yet; answers those that were."""
    query = select(reward_codes.c.code).where(reward_codes.c.reward == reward, sets.AnyOf(reward_codes.c.code, "codes"))
    known = set((await tx.execute(query, {"codes": list(codes)})).scalars())
    rows = [(reward, code, to_micros(now)) for code in codes if code not in known]
    await sets.insert(tx, reward_codes, ("reward", "code", "at"), rows)
    return [code for code in codes if code in known]


async def free(tx: AsyncConnection, rewards: Collection[str]) -> dict[str, int]:
    """How many codes of each reward nobody has yet."""
    if not rewards:
        return {}
    query = (
        select(reward_codes.c.reward, func.count())
        .where(sets.AnyOf(reward_codes.c.reward, "rewards"), reward_codes.c.voucher.is_(None))
        .group_by(reward_codes.c.reward)
    )
    return {row[0]: row[1] for row in await tx.execute(query, {"rewards": list(rewards)})}


async def hand_out(tx: AsyncConnection, reward: str, voucher: str) -> str | None:
    """Give a free code to a voucher; None when there is none left. Two at once get two different ones."""
    nobodys = (reward_codes.c.reward == reward) & reward_codes.c.voucher.is_(None)
    one = select(reward_codes.c.code).where(nobodys).order_by(reward_codes.c.at, reward_codes.c.code).limit(1)
    code: str | None = (await tx.execute(one.with_for_update(skip_locked=True))).scalar_one_or_none()
    if code is not None:
        mine = (reward_codes.c.reward == reward) & (reward_codes.c.code == code)
        await tx.execute(update(reward_codes).where(mine).values(voucher=voucher))
    return code
