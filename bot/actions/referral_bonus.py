"""The bonuses for bringing a friend: paid to both at once, taken back from both."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.core import Core
from bot.actions.notices import notice
from bot.actions.recording.within import record_in
from bot.conversation.receipts import friend_came
from bot.errors import Conflict, NotFound
from bot.loyalty.activity import INTERNAL, Activity
from bot.loyalty.programme import Programme
from bot.loyalty.referrals import BROUGHT, WAS_BROUGHT, Bonus, Referrals
from bot.loyalty.refunds import REFUND
from bot.storage import members, outbox, referrals, standings
from bot.storage.referrals import HELD, PAID, REFUSED, REVIEW, Referral

CAPPED = "cap"
"""The reason of one that is beyond the referrer's cap: the friend gets theirs all the same."""
ERASED = "erased"
BY_HAND = "refused by hand"
_CHUNK = 100


def _acts(one: Referral, now: datetime) -> list[tuple[int, Activity]]:
    """What the programme tells itself of both."""
    friend = one.told_as or one.friend_id
    acts = [(one.friend_id, Activity(WAS_BROUGHT, INTERNAL, f"{WAS_BROUGHT}:{friend}", now))]
    if one.reason != CAPPED:
        acts.append((one.referrer_id, Activity(BROUGHT, INTERNAL, f"{BROUGHT}:{friend}", now)))
    return acts


async def pay(core: Core, tx: AsyncConnection, programme: Programme, due: Sequence[Referral], now: datetime) -> None:
    """Pay both sides of each; all of them must be locked."""
    there = await members.find(tx, "id", {m for one in due for m in (one.friend_id, one.referrer_id)})
    paid = [one for one in due if one.friend_id in there and one.referrer_id in there]
    acts, terms = [act for one in paid for act in _acts(one, now)], programme.one(Referrals)
    for (member_id, act), done in zip(acts, await record_in(tx, programme, acts, now, core.programmes), strict=True):
        if act.type == BROUGHT and terms and terms.bonus[BROUGHT] != Bonus() and not done.duplicate:
            await _tell(core, tx, programme, member_id, terms.bonus[BROUGHT], now)
    gone = [replace(one, state=REFUSED, reason=ERASED, at=now) for one in due if one not in paid]
    await referrals.save(tx, [*(replace(one, state=PAID, at=now) for one in paid), *gone])


async def _tell(
    core: Core, tx: AsyncConnection, programme: Programme, member_id: int, bonus: Bonus, now: datetime
) -> None:
    """Let who invited know: the friend bought, and they were not there to be answered."""
    member = await members.get(tx, member_id)
    said = friend_came(programme, member.locale, voucher=bool(bonus.reward))
    await outbox.add(tx, notice(member, said, core.channels), now)


async def take_back(core: Core, tx: AsyncConnection, programme: Programme, one: Referral, now: datetime) -> None:
    """Take back from both what one brought them."""
    back = [
        (member_id, Activity(REFUND, INTERNAL, f"{REFUND}:{act.id}", now, refunds=act.id))
        for member_id, act in _acts(one, now)
    ]
    await record_in(tx, programme, back, now, core.programmes)


async def pay_due(core: Core, now: datetime) -> int:
    """Pay those whose hold has ended by ``now``; answers how many were due."""
    total = 0

    async def work(tx: AsyncConnection) -> int:
        programme = await core.programmes.current(tx)
        seen = await referrals.due(tx, now, _CHUNK)
        await standings.lock(tx, {m for one in seen for m in (one.friend_id, one.referrer_id)})
        # Only now that they are held: another process may have paid meanwhile.
        still = await referrals.of_friends(tx, [one.friend_id for one in seen])
        await pay(core, tx, programme, [one for one in still if one.state == HELD and one.due_at], now)
        return len(seen)

    while found := await core.database.transact(work):
        total += found
    return total


async def decide(core: Core, friend_id: int, *, approve: bool) -> Referral:
    """A person's word on one under review.

    Raises:
        NotFound: nobody brought that member.
        Conflict: it is not under review.
    """
    now = core.clock()

    async def work(tx: AsyncConnection) -> Referral:
        found = await referrals.of_friends(tx, [friend_id])
        if not found:
            raise NotFound("nobody brought this member")
        await standings.lock(tx, {friend_id, found[0].referrer_id})
        [one] = await referrals.of_friends(tx, [friend_id])
        if one.state != REVIEW:
            raise Conflict(f"this referral is not under review; it is {one.state}", state=one.state)
        one = (
            replace(one, state=HELD, reason="", at=now)
            if approve
            else replace(one, state=REFUSED, reason=BY_HAND, at=now)
        )
        await referrals.save(tx, [one])
        if one.state == HELD and one.due_at and one.due_at <= now:
            await pay(core, tx, await core.programmes.current(tx), [one], now)
            [one] = await referrals.of_friends(tx, [friend_id])
        return one

    return await core.database.transact(work)
