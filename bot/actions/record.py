"""Recording activities told from outside, one activity being a batch of one."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import refs
from bot.actions.core import Core
from bot.actions.decided import GUEST
from bot.actions.enrol import NewMember, built
from bot.actions.following import follow
from bot.actions.guests import address_of, guests_welcome
from bot.actions.intake import ActivityIn, as_activity
from bot.actions.recording import INTERNAL, Answer, Recorded, Telling, record_tellings
from bot.actions.refer import hold
from bot.actions.signup import sign_up
from bot.errors import BadInput, NotFound, RegularsError, bad_field
from bot.loyalty.activity import Activity
from bot.loyalty.programme import Programme
from bot.storage import activities, members

__all__ = ["CLOCKS_DIFFER", "Answer", "Recorded", "named", "record", "record_many"]
CLOCKS_DIFFER = timedelta(days=1)
Checked = tuple[Activity, refs.Ref | None] | BadInput


async def record_many(core: Core, told: Sequence[ActivityIn], *, enrol_unknown: bool = False) -> list[Answer]:
    """Record activities in the order told, in one transaction; each has its own answer or error.

    ``enrol_unknown`` makes members of those that are named by a reference nobody has yet.
    """
    now = core.clock()

    async def work(tx: AsyncConnection) -> list[Answer]:
        programme = await core.programmes.current(tx)
        checked = [_checked(one, programme, now) for one in told]
        good = [(one[0], one[1]) for one in checked if not isinstance(one, BadInput) and one[1] is not None]
        found = await refs.find_many(tx, [ref for _, ref in good])
        if enrol_unknown and any(ref not in found for _, ref in good):
            # What is known already makes nobody a member: it may be that of one who was erased since.
            told_before = await activities.already_told(tx, [(a.source, a.id) for a, _ in good])
            fresh = [ref for a, ref in good if (a.source, a.id) not in told_before]
            new = await _enrol(tx, programme, [ref for ref in fresh if ref not in found], found, now)
            await sign_up(tx, programme, new, now, core.secret)
        tellings = [_telling(*pair, found, programme) for pair in zip(told, checked, strict=True)]
        await hold(tx, programme, {one.member_id for one in tellings if one.member_id})
        answers = await record_tellings(tx, programme, tellings, now, core.programmes)
        await follow(core, tx, programme, tellings, answers, now)
        return answers

    return await core.database.transact(work)


def _checked(told: ActivityIn, programme: Programme, now: datetime) -> Checked:
    try:
        activity = as_activity(told, programme, now, now + CLOCKS_DIFFER)
        return activity, named(told, programme)
    except BadInput as error:
        return error


def named(told: ActivityIn, programme: Programme) -> refs.Ref | None:
    """Who did it; None for a guest who told nothing of themselves.

    Raises:
        BadInput: when nobody can be meant.
    """
    if told.member is not None:
        return refs.normal(told.member, programme)
    if not guests_welcome(programme, told.type):
        raise bad_field("member", "is missing")
    return None


async def _enrol(
    tx: AsyncConnection, programme: Programme, unknown: Sequence[refs.Ref], found: dict[refs.Ref, int], now: datetime
) -> list[members.Member]:
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
    return fresh


def _telling(told: ActivityIn, checked: Checked, found: Mapping[refs.Ref, int], programme: Programme) -> Telling:
    name = (told.source, told.id)
    if told.source == INTERNAL:
        error = bad_field("source", f'"{INTERNAL}" is what the programme tells itself; choose a name of your own')
        return Telling((INTERNAL, ""), 0, error)
    if isinstance(checked, BadInput):
        return Telling(name, 0, checked)
    activity, ref = checked
    member_id = found.get(ref) if ref else None
    if member_id is not None:
        return Telling(name, member_id, activity)
    if guests_welcome(programme, told.type) and (guest := address_of(ref)) is not None:
        return Telling(name, GUEST, activity, guest)
    return Telling(name, GUEST, NotFound(refs.unknown(ref)) if ref else bad_field("member", "is missing"))


async def record(core: Core, told: ActivityIn) -> Recorded:
    """Record one activity.

    Raises:
        BadInput, NotFound: as the activity deserves.
    """
    [answer] = await record_many(core, [told])
    if isinstance(answer, RegularsError):
        raise answer
    return answer
