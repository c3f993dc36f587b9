"""Recording refunds: a member's history is replayed without what was refunded, and the difference is made up."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.recording import clawing
from bot.actions.recording.decided import GUEST, Answer, Decided, Recorded, Telling
from bot.errors import bad_field
from bot.loyalty.activity import Activity
from bot.loyalty.engine import decide
from bot.loyalty.member import MemberState, Outcome
from bot.loyalty.programme import Programme
from bot.loyalty.refunds import REFUND, WAITING, left_of, refused
from bot.loyalty.replay import Name, Past, refunds_of, replay
from bot.storage import activities
from bot.storage.activities import Owner
from bot.storage.ids import new_id
from bot.storage.programmes import Programmes

Turn = tuple[int, Telling, Activity]
"""A telling with its place in the batch, and what it tells."""


def needs_history(activity: Activity, state: MemberState) -> bool:
    """Whether it is a refund, or something that was refunded before it was told."""
    if activity.type == REFUND:
        return True
    return WAITING in state.progress and [activity.source, activity.id] in state.progress[WAITING]


async def record(
    tx: AsyncConnection, batch: Decided, told: Sequence[Turn], programmes: Programmes
) -> dict[int, Answer]:
    """Record what needs history, one for each member at most; all that was told before is written."""
    past = await past_of(tx, {one.member_id for _, one, _ in told}, programmes)
    owners = await _owners(tx, told, past)
    answers: dict[int, Answer] = {}
    replays: list[tuple[int, clawing.Refund]] = []
    for n, one, activity in told:
        theirs = past[one.member_id]
        if activity.type != REFUND:
            answers[n] = Recorded(activity.id, False, _late(batch, one, activity, theirs))
        elif (answer := _answered(batch, one, activity, theirs, owners)) is not None:
            answers[n] = answer
        else:
            replays.append((n, _replayed(batch, one, activity, theirs)))
    outcomes = await clawing.make_up(tx, batch, [refund for _, refund in replays])
    answers.update(
        (n, Recorded(refund.activity.id, False, done)) for (n, refund), done in zip(replays, outcomes, strict=True)
    )
    await batch.write(tx)
    return answers


async def past_of(tx: AsyncConnection, member_ids: set[int], programmes: Programmes) -> dict[int, list[Past]]:
    """All that members did, each under the programme that it was recorded under, in the order told."""
    kept = await activities.of_members(tx, member_ids)
    # What was recorded before programmes were counted was recorded under the first.
    versions = {max(one.version, 1) for ones in kept.values() for one in ones}
    by_version: dict[int, Programme] = {version: await programmes.at(tx, version) for version in versions}
    return {
        member_id: [Past(one.id, one.activity, one.recorded_at, by_version[max(one.version, 1)]) for one in ones]
        for member_id, ones in kept.items()
    }


async def _owners(tx: AsyncConnection, told: Sequence[Turn], past: dict[int, list[Past]]) -> dict[Name, Owner]:
    """Whose the refunded activities are that are not the member's own."""
    strange = [
        (activity.source, activity.refunds)
        for _, one, activity in told
        if activity.type == REFUND and _target(activity, past[one.member_id]) is None
    ]
    return await activities.owners(tx, strange) if strange else {}


def _target(refund: Activity, past: Sequence[Past]) -> Past | None:
    name = (refund.source, refund.refunds)
    return next((one for one in past if (one.activity.source, one.activity.id) == name), None)


def _answered(
    batch: Decided, one: Telling, refund: Activity, past: Sequence[Past], owners: dict[Name, Owner]
) -> Answer | None:
    """The answer to a refund that moves nothing; None when it does."""
    target = _target(refund, past)
    if target is None:
        owner = owners.get((refund.source, refund.refunds))
        return _of_others(batch, one, refund, owner) if owner else _early(batch, one, refund)
    if target.activity.type == REFUND:
        return bad_field("refunds", f'"{refund.refunds}" is a refund itself; name what was bought')
    exponent = target.programme.exponent
    before = refunds_of(past).get((refund.source, refund.refunds), ())
    return refused(left_of(target.activity, before, exponent), target.activity, refund, exponent)


def _of_others(batch: Decided, one: Telling, refund: Activity, owner: Owner) -> Answer:
    if owner.member_id != GUEST:
        return bad_field("refunds", f'"{refund.refunds}" was not bought by this member')
    return Recorded(refund.id, False, batch.keep_for_a_guest(one._replace(member_id=GUEST, guest=owner.guest), refund))


def _early(batch: Decided, one: Telling, refund: Activity) -> Recorded:
    """Keep a refund of what is not known yet, and remember on the member to look for it."""
    state = batch.states[one.member_id]
    name = [refund.source, refund.refunds]
    waiting = [*(other for other in state.progress.get(WAITING, ()) if other != name), name]
    batch.states[one.member_id] = state._replace(progress={**state.progress, WAITING: waiting})
    outcomes: list[Outcome] = [{"type": "refund_waiting", "refunds": refund.refunds}]
    batch.note(one, new_id(), refund, outcomes)
    return Recorded(refund.id, False, outcomes)


def _late(batch: Decided, one: Telling, activity: Activity, past: Sequence[Past]) -> list[Outcome]:
    """Record what was refunded before it was told: with what is left of it."""
    state = batch.states[one.member_id]
    progress = dict(state.progress)
    progress[WAITING] = [name for name in progress[WAITING] if name != [activity.source, activity.id]]
    if not progress[WAITING]:
        del progress[WAITING]
    state = batch.states[one.member_id] = state._replace(progress=progress)
    before = refunds_of(past).get((activity.source, activity.id), [])
    told: Outcome = {"type": "refunded_before", "refunds": [refund.id for refund in before]}
    left = left_of(activity, before, batch.programme.exponent)
    if left is None:
        batch.note(one, new_id(), activity, [told])
        return [told]
    decision = decide(batch.programme, state, left, batch.now)
    return batch.take(one, activity, decision._replace(outcomes=(told, *decision.outcomes)))


def _replayed(batch: Decided, one: Telling, refund: Activity, past: Sequence[Past]) -> clawing.Refund:
    number, profile = new_id(), batch.states[one.member_id].profile
    after = replay([*past, Past(number, refund, batch.now, batch.programme)], profile)
    return clawing.Refund(number, one, refund, replay(past, profile), after)
