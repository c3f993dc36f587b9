"""Recording inside an open transaction: what is told of members is decided and written in whole batches."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.recording import refunds
from bot.actions.recording.decided import GUEST, Answer, Decided, Recorded, Telling
from bot.actions.settle import settled
from bot.errors import RegularsError
from bot.loyalty.activity import Activity
from bot.loyalty.engine import decide
from bot.loyalty.member import Outcome
from bot.loyalty.programme import Programme
from bot.storage import activities, standings
from bot.storage.programmes import Programmes

__all__ = ["INTERNAL", "Answer", "Recorded", "Telling", "record_in", "record_tellings"]
INTERNAL = "regulars"
"""The source of what the programme tells itself, such as a sign-up; nobody outside may use it."""
Known = dict[activities.Name, list[Outcome]]
Numbered = tuple[int, Telling]
"""A telling with its place in the batch."""


async def record_in(
    tx: AsyncConnection,
    programme: Programme,
    told: Sequence[tuple[int, Activity]],
    now: datetime,
    programmes: Programmes | None = None,
) -> list[Recorded]:
    """Record activities of members in the order told, inside an open transaction; locks the members.

    Also for what the programme tells itself (the source ``INTERNAL``): a sign-up, a referral, a challenge joined.
    ``programmes`` are asked for older versions when a refund comes by.

    Raises:
        RegularsError: when one of them cannot be recorded, such as a refund of what was not bought.
    """
    tellings = [Telling((activity.source, activity.id), member_id, activity) for member_id, activity in told]
    answers = await record_tellings(tx, programme, tellings, now, programmes)
    for answer in answers:
        if isinstance(answer, RegularsError):
            raise answer
    return [answer for answer in answers if isinstance(answer, Recorded)]


async def record_tellings(
    tx: AsyncConnection,
    programme: Programme,
    told: Sequence[Telling],
    now: datetime,
    programmes: Programmes | None = None,
) -> list[Answer]:
    """The same with an answer or error for each."""
    states = await standings.lock(tx, {one.member_id for one in told if one.member_id != GUEST})
    states = await settled(tx, programme, states, now)
    # Only now that the members are held: whoever told the same activity before has committed.
    known = await activities.already_told(tx, [one.name for one in told])
    batch = Decided(programme, states, now)
    answers: dict[int, Answer] = {}
    todo = list(enumerate(told))
    while todo:
        slow, todo = _round(batch, todo, known, answers)
        await batch.write(tx)
        if slow:
            for n, answer in (await refunds.record(tx, batch, slow, programmes or Programmes())).items():
                answers[n] = answer
                if isinstance(answer, Recorded):
                    known[told[n].name] = list(answer.outcomes)
    return [answers[n] for n in range(len(told))]


def _round(
    batch: Decided, todo: Sequence[Numbered], known: Known, answers: dict[int, Answer]
) -> tuple[list[refunds.Turn], list[Numbered]]:
    """Answer all but those that need the member's history, and what comes after one of them by the same member or name.

    Answers the ones that need it now, one for each member at most, and those that wait for the next round.
    """
    slow: list[refunds.Turn] = []
    later: list[Numbered] = []
    busy: set[int | activities.Name] = set()
    for n, one in todo:
        if busy and (one.member_id in busy or one.name in busy):
            later.append((n, one))
        elif one.name in known:
            answers[n] = Recorded(one.name[1], True, known[one.name])
            continue
        elif isinstance(one.what, RegularsError):
            answers[n] = one.what
            continue
        elif one.member_id and refunds.needs_history(one.what, batch.states[one.member_id]):
            slow.append((n, one, one.what))
        else:
            outcomes = known[one.name] = _decided(batch, one, one.what)
            answers[n] = Recorded(one.what.id, False, outcomes)
            continue
        busy.update((one.member_id or one.name, one.name))
    return slow, later


def _decided(batch: Decided, one: Telling, activity: Activity) -> list[Outcome]:
    if one.member_id == GUEST:
        return batch.keep_for_a_guest(one, activity)
    return batch.take(one, activity, decide(batch.programme, batch.states[one.member_id], activity, batch.now))
