"""Points that are about to end: who has some for certain, how many, and the words for it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.settle import passing
from bot.loyalty.expiry import last_day
from bot.loyalty.ledger import Ending, Passed, endings
from bot.loyalty.member import MemberState
from bot.loyalty.programme import Programme
from bot.storage import lots
from bot.wording import day, points
from campaigns.audience import Candidate, told_until
from campaigns.template import Counted
from campaigns.touching import Touching


async def narrowed(
    tx: AsyncConnection,
    touching: Touching,
    last: datetime,
    ahead: timedelta,
    found: Sequence[Candidate],
    states: Mapping[int, MemberState],
) -> tuple[list[Candidate], Touching]:
    """Those of the locked candidates who do lose points up to ``last``, and the campaign with the words for each.

    Where a purchase has moved the end, that is written, so that they are not found again.
    """
    passed = await passing(tx, touching.programme, {one.id: states[one.id] for one in found}, touching.now)
    await lots.move(tx, [lot for one in passed.values() for lot in one.moved])
    reasons = {one.id: _news(passed[one.id], told_until(one), ahead) for one in found}
    still = [one for one in found if reasons[one.id] and reasons[one.id][0].at <= last]

    def more(candidate: Candidate, language: str) -> dict[str, Any]:
        return _words(touching.programme, reasons[candidate.id], language)

    return still, replace(touching, more=more)


def _news(passed: Passed, until: datetime, ahead: timedelta) -> list[Ending]:
    """What ends from the first that was not told of on: what ends sooner was."""
    return [one for one in endings(passed.alive, until) if one.at >= until - ahead]


def _words(programme: Programme, ending: Sequence[Ending], language: str) -> dict[str, Any]:
    together = sum(one.points for one in ending)
    return {
        "points": Counted(points(programme, together, language), points=together),
        "day": day(last_day(programme, ending[0].at), language),
    }
