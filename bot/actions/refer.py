"""Bringing friends: from the invitation to the friend's first purchase."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.core import Core
from bot.actions.referral_bonus import CAPPED, pay, take_back
from bot.actions.signup import fingerprint, prints_of
from bot.loyalty.activity import Activity
from bot.loyalty.programme import Programme
from bot.loyalty.referrals import Referrals, counted_since
from bot.loyalty.refunds import REFUND, left_of
from bot.storage import activities, fingerprints, members, referrals, standings
from bot.storage.activities import Kept
from bot.storage.fingerprints import Print
from bot.storage.members import Member
from bot.storage.referrals import HELD, PAID, REFUSED, REVERSED, REVIEW, WAITING, Referral

SAME_PERSON = "same person"
MEMBER_BEFORE = "was a member before"
SAME_DEVICE = "same device or payment"
SHARED_DEVICE = "device or payment of another member"
MANY_AT_ONCE = "many friends within a day"
_MANY = 5
_DAY = timedelta(days=1)
_TELLING = {"device": "device", "payment_token": "payment"}
"""Attributes of activities that tell people apart, and what their fingerprints are called."""
Told = tuple[int, Activity]
"""A member's id and what they did, new in this transaction."""


async def invited(core: Core, tx: AsyncConnection, programme: Programme, friend: Member, referrer_id: int) -> None:
    """Remember who brought a new member; nothing where the programme has no referrals."""
    if programme.one(Referrals) is None or referrer_id == friend.id:
        return
    now = core.clock()
    state, reason = WAITING, ""
    prints = set(prints_of(friend, core.secret))
    before = {owner for ones in (await fingerprints.owners(tx, prints)).values() for owner in ones} - {friend.id}
    if before:
        state, reason = REFUSED, SAME_PERSON if referrer_id in before else MEMBER_BEFORE
    elif await referrals.counted(tx, referrer_id, (WAITING, HELD, PAID, REVIEW), now - _DAY) >= _MANY:
        reason = MANY_AT_ONCE
    await referrals.note(tx, Referral(friend.id, referrer_id, state, reason, now))


async def by_code(tx: AsyncConnection, code: str) -> int | None:
    """The member whose personal code it is."""
    return (await members.find(tx, "code", [code])).get(code)


async def hold(tx: AsyncConnection, programme: Programme, member_ids: Collection[int]) -> None:
    """Lock members together with who brought them: what they do may concern both."""
    if programme.one(Referrals) is None:
        return
    brought = await referrals.of_friends(tx, member_ids)
    if brought:
        await standings.lock(tx, {*member_ids, *(one.referrer_id for one in brought)})


async def referred(core: Core, tx: AsyncConnection, programme: Programme, told: Sequence[Told], now: datetime) -> None:
    """What activities of locked members mean for who brought them."""
    terms = programme.one(Referrals)
    if terms is None:
        return
    prints = await _noted(core, tx, told)
    bought = {m: a for m, a in reversed(told) if a.type == "purchase" and a.amount}
    if bought:
        waiting = [one for one in await referrals.of_friends(tx, bought) if one.state == WAITING]
        names = {one.friend_id: (bought[one.friend_id].source, bought[one.friend_id].id) for one in waiting}
        known = await activities.with_refunds(tx, set(names.values()))
        for one in waiting:
            purchase, refunds = known[names[one.friend_id]]
            if not _left(purchase, refunds, programme):
                continue
            one = replace(one, activity_id=purchase.id, at=now, due_at=now + terms.hold)
            await _bought(core, tx, programme, terms, one, prints.get(one.friend_id, set()), now)
    back = [(a.source, a.refunds) for _, a in told if a.type == REFUND]
    if back:
        await _refunded(core, tx, programme, back, now)


async def _noted(core: Core, tx: AsyncConnection, told: Sequence[Told]) -> dict[int, set[Print]]:
    """The devices and means of payment that were told, kept for later, by member."""
    found: dict[int, set[Print]] = {}
    for member_id, activity in told:
        for name, kind in _TELLING.items():
            value = (activity.attributes or {}).get(name)
            if isinstance(value, str) and value:
                found.setdefault(member_id, set()).add(fingerprint(core.secret, kind, value))
    await fingerprints.note(tx, [(one, member_id) for member_id, ones in found.items() for one in ones])
    return found


async def _bought(
    core: Core,
    tx: AsyncConnection,
    programme: Programme,
    terms: Referrals,
    one: Referral,
    prints: set[Print],
    now: datetime,
) -> None:
    owners = {owner for ones in (await fingerprints.owners(tx, prints)).values() for owner in ones}
    odd = one.reason or (SHARED_DEVICE if owners - {one.friend_id} else "")
    if one.referrer_id in owners:
        one = replace(one, state=REFUSED, reason=SAME_DEVICE)
    elif odd:
        one = replace(one, state=REVIEW if terms.review else REFUSED, reason=odd)
    else:
        one = await held(tx, programme, terms, one, now)
    await referrals.save(tx, [one])
    if one.state == HELD and one.due_at and one.due_at <= now:
        await pay(core, tx, programme, [one], now)


async def held(tx: AsyncConnection, programme: Programme, terms: Referrals, one: Referral, now: datetime) -> Referral:
    """It counts, from now on; beyond the cap for the friend alone."""
    since = counted_since(terms, programme, now)
    full = terms.friends and await referrals.counted(tx, one.referrer_id, (HELD, PAID), since) >= terms.friends
    return replace(one, state=HELD, reason=CAPPED if full else "", at=now)


async def _refunded(
    core: Core, tx: AsyncConnection, programme: Programme, names: Collection[activities.Name], now: datetime
) -> None:
    """A purchase of which nothing is left brings nobody a bonus; the next one may."""
    known = await activities.with_refunds(tx, names)
    gone = {kept.id for kept, refunds in known.values() if not _left(kept, refunds, programme)}
    for one in await referrals.by_purchase(tx, gone):
        if one.state == PAID:
            await take_back(core, tx, programme, one, now)
            await referrals.save(tx, [replace(one, state=REVERSED, at=now)])
        elif one.state in (HELD, REVIEW):
            reason = one.reason if one.state == REVIEW else ""
            await referrals.save(
                tx, [replace(one, state=WAITING, reason=reason, at=now, due_at=None, activity_id=None)]
            )


def _left(kept: Kept, refunds: Sequence[Kept], programme: Programme) -> bool:
    return left_of(kept.activity, [refund.activity for refund in refunds], programme.exponent) is not None
