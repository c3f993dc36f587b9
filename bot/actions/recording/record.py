"""Recording activities told from outside, one activity being a batch of one."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import refs
from bot.actions.core import Core
from bot.actions.enrol import NewMember, built
from bot.actions.intake import ActivityIn
from bot.actions.recording.decided import GUEST
from bot.actions.recording.following import follow
from bot.actions.recording.guests import address_of, guests_welcome
from bot.actions.recording.within import INTERNAL, Answer, Recorded, Telling, record_tellings
from bot.actions.refer import hold
from bot.actions.signup import sign_up
from bot.actions.told import as_activity
from bot.errors import BadInput, NotFound, RegularsError, bad_field
from bot.loyalty.activity import Activity
from bot.loyalty.programme import Programme
from bot.storage import activities, members

__all__ = ["CLOCKS_DIFFER", "Answer", "Checked", "Recorded", "checked", "record", "record_checked", "record_many"]
CLOCKS_DIFFER = timedelta(days=1)


class Checked(NamedTuple):
    """What was told, or why it cannot be, and who did it: None for a guest who told nothing of themselves."""

    name: activities.Name
    what: Activity | BadInput
    ref: refs.Ref | None = None


async def record_many(core: Core, told: Sequence[ActivityIn], *, enrol_unknown: bool = False) -> list[Answer]:
    """Record activities in the order told, in one transaction; each has its own answer or error.

    ``enrol_unknown`` makes members of those that are named by a reference nobody has yet.
    """
    now = core.clock()
    return await _record(core, lambda programme: [checked(one, programme, now) for one in told], now, enrol_unknown)


async def record_checked(core: Core, told: Sequence[Checked], *, enrol_unknown: bool = False) -> list[Answer]:
    """The same for what was checked before, under a programme of the same currency."""
    return await _record(core, lambda _: told, core.clock(), enrol_unknown)


async def _record(
    core: Core, check: Callable[[Programme], Sequence[Checked]], now: datetime, enrol_unknown: bool
) -> list[Answer]:
    async def work(tx: AsyncConnection) -> list[Answer]:
        programme = await core.programmes.current(tx)
        told = check(programme)
        good = [(one.what, one.ref) for one in told if isinstance(one.what, Activity) and one.ref is not None]
        found = await refs.find_many(tx, [ref for _, ref in good])
        if enrol_unknown and any(ref not in found for _, ref in good):
            # What is known already makes nobody a member: it may be that of one who was erased since.
            told_before = await activities.already_told(tx, [(a.source, a.id) for a, _ in good])
            fresh = [ref for a, ref in good if (a.source, a.id) not in told_before]
            new = await _enrol(tx, programme, [ref for ref in fresh if ref not in found], found, now)
            await sign_up(tx, programme, new, now, core.secret)
        tellings = [_telling(one, found, programme) for one in told]
        await hold(tx, programme, {one.member_id for one in tellings if one.member_id})
        answers = await record_tellings(tx, programme, tellings, now, core.programmes)
        await follow(core, tx, programme, tellings, answers, now)
        return answers

    return await core.database.transact(work)


def checked(told: ActivityIn, programme: Programme, now: datetime) -> Checked:
    """All that can be checked without asking the database."""
    if told.source == INTERNAL:
        why = f'"{INTERNAL}" is what the programme tells itself; choose a name of your own'
        # Without the id: what the programme told itself by it is not for others to read.
        return Checked((INTERNAL, ""), bad_field("source", why))
    try:
        activity = as_activity(told, programme, now, now + CLOCKS_DIFFER)
        return Checked((told.source, told.id), activity, _named(told, programme))
    except BadInput as error:
        return Checked((told.source, told.id), error)


def _named(told: ActivityIn, programme: Programme) -> refs.Ref | None:
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


def _telling(told: Checked, found: Mapping[refs.Ref, int], programme: Programme) -> Telling:
    name, activity, ref = told
    if isinstance(activity, BadInput):
        return Telling(name, GUEST, activity)
    member_id = found.get(ref) if ref else None
    if member_id is not None:
        return Telling(name, member_id, activity)
    if guests_welcome(programme, activity.type) and (guest := address_of(ref)) is not None:
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
