"""Erasing a person (GDPR art. 17): every personal datum goes, no sum changes."""

from datetime import datetime

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import activities, addresses, consents, dialogs, inbound, link_codes, members, messages


async def erase(tx: AsyncConnection, member_id: int, replacement_code: str, now: datetime) -> None:
    """Blank the member and all that was said; ledger, activities and vouchers keep their numbers."""
    own = select(addresses.c.channel, addresses.c.address).where(addresses.c.member_id == member_id)
    for table in (dialogs, inbound, link_codes):
        await tx.execute(delete(table).where(tuple_(table.c.channel, table.c.address).in_(own)))
    await tx.execute(delete(consents).where(consents.c.member_id == member_id))
    await tx.execute(delete(addresses).where(addresses.c.member_id == member_id))
    unsent = (messages.c.member_id == member_id) & messages.c.state.in_(("queued", "sending"))
    await tx.execute(update(messages).where(unsent).values(state="suppressed", reason="member erased"))
    blank = {"address": "", "text": "", "subject": "", "buttons": None, "thread": ""}
    await tx.execute(update(messages).where(messages.c.member_id == member_id).values(blank))
    await tx.execute(update(activities).where(activities.c.member_id == member_id).values(details=None, location=""))
    await tx.execute(
        update(members)
        .where(members.c.id == member_id)
        .values(
            name="",
            external_id=None,
            code=replacement_code,
            birthday=None,
            birthday_md=None,
            preferred_channel=None,
            erased_at=now,
        )
    )
