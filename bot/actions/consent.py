"""What may be sent where: the one way that it changes, always together with the line that proves it.

``source`` says what told us: ``chat`` (joining, STOP, START), ``settings``, ``opt-in asked`` and ``opt-in confirmed``
(by the owner of a mail address), ``unsubscribe link``, ``provider`` (an opt-out that it heard of, a complaint),
``api``, ``import``, ``merged`` (of two memberships made one, one said no on that channel).
"""

import csv
from collections.abc import Sequence
from datetime import datetime
from typing import TextIO

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import refs
from bot.actions.core import Core
from bot.actions.intake import MemberRef
from bot.storage import consents, opt_ins
from bot.storage.consents import ALL, MARKETING, NOTICES, Consent, Line
from bot.storage.members import Member

__all__ = ["ALL", "MARKETING", "NOTICES", "Consent", "change", "given", "unsubscribe"]
PROVIDER = "provider"
COLUMNS = ("at", "member", "channel", "address", "purpose", "granted", "source", "words")
"""Of the ledger as CSV."""


async def change(tx: AsyncConnection, wishes: Sequence[Consent], now: datetime) -> bool:
    """Have it be so from now on; answers whether anything was different before.

    A line is written for each that changed something, and for offers agreed to once more: their proof is fresh.
    An address that nobody knows (its owner erased) is not written down anew.
    """
    told, changed = [], False
    for one in wishes:
        whose = await consents.owner(tx, one.channel, one.address)
        if whose is None:
            continue
        new = await consents.put(tx, one, now)
        changed |= new
        if new or (one.granted and one.purpose == MARKETING):
            told.append((whose[0], one))
        if not one.granted and one.purpose != NOTICES:
            await opt_ins.drop(tx, one.channel, one.address)
    await consents.note(tx, told, now)
    return changed


async def given(tx: AsyncConnection, new: Sequence[Member], source: str, words: str, now: datetime) -> None:
    """Write down what new members brought along: it stands on their addresses already."""
    told = [
        (member.id, Consent(way.channel, way.address, way.marketing, source, words))
        for member in new
        for way in member.addresses
        if way.marketing is not None
    ]
    await consents.note(tx, told, now)


async def unsubscribe(core: Core, channel: str, address: str) -> None:
    """No more offers, by the link in a message."""

    async def work(tx: AsyncConnection) -> None:
        await change(tx, [Consent(channel, address, False, "unsubscribe link")], core.clock())

    await core.database.transact(work)


async def opted_out(tx: AsyncConnection, channel: str, address: str, words: str, now: datetime) -> bool:
    """No more messages: the provider says that the person told it so, or complained."""
    return await change(tx, [Consent(channel, address, False, PROVIDER, words, ALL)], now)


async def stopped_by(tx: AsyncConnection, member_id: int | None, channel: str, address: str) -> str:
    """What told us to send nothing more to an address, as the ledger has it; empty when nothing did."""
    line = await consents.last_stop(tx, member_id, channel, address)
    return line.source if line else ""


async def history(core: Core, ref: MemberRef) -> list[Line]:
    """The lines of a member, the oldest first.

    Raises:
        NotFound: when there is no such member.
    """
    async with core.database.read() as tx:
        member_id = await refs.find_one(tx, ref, await core.programmes.current(tx))
        return await consents.of_member(tx, member_id)


async def export(core: Core, out: TextIO) -> int:
    """Write the whole ledger as CSV, piece by piece; answers how many lines."""
    file, done = csv.writer(out, lineterminator="\n"), 0
    file.writerow(COLUMNS)
    async with core.database.read() as tx:
        async for lines in consents.everything(tx):
            file.writerows(as_row(line) for line in lines)
            done += len(lines)
    return done


def as_row(line: Line) -> list[str]:
    """In the order of ``COLUMNS``."""
    one, said = line.consent, "yes" if line.consent.granted else "no"
    member = "" if line.member_id is None else str(line.member_id)
    return [line.at.isoformat(), member, one.channel, one.address, one.purpose, said, one.source, one.words]
