"""What purchases bring to causes: rounded up by the member's own choice, and what the business gives for each."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.loyalty.activity import Activity
from bot.loyalty.causes import Cause, gives_per_purchase, to_round_up
from bot.loyalty.programme import Programme
from bot.loyalty.refunds import REFUND, left_of
from bot.storage import activities, choices, donations
from bot.storage.donations import BY_PURCHASE, ROUNDED_UP, Donation
from bot.storage.ids import new_id

_BACK = "back:"


async def rounded_up(
    tx: AsyncConnection, programme: Programme, told: Sequence[tuple[int, Activity]], now: datetime
) -> None:
    """Note what new activities of members (by id) bring to causes, or take back; nothing where there are no causes."""
    if not programme.of(Cause):
        return
    names = {(a.source, a.refunds) for _, a in told if a.type == REFUND}
    bought = [(member_id, a) for member_id, a in told if a.type == "purchase"]
    if bought:
        chosen = await choices.chosen(tx, choices.ROUND_UP, {member_id for member_id, _ in bought})
        new = [one for member_id, a in bought for one in _brings(programme, member_id, a, chosen.get(member_id), now)]
        await donations.note_many(tx, new)
        # Refunds may come before what they take back.
        names |= {(a.source, a.id) for _, a in bought} if new else set()
    if names:
        await _take_back(tx, programme, names, now)


def _brings(
    programme: Programme, member_id: int, bought: Activity, choice: choices.Choice | None, now: datetime
) -> list[Donation]:
    """The donations of one purchase; one from before the choice was never rounded up at the till."""
    found = [
        _donation(_request(f"{BY_PURCHASE}{cause.key}:", bought), member_id, cause.key, cause.per_purchase, now)
        for cause in gives_per_purchase(programme)
    ]
    if choice and choice.value in programme.of(Cause) and bought.occurred_at >= choice.at and bought.amount:
        cents = to_round_up(bought.amount, programme.exponent)
        if cents:
            found.append(_donation(_request(ROUNDED_UP, bought), member_id, choice.value, cents, now))
    return found


async def _take_back(
    tx: AsyncConnection, programme: Programme, names: Collection[activities.Name], now: datetime
) -> None:
    """What purchases brought of which nothing is left."""
    known = await activities.with_refunds(tx, names)
    gone = [
        kept.activity
        for kept, refunds in known.values()
        if refunds and left_of(kept.activity, [one.activity for one in refunds], programme.exponent) is None
    ]
    if not gone:
        return
    starts = [ROUNDED_UP, *(f"{BY_PURCHASE}{cause}:" for cause in programme.of(Cause))]
    made = await donations.made(tx, [_request(start, bought) for start in starts for bought in gone])
    taken = [_donation(_back(request), one.member_id, one.cause, -one.money, now) for request, one in made.items()]
    await donations.note_many(tx, taken)


def _request(start: str, bought: Activity) -> str:
    return f"{start}{bought.source}:{bought.id}"


def _back(request: str) -> str:
    """Keeps its beginning, which tells what it was."""
    kind, _, rest = request.partition(":")
    return f"{kind}:{_BACK}{rest}"


def _donation(request: str, member_id: int, cause: str, money: int, now: datetime) -> Donation:
    return Donation(new_id(), request, member_id, cause, 0, money, now)
