"""What follows from activities besides the rules' own answers: for causes, and for who brought a friend."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.core import Core
from bot.actions.recording.decided import Answer, Recorded, Telling
from bot.actions.recording.rounding import rounded_up
from bot.actions.refer import referred
from bot.loyalty.activity import Activity
from bot.loyalty.programme import Programme


async def follow(
    core: Core,
    tx: AsyncConnection,
    programme: Programme,
    told: Sequence[Telling],
    answers: Sequence[Answer],
    now: datetime,
) -> None:
    """Do what follows from those that are new; members and who brought them are locked."""
    new = [
        (one.member_id, one.what)
        for one, answer in zip(told, answers, strict=True)
        if isinstance(answer, Recorded) and not answer.duplicate and isinstance(one.what, Activity)
    ]
    await rounded_up(tx, programme, new, now)
    await referred(core, tx, programme, [(member_id, what) for member_id, what in new if member_id], now)
