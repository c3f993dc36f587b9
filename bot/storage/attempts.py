"""How attempts at sending end: settled, put back in the queue, or given up with their lease."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, literal_column, or_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Purpose
from bot.storage import sets
from bot.storage.tables import messages
from bot.storage.types import to_micros


@dataclass(frozen=True, slots=True)
class Settled:
    """How the attempt number ``attempts`` at a message ended.

    With ``due_at`` it goes back to the queue; one that never began is not ``counted``. ``closed`` tells that by it the
    address is gone or opted out.
    """

    id: int
    attempts: int
    state: str
    reason: str = ""
    provider_id: str | None = None
    due_at: datetime | None = None
    counted: bool = True
    closed: bool = False


# Only what is still out may come back: an erased member's message must not.
_BACK = (
    update(messages)
    .where(
        messages.c.id == bindparam("message"),
        messages.c.attempts == bindparam("attempt"),
        or_(messages.c.state == "sending", messages.c.state == "unknown"),
    )
    .values(
        state="queued",
        reason=bindparam("why"),
        due_at=bindparam("due"),
        attempts=messages.c.attempts - bindparam("less"),
    )
)


async def settle(tx: AsyncConnection, ended: Sequence[Settled], now: datetime) -> None:
    """Write how attempts ended; one whose message was given to somebody else meanwhile changes nothing."""
    micros = to_micros(now)
    done = [(e.id, e.attempts, e.state, e.reason, e.provider_id, micros) for e in ended if e.due_at is None]
    back = [
        {"message": e.id, "attempt": e.attempts, "why": e.reason, "due": e.due_at, "less": int(not e.counted)}
        for e in ended
        if e.due_at is not None
    ]
    await sets.update(tx, messages, ("id", "attempts"), ("state", "reason", "provider_id", "settled_at"), done)
    if back:
        await tx.execute(_BACK, back)


# A literal, because neither database uses a partial index for a state that comes as a parameter.
_EXPIRED = (
    update(messages)
    .where(messages.c.state == literal_column("'sending'"), messages.c.lease_until < bindparam("now"))
    .values(state="unknown", reason="the service stopped while sending", settled_at=bindparam("now"))
    .returning(messages.c.id, messages.c.purpose)
)
_AGAIN = update(messages).where(sets.AnyOf(messages.c.id, "ids")).values(state="queued", due_at=bindparam("now"))


async def recover(tx: AsyncConnection, now: datetime) -> int:
    """Messages whose lease ran out: replies and notices go back to the queue, marketing stays ``unknown``.

    Answers how many were found.
    """
    rows = (await tx.execute(_EXPIRED, {"now": now})).all()
    again = [row.id for row in rows if row.purpose != Purpose.MARKETING]
    if again:
        await tx.execute(_AGAIN, {"ids": again, "now": now})
    return len(rows)
