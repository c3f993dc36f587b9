"""Erasing a person (GDPR art. 17): every personal datum goes, no sum changes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Text, case, cast, delete, literal, select, tuple_, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import answered
from bot.storage.members import REF_OF_CHANNEL
from bot.storage.tables import (
    activities,
    addresses,
    choices,
    consents,
    dialogs,
    inbound,
    link_codes,
    link_tokens,
    members,
    messages,
    opt_ins,
    self_stamps,
    staff_messages,
    tries,
    waiting,
)

_LINKED = (addresses, consents, messages)


async def erase(tx: AsyncConnection, member_id: int, replacement_code: str, now: datetime) -> None:
    """Blank the member and all that was said; ledger, activities and vouchers keep their numbers."""
    own = await places(tx, member_id)
    for table in (dialogs, inbound, staff_messages, addresses):
        await tx.execute(delete(table).where(tuple_(table.c.channel, table.c.address).in_(own)))
    await tx.execute(delete(link_tokens).where(link_tokens.c.member_id == member_id))
    for table in (consents, link_codes, opt_ins):
        theirs = (table.c.member_id == member_id) | tuple_(table.c.channel, table.c.address).in_(own)
        await tx.execute(delete(table).where(theirs))
    for counted in (waiting, choices, self_stamps):
        await tx.execute(delete(counted).where(counted.c.member_id == member_id))
    await _forget_counts(tx, own)
    said = (messages.c.member_id == member_id) | tuple_(messages.c.channel, messages.c.address).in_(own)
    unsent = said & messages.c.state.in_(("queued", "sending"))
    # What a provider answered may quote the address; why we held a message back does not.
    reason = case((messages.c.state == "suppressed", messages.c.reason), else_="")
    blank = dict.fromkeys(("address", "text", "subject", "thread", "replaces"), "") | dict.fromkeys(
        ("buttons", "picture", "template")
    )
    await tx.execute(update(messages).where(unsent).values(state="suppressed", reason="member erased"))
    await tx.execute(update(messages).where(said).values(**blank, reason=reason))
    await tx.execute(update(activities).where(activities.c.member_id == member_id).values(details=None, location=""))
    guests = [f"{REF_OF_CHANNEL[way]}:{address}" for way, address in own if way in REF_OF_CHANNEL]
    await tx.execute(update(activities).where(activities.c.guest.in_(guests)).values(guest=None))
    # Those who became one with this member are erased with them; their codes lead nowhere then.
    nowhere = literal("merged:").concat(cast(members.c.id, Text))
    one_with = update(members).where(members.c.merged_into == member_id)
    await tx.execute(one_with.values(external_id=None, merged_into=None, code=nowhere))
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
            goal=None,
            quiet_hours=None,
            erased_at=now,
        )
    )


async def _forget_counts(tx: AsyncConnection, own: Sequence[tuple[str, str]]) -> None:
    """How often an address was answered, or tried something, is kept by the address."""
    await answered.forget(tx, own)
    for channel, address in own:
        await tx.execute(delete(tries).where(tries.c.what.endswith(f":{channel}:{address}", autoescape=True)))


async def places(tx: AsyncConnection, member_id: int) -> list[tuple[str, str]]:
    """Every ``(channel, address)`` the member has or had, less those that are another member's by now."""
    ever = union(*(select(t.c.channel, t.c.address).where(t.c.member_id == member_id) for t in _LINKED))
    pairs = [(row[0], row[1]) for row in await tx.execute(ever) if row[1]]
    taken = select(addresses.c.channel, addresses.c.address).where(
        tuple_(addresses.c.channel, addresses.c.address).in_(pairs), addresses.c.member_id != member_id
    )
    others = {(row[0], row[1]) for row in await tx.execute(taken)}
    return [pair for pair in pairs if pair not in others]
