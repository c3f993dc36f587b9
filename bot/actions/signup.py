"""Signing up: an activity that the programme tells itself, once for each person and not for each time they join."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.codes import hashed
from bot.actions.recording.within import INTERNAL, record_in
from bot.loyalty.activity import Activity
from bot.loyalty.hearing import heard
from bot.loyalty.programme import Programme
from bot.storage import fingerprints
from bot.storage.fingerprints import Print
from bot.storage.members import REF_OF_CHANNEL, Member

SIGNUP = "signup"


async def sign_up(
    tx: AsyncConnection, programme: Programme, new: Sequence[Member], now: datetime, secret: bytes
) -> None:
    """Record the sign-up of each new member who had not joined before, as far as can be told.

    Nothing is asked or recorded when no rule of the programme hears of it.
    """
    if not new or SIGNUP not in heard(programme):
        return
    prints = {member.id: prints_of(member, secret) for member in new}
    known = await fingerprints.owners(tx, {one for some in prints.values() for one in some})
    first = [_signup(member) for member in new if known.keys().isdisjoint(prints[member.id])]
    if first:
        await record_in(tx, programme, first, now)


def _signup(member: Member) -> tuple[int, Activity]:
    return member.id, Activity(SIGNUP, INTERNAL, f"{SIGNUP}:{member.id}", member.joined_at)


async def remember(tx: AsyncConnection, member: Member, secret: bytes) -> None:
    """Keep who this was, before an address goes or the whole member: it is asked when they join again."""
    await fingerprints.note(tx, [(one, member.id) for one in prints_of(member, secret)])


def prints_of(member: Member, secret: bytes) -> list[Print]:
    """The fingerprints of all that a member is known by."""
    known = {(REF_OF_CHANNEL[a.channel], a.address) for a in member.addresses if a.channel in REF_OF_CHANNEL}
    if member.external_id is not None:
        known.add(("external_id", member.external_id))
    return [fingerprint(secret, kind, value) for kind, value in sorted(known)]


def fingerprint(secret: bytes, kind: str, value: str) -> Print:
    """HMAC-SHA256 of a value in its one true form (a phone number in E.164): nobody without the key can try them."""
    return Print(kind, hashed(secret, f"fingerprint:{kind}", value))
