"""Numbers about the whole, for those who watch the service."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import messages


async def messages_by_state(tx: AsyncConnection) -> dict[str, int]:
    """How many messages stand in each state of the outbox."""
    rows = await tx.execute(select(messages.c.state, func.count()).group_by(messages.c.state))
    return {row[0]: row[1] for row in rows}
