"""Guests: what strangers bought is kept with the address they told, and counted when they join with it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.core import Core
from bot.actions.recording.decided import Recorded, Telling
from bot.actions.recording.within import record_tellings
from bot.actions.refs import Ref
from bot.loyalty.guests import Guests
from bot.loyalty.member import Outcome
from bot.loyalty.programme import Programme
from bot.loyalty.refunds import REFUND
from bot.storage import activities
from bot.storage.members import Address

_KINDS = {"sms": "phone", "whatsapp": "phone", "email": "email"}
_CLAIMED: tuple[Outcome, ...] = ({"type": "claimed"},)


def guests_welcome(programme: Programme, kind: str) -> bool:
    """Whether activities of this type are taken from strangers."""
    return kind in ("purchase", REFUND) and programme.one(Guests) is not None


def address_of(ref: Ref | None) -> str | None:
    """What a guest's activity is kept with: ``phone:+36…``, or nothing; None for who names a card or a number."""
    if ref is None:
        return ""
    return f"{ref[0]}:{ref[1]}" if ref[0] in ("phone", "email") else None


async def claim_in(
    tx: AsyncConnection, programme: Programme, member_id: int, ways: Sequence[Address], now: datetime
) -> list[Recorded]:
    """Record as the member's, who has just joined, what they bought as a guest with these addresses not long ago.

    Only for addresses that are theirs beyond doubt. Inside an open transaction; answers what was recorded.
    """
    terms = programme.one(Guests)
    guests = [f"{_KINDS[way.channel]}:{way.address}" for way in ways if way.channel in _KINDS]
    if terms is None or not guests:
        return []
    kept = await activities.of_guests(tx, sorted(set(guests)), now - timedelta(days=terms.claim_days))
    if not kept:
        return []
    # They are told anew: a replay goes by the order of numbers, and theirs are older than they count.
    await activities.remove(tx, [one.id for one in kept])
    told = [Telling((a.source, a.id), member_id, a, said=_CLAIMED) for a in (one.activity for one in kept)]
    return [one for one in await record_tellings(tx, programme, told, now) if isinstance(one, Recorded)]


async def forget_due(core: Core, now: datetime) -> int:
    """Take the addresses from what can be claimed no more; answers how many there were."""
    async with core.database.write() as tx:
        terms = (await core.programmes.current(tx)).one(Guests)
        return await activities.forget_guests(tx, now - timedelta(days=terms.claim_days if terms else 0))
