"""Members, their addresses and consents."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, RowMapping, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import sets
from bot.storage.tables import addresses, members, standings
from bot.storage.types import to_micros


@dataclass(frozen=True, slots=True)
class Address:
    """One way to reach a person; ``marketing`` is None until they were asked, ``notices`` until they said no or yes."""

    channel: str
    address: str
    marketing: bool | None = None
    stopped_at: datetime | None = None
    gone_at: datetime | None = None
    notices: bool | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A customer who joined. ``code`` is the number on their card.

    ``locale`` is what was told, chosen or learnt, and empty until then: ``bot.wording.negotiate`` makes a language of
    either, the programme's first of an empty one.
    """

    id: int
    code: str
    name: str
    locale: str
    timezone: str
    joined_at: datetime
    external_id: str | None = None
    birthday: date | None = None
    preferred_channel: str | None = None
    quiet_hours: str | None = None
    addresses: tuple[Address, ...] = field(default=())

    def address(self, channel: str) -> str | None:
        """The member's address on a channel, when there is one."""
        return next((a.address for a in self.addresses if a.channel == channel), None)

    @property
    def phone(self) -> str | None:
        """Their number in E.164, by SMS or else on WhatsApp."""
        return self.address("sms") or self.address("whatsapp")


REF_CHANNELS = {"phone": "sms", "email": "email", "telegram": "telegram"}
"""Which channel's address a reference makes of someone unknown."""
REF_OF_CHANNEL = {"whatsapp": "phone"} | {channel: kind for kind, channel in REF_CHANNELS.items()}
"""What kind of reference finds the owner of a channel's address: a phone number is one by SMS and on WhatsApp."""

_MEMBER_COLUMNS = (
    "id",
    "external_id",
    "code",
    "name",
    "birthday",
    "birthday_md",
    "locale",
    "timezone",
    "preferred_channel",
    "joined_at",
)


def month_day(birthday: date | None) -> int | None:
    """The day of the year as one number, 229 for 29 February: what birthdays are looked up by."""
    return None if birthday is None else birthday.month * 100 + birthday.day


async def add(tx: AsyncConnection, new: Sequence[Member]) -> None:
    """Write members with their addresses and an empty standing."""
    rows = [
        (
            m.id,
            m.external_id,
            m.code,
            m.name,
            m.birthday.isoformat() if m.birthday else None,
            month_day(m.birthday),
            m.locale,
            m.timezone,
            m.preferred_channel,
            to_micros(m.joined_at),
        )
        for m in new
    ]
    await sets.insert(tx, members, _MEMBER_COLUMNS, rows)
    await sets.insert(
        tx,
        standings,
        ("member_id", "points", "lifetime_points", "purchases", "progress"),
        [(m.id, 0, 0, 0, "{}") for m in new],
    )
    await _put_addresses(tx, [(member.id, way) for member in new for way in member.addresses])


async def _put_addresses(tx: AsyncConnection, new: Sequence[tuple[int, Address]]) -> None:
    """Addresses that nobody ever wrote from, all at once; those of strangers, one by one."""
    known: set[tuple[str, str]] = set()
    for channel in {way.channel for _, way in new}:
        told = {"channel": channel, "keys": [way.address for _, way in new if way.channel == channel]}
        known |= {(channel, row[0]) for row in await tx.execute(_KNOWN, told)}
    fresh = [(id_, way) for id_, way in new if (way.channel, way.address) not in known]
    columns = ("channel", "address", "member_id", "marketing")
    await sets.insert(tx, addresses, columns, [(w.channel, w.address, id_, w.marketing) for id_, w in fresh])
    for member_id, way in new:
        if (way.channel, way.address) in known:
            await put_address(tx, member_id, way)


async def put_address(tx: AsyncConnection, member_id: int, address: Address) -> None:
    """Make the address the member's; what is known of a stranger there (a STOP, a language) stays."""
    values: dict[str, Any] = {"member_id": member_id}
    if address.marketing is not None:
        values["marketing"] = address.marketing
    at = (addresses.c.channel == address.channel) & (addresses.c.address == address.address)
    # Never taken from another member: who lost the race for it runs into the key, and looks again.
    free = addresses.c.member_id.is_(None) | (addresses.c.member_id == member_id)
    done = await tx.execute(update(addresses).where(at, free).values(values))
    if done.rowcount == 0:
        await tx.execute(insert(addresses).values(channel=address.channel, address=address.address, **values))
    there = select(addresses.c.locale).where(at).scalar_subquery()
    await learn_locale(tx, member_id, func.coalesce(there, ""))


async def learn_locale(tx: AsyncConnection, member_id: int, found: str | ColumnElement[str], known: str = "") -> None:
    """A guess at a member's language, theirs from then on; nothing when what is known is not ``known`` any more."""
    unchanged = (members.c.id == member_id) & (members.c.locale == known)
    await tx.execute(update(members).where(unchanged).values(locale=found))


def _by_column(column: Column[Any]) -> Any:
    # Who became one with another member is found as that one.
    there = members.c.erased_at.is_(None) | members.c.merged_into.is_not(None)
    return select(column, func.coalesce(members.c.merged_into, members.c.id)).where(sets.AnyOf(column, "keys"), there)


_BY_EXTERNAL = _by_column(members.c.external_id)
_BY_CODE = _by_column(members.c.code)
_BY_ID = _by_column(members.c.id)
_KNOWN = select(addresses.c.address).where(
    addresses.c.channel == bindparam("channel"), sets.AnyOf(addresses.c.address, "keys")
)
# Where a number is one person's by SMS and another's on WhatsApp, the last row wins.
_BY_ADDRESS = {
    kind: select(addresses.c.address, addresses.c.member_id)
    .where(
        addresses.c.channel.in_([channel for channel, of in REF_OF_CHANNEL.items() if of == kind]),
        sets.AnyOf(addresses.c.address, "keys"),
        addresses.c.member_id.is_not(None),
    )
    .order_by(addresses.c.channel.desc())
    for kind in REF_CHANNELS
}


async def find(tx: AsyncConnection, kind: str, keys: Collection[Any]) -> dict[Any, int]:
    """Member ids by one kind of reference: ``id``, ``external_id``, ``code``, ``phone``, ``email``, ``telegram``."""
    statement = {"id": _BY_ID, "external_id": _BY_EXTERNAL, "code": _BY_CODE, **_BY_ADDRESS}[kind]
    return {row[0]: row[1] for row in await tx.execute(statement, {"keys": list(keys)})}


async def locale(tx: AsyncConnection, member_id: int) -> str:
    """The language that a member reads; empty when it is not known, or there is no such member."""
    return (await tx.execute(select(members.c.locale).where(members.c.id == member_id))).scalar_one_or_none() or ""


async def get(tx: AsyncConnection, member_id: int) -> Member:
    """A member with all addresses; must exist."""
    row = (await tx.execute(select(members).where(members.c.id == member_id))).mappings().one()
    ways = await tx.execute(select(addresses).where(addresses.c.member_id == member_id).order_by(addresses.c.channel))
    return as_member(row, [as_address(way) for way in ways.mappings()])


def as_member(row: RowMapping, ways: Sequence[Address]) -> Member:
    return Member(
        id=row["id"],
        code=row["code"],
        name=row["name"],
        locale=row["locale"],
        timezone=row["timezone"],
        joined_at=row["joined_at"],
        external_id=row["external_id"],
        birthday=date.fromisoformat(row["birthday"]) if row["birthday"] else None,
        preferred_channel=row["preferred_channel"],
        quiet_hours=row["quiet_hours"],
        addresses=tuple(ways),
    )


def as_address(row: RowMapping) -> Address:
    return Address(row["channel"], row["address"], row["marketing"], row["stopped_at"], row["gone_at"], row["notices"])


async def change(tx: AsyncConnection, member_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of a member; a birthday takes its look-up number along."""
    changed = dict(values)
    if "birthday" in changed:
        birthday: date | None = changed["birthday"]
        changed |= {"birthday": birthday and birthday.isoformat(), "birthday_md": month_day(birthday)}
    if external := changed.get("external_id"):
        # It may be that of a member who became one with this one.
        theirs = (members.c.merged_into == member_id) & (members.c.external_id == external)
        await tx.execute(update(members).where(theirs).values(external_id=None))
    if changed:
        await tx.execute(update(members).where(members.c.id == member_id).values(changed))


async def drop_address(tx: AsyncConnection, channel: str, address: str) -> None:
    """Take an address from its member, and forget it; only a STOP said there is kept."""
    at = (addresses.c.channel == channel) & (addresses.c.address == address)
    await tx.execute(delete(addresses).where(at, addresses.c.stopped_at.is_(None)))
    await tx.execute(update(addresses).where(at).values(member_id=None, marketing=False))
