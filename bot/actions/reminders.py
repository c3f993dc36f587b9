"""Telling members that something they hold is going to end."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.core import Core
from bot.actions.notices import notice
from bot.conversation import seats
from bot.loyalty.programme import Programme
from bot.storage import members, outbox, vouchers
from bot.storage.vouchers import Voucher

_AT_ONCE = 200
_LATE = timedelta(hours=1)
"""A reminder that comes when hardly anything is left helps nobody."""


async def remind(core: Core, now: datetime) -> int:
    """Write a notice for each voucher whose time to be reminded of has come, once; answers how many."""

    async def work(tx: AsyncConnection) -> int:
        programme, drafts = await core.programmes.current(tx), list[outbox.Draft]()
        due = await vouchers.ending(tx, now, _AT_ONCE)
        for voucher in due:
            if voucher.expires_at and now + _LATE < voucher.expires_at and _counts(voucher):
                drafts += await _reminder(tx, core, programme, voucher)
        await outbox.add(tx, drafts, now)
        return len(due)

    told = 0
    while found := await core.database.transact(work):
        told += found
    return told


def _counts(voucher: Voucher) -> bool:
    """A trial runs on after its voucher was used; of anything else nothing is left then."""
    used = voucher.used_at is not None and (voucher.terms or {}).get("kind") != "trial"
    return not used and voucher.cancelled_at is None


async def _reminder(tx: AsyncConnection, core: Core, programme: Programme, voucher: Voucher) -> list[outbox.Draft]:
    member, terms = await members.get(tx, voucher.member_id), voucher.terms or {}
    if voucher.expires_at is None or "names" not in terms:
        return []
    said = seats.ends_soon(programme, member.locale, terms["names"], voucher.code, voucher.expires_at, programme.zone)
    return notice(member, said, core.channels)
