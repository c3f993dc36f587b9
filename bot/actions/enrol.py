"""Making members, changing them, erasing them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import consent, refer, refs
from bot.actions.codes import new_code
from bot.actions.consent import Consent
from bot.actions.core import Core
from bot.actions.intake import MemberRef
from bot.actions.recording.guests import claim_in
from bot.actions.signup import remember, sign_up
from bot.errors import Conflict, NotFound, bad_field
from bot.loyalty import codes
from bot.loyalty.programme import Programme
from bot.storage import erasure, members, standings
from bot.storage.ids import new_id
from bot.storage.members import REF_OF_CHANNEL, Address, Member


@dataclass(frozen=True, slots=True)
class NewMember:
    """Who joins; ``addresses`` with the consent given on each, ``words`` and ``source`` for its proof."""

    name: str = ""
    addresses: tuple[Address, ...] = ()
    birthday: date | None = None
    locale: str | None = None
    timezone: str | None = None
    external_id: str | None = None
    preferred_channel: str | None = None
    source: str = "api"
    words: str = ""
    referred_by: MemberRef | None = None


async def enrol(core: Core, new: NewMember) -> Member:
    """Make a member.

    Raises:
        Conflict: when an address or the external id belongs to a member; ``facts["member"]`` names it.
    """

    async def work(tx: AsyncConnection) -> Member:
        programme = await core.programmes.current(tx)
        friend = await enrol_in(tx, programme, new, core.clock(), core.secret)
        if new.referred_by is not None:
            await refer.invited(core, tx, programme, friend, await _referrer(tx, new.referred_by, programme))
        return friend

    return await core.database.transact(work)


async def _referrer(tx: AsyncConnection, ref: MemberRef, programme: Programme) -> int:
    try:
        return await refs.find_one(tx, ref, programme)
    except NotFound as error:
        raise bad_field("referred_by", str(error)) from error


async def enrol_in(tx: AsyncConnection, programme: Programme, new: NewMember, now: datetime, secret: bytes) -> Member:
    """The same inside a transaction that is already open."""
    await _refuse_taken(tx, new)
    member = built(programme, new, now)
    await members.add(tx, [member])
    await consent.given(tx, [member], new.source, new.words, now)
    await sign_up(tx, programme, [member], now, secret)
    await claim_in(tx, programme, member.id, new.addresses, now)
    # A chat at one of the addresses may have told their language.
    return member if member.locale else await members.get(tx, member.id)


def built(programme: Programme, new: NewMember, now: datetime) -> Member:
    """The new member with what the programme fills in."""
    return Member(
        id=new_id(),
        code=new_code(codes.MEMBER),
        name=new.name,
        locale=new.locale or "",
        timezone=new.timezone or programme.zone.key,
        joined_at=now,
        external_id=new.external_id,
        birthday=new.birthday,
        preferred_channel=new.preferred_channel,
        addresses=new.addresses,
    )


async def _refuse_taken(tx: AsyncConnection, new: NewMember, but: int | None = None) -> None:
    """What is told of someone new, or of the member ``but``, must not be another's."""
    keys = [(REF_OF_CHANNEL[a.channel], a.address) for a in new.addresses if a.channel in REF_OF_CHANNEL]
    if new.external_id is not None:
        keys.append(("external_id", new.external_id))
    for kind, value in keys:
        owner = (await members.find(tx, kind, [value])).get(value)
        if owner not in (None, but):
            member_id = str(owner)
            raise Conflict(f"this {kind} belongs to member {member_id} already", member=member_id)


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be different: columns; addresses by channel, None to forget one; consents by channel."""

    values: Mapping[str, Any] = field(default_factory=dict)
    addresses: Mapping[str, str | None] = field(default_factory=dict)
    consents: Mapping[str, bool] = field(default_factory=dict)
    source: str = "api"


async def change(core: Core, ref: MemberRef, changes: Changes) -> Member:
    """Change a member. A consent counts for the address there is on its channel; a new address starts without.

    Raises:
        NotFound: when there is no such member.
        Conflict: when an address or the external id belongs to another member.
    """

    async def work(tx: AsyncConnection) -> Member:
        member_id = await _held(core, tx, ref)
        present = await members.get(tx, member_id)
        own = {a.channel: a.address for a in present.addresses}
        after = _addresses_after(own, changes)
        fresh = tuple(Address(c, a) for c, a in after.items() if own.get(c) != a)
        external = changes.values.get("external_id")
        await _refuse_taken(
            tx, NewMember(addresses=fresh, external_id=None if external == present.external_id else external), member_id
        )
        left = [(channel, address) for channel, address in own.items() if after.get(channel) != address]
        if left or changes.values.get("external_id", present.external_id) != present.external_id:
            await remember(tx, present, core.secret)
        for channel, address in left:
            await members.drop_address(tx, channel, address)
        for way in fresh:
            await members.put_address(tx, member_id, way)
        said = [Consent(c, after[c], yes, changes.source) for c, yes in changes.consents.items() if c in after]
        await consent.change(tx, said, core.clock())
        await members.change(tx, member_id, changes.values)
        return await members.get(tx, member_id)

    return await core.database.transact(work)


def _addresses_after(own: Mapping[str, str], changes: Changes) -> dict[str, str]:
    """The address on each channel; the one on WhatsApp is the phone number, from the first consent on.

    Who writes from another number there keeps it.
    """
    after = {**own, **changes.addresses}
    same = "whatsapp" in own and own["whatsapp"] == own.get("sms")
    if (same and "sms" in changes.addresses) or ("whatsapp" not in own and "whatsapp" in changes.consents):
        after["whatsapp"] = after.get("sms")
    return {channel: address for channel, address in after.items() if address is not None}


async def erase(core: Core, ref: MemberRef) -> None:
    """Remove every personal datum of a member; the ledger and its sums stay.

    Raises:
        NotFound: when there is no such member.
    """

    async def work(tx: AsyncConnection) -> None:
        await erase_in(tx, await _held(core, tx, ref), core.secret, core.clock())

    await core.database.transact(work)


async def erase_in(tx: AsyncConnection, member_id: int, secret: bytes, now: datetime) -> None:
    """The same inside a transaction that is already open."""
    await standings.lock(tx, [member_id])
    await remember(tx, await members.get(tx, member_id), secret)
    await erasure.erase(tx, member_id, replacement_code=new_code(codes.MEMBER), now=now)


async def _held(core: Core, tx: AsyncConnection, ref: MemberRef) -> int:
    """The member's id, locked; looked up again then, because they may have been erased while we waited."""
    programme = await core.programmes.current(tx)
    await standings.lock(tx, [await refs.find_one(tx, ref, programme)])
    return await refs.find_one(tx, ref, programme)
