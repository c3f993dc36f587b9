"""Recording activities told from outside, one activity being a batch of one."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import refs
from bot.actions.core import Core
from bot.actions.enrol import NewMember, built
from bot.actions.intake import ActivityIn, as_activity
from bot.actions.recording import INTERNAL, VOUCHER_LENGTH, Answer, Recorded, Telling, record_tellings
from bot.errors import BadInput, NotFound, RegularsError, bad_field
from bot.loyalty.activity import Activity
from bot.loyalty.programme import Programme
from bot.storage import activities, members

__all__ = ["CLOCKS_DIFFER", "VOUCHER_LENGTH", "Answer", "Recorded", "record", "record_many"]
CLOCKS_DIFFER = timedelta(days=1)
Checked = tuple[Activity, refs.Ref] | BadInput


async def record_many(core: Core, told: Sequence[ActivityIn], *, enrol_unknown: bool = False) -> list[Answer]:
    """Record activities in the order told, in one transaction; each has its own answer or error.

    ``enrol_unknown`` makes members of those that are named by a reference nobody has yet.
    """
    now = core.clock()

    async def work(tx: AsyncConnection) -> list[Answer]:
        programme = await core.programmes.current(tx)
        checked = [_checked(one, programme, now) for one in told]
        good = [one for one in checked if not isinstance(one, BadInput)]
        found = await refs.find_many(tx, [ref for _, ref in good])
        if enrol_unknown and any(ref not in found for _, ref in good):
            # What is known already makes nobody a member: it may be that of one who was erased since.
            told_before = await activities.already_told(tx, [(a.source, a.id) for a, _ in good])
            fresh = [ref for a, ref in good if (a.source, a.id) not in told_before]
            await _enrol(tx, programme, [ref for ref in fresh if ref not in found], found, now)
        tellings = [_telling(*pair, found) for pair in zip(told, checked, strict=True)]
        return await record_tellings(tx, programme, tellings, now, core.programmes)

    return await core.database.transact(work)


def _checked(told: ActivityIn, programme: Programme, now: datetime) -> Checked:
    try:
        activity = as_activity(told, programme, now, now + CLOCKS_DIFFER)
        return activity, refs.normal(told.member, programme)
    except BadInput as error:
        return error


async def _enrol(
    tx: AsyncConnection, programme: Programme, unknown: Sequence[refs.Ref], found: dict[refs.Ref, int], now: datetime
) -> None:
    fresh: list[members.Member] = []
    for ref in dict.fromkeys(unknown):
        kind, value = ref
        if kind == "external_id":
            new = NewMember(external_id=value, source="import")
        elif kind in members.REF_CHANNELS:
            new = NewMember(addresses=(members.Address(members.REF_CHANNELS[kind], value),), source="import")
        else:
            continue
        member = built(programme, new, now)
        found[ref] = member.id
        fresh.append(member)
    await members.add(tx, fresh)


def _telling(told: ActivityIn, checked: Checked, found: Mapping[refs.Ref, int]) -> Telling:
    name = (told.source, told.id)
    if told.source == INTERNAL:
        error = bad_field("source", f'"{INTERNAL}" is what the programme tells itself; choose a name of your own')
        return Telling((INTERNAL, ""), 0, error)
    if isinstance(checked, BadInput):
        return Telling(name, 0, checked)
    activity, ref = checked
    member_id = found.get(ref)
    return Telling(name, member_id or 0, activity if member_id else NotFound(refs.unknown(ref)))


async def record(core: Core, told: ActivityIn) -> Recorded:
    """Record one activity.

    Raises:
        BadInput, NotFound: as the activity deserves.
    """
    [answer] = await record_many(core, [told])
    if isinstance(answer, RegularsError):
        raise answer
    return answer
