"""What was said by whom: inbound messages, and the talks they belong to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.loyalty.member import Profile, Progress
from bot.messages import Inbound
from bot.storage import sets
from bot.storage.ids import new_id
from bot.storage.tables import addresses, dialogs, inbound, members, standings
from bot.storage.types import to_micros

Dialog = Mapping[str, Any]
"""Where a talk of several turns stands, JSON-ready."""


@dataclass(frozen=True, slots=True)
class Chat:
    """What is kept about one address and whoever owns it."""

    member_id: int | None = None
    locale: str | None = None
    stopped_at: datetime | None = None
    gone_at: datetime | None = None
    dialog: Dialog | None = None
    code: str = ""
    name: str = ""
    member_locale: str | None = None
    points: int = 0
    progress: Progress | None = None
    profile: Profile | None = None
    due_at: datetime | None = None
    credit: int = 0
    person_since: datetime | None = None
    """Staff have the talk since then: the bot is silent."""
    goal: str = ""


_SEEN = select(inbound.c.provider_id).where(
    inbound.c.channel == bindparam("channel"), sets.AnyOf(inbound.c.provider_id, "ids")
)
_CHATS = (
    select(
        addresses.c.address,
        addresses.c.member_id,
        addresses.c.locale,
        addresses.c.stopped_at,
        addresses.c.gone_at,
        dialogs.c.state,
        members.c.code,
        members.c.name,
        members.c.locale.label("member_locale"),
        standings.c.points,
        standings.c.progress,
        members.c.joined_at,
        members.c.timezone,
        members.c.birthday,
        standings.c.due_at,
        standings.c.credit,
        addresses.c.person_since,
        members.c.goal,
    )
    .select_from(
        addresses.outerjoin(
            dialogs, (dialogs.c.channel == addresses.c.channel) & (dialogs.c.address == addresses.c.address)
        )
        .outerjoin(members, members.c.id == addresses.c.member_id)
        .outerjoin(standings, standings.c.member_id == addresses.c.member_id)
    )
    .where(addresses.c.channel == bindparam("channel"), sets.AnyOf(addresses.c.address, "addresses"))
)


async def unseen(tx: AsyncConnection, said: Sequence[Inbound]) -> list[Inbound]:
    """Those that were not told before, each once, in order; all of one channel."""
    known = set((await tx.execute(_SEEN, {"channel": said[0].channel, "ids": [m.id for m in said]})).scalars())
    fresh: dict[str, Inbound] = {}
    for message in said:
        if message.id not in known:
            fresh.setdefault(message.id, message)
    return list(fresh.values())


async def note(tx: AsyncConnection, said: Sequence[Inbound]) -> None:
    """Keep what was said; each id only once (a second process that tells the same is refused by the key)."""
    rows = [(m.channel, m.id, new_id(), m.address, m.text, to_micros(m.at)) for m in said]
    await sets.insert(tx, inbound, ("channel", "provider_id", "id", "address", "text", "at"), rows)


_LOCK = (
    select(addresses.c.address)
    .where(addresses.c.channel == bindparam("channel"), sets.AnyOf(addresses.c.address, "addresses"))
    .order_by(addresses.c.address)
    .with_for_update()
)


async def lock(tx: AsyncConnection, channel: str, those: Collection[str]) -> None:
    """Hold these chats until the transaction ends: two processes must not answer one chat at the same time.

    SQLite has one writer anyway.
    """
    if tx.dialect.name != "sqlite":
        await tx.execute(_LOCK, {"channel": channel, "addresses": list(those)})


async def load(tx: AsyncConnection, channel: str, those: Collection[str]) -> dict[str, Chat]:
    """The chats that exist, by address."""
    rows = await tx.execute(_CHATS, {"channel": channel, "addresses": list(those)})
    return {row[0]: _chat(row) for row in rows}


def _chat(row: Sequence[Any]) -> Chat:
    member_id, locale, stopped, gone, dialog, code, name, member_locale, points, progress, *person = row[1:]
    joined_at, zone, birthday, due_at, credit, person_since, goal = person
    profile = None if member_id is None else Profile(joined_at, ZoneInfo(zone), birthday, member_locale or "")
    return Chat(
        member_id,
        locale,
        stopped,
        gone,
        dialog,
        code or "",
        name or "",
        member_locale,
        points or 0,
        progress,
        profile,
        due_at,
        credit or 0,
        person_since,
        goal or "",
    )


_BY_SMS = addresses.alias()
_OWNER = select(_BY_SMS.c.member_id).where(_BY_SMS.c.channel == "sms", _BY_SMS.c.address == addresses.c.address)
_ADOPT = (
    update(addresses)
    .where(addresses.c.channel == "whatsapp", sets.AnyOf(addresses.c.address, "those"), addresses.c.member_id.is_(None))
    .values(member_id=_OWNER.scalar_subquery())
)


async def open_strangers(tx: AsyncConnection, channel: str, those: Collection[str]) -> dict[str, Chat]:
    """Remember addresses heard from for the first time.

    WhatsApp vouches for the numbers of those who write, so on it the number of a member is that member.
    """
    await sets.insert(tx, addresses, ("channel", "address"), [(channel, a) for a in those], or_skip=True)
    if channel != "whatsapp":
        return {address: Chat() for address in those}
    await tx.execute(_ADOPT, {"those": list(those)})
    return await load(tx, channel, those)


async def save_dialogs(tx: AsyncConnection, channel: str, states: Mapping[str, Dialog | None]) -> None:
    """Write where talks stand; None ends one."""
    if not states:
        return
    await tx.execute(
        dialogs.delete().where(dialogs.c.channel == bindparam("channel"), sets.AnyOf(dialogs.c.address, "gone")),
        {"channel": channel, "gone": list(states)},
    )
    rows = [(channel, address, orjson.dumps(state).decode()) for address, state in states.items() if state]
    await sets.insert(tx, dialogs, ("channel", "address", "state"), rows)


async def mark(tx: AsyncConnection, channel: str, address: str, **values: Any) -> None:
    """Set columns of an address such as ``gone_at`` and ``locale``; what may be sent there ``actions.consent`` sets."""
    at = (addresses.c.channel == channel) & (addresses.c.address == address)
    await tx.execute(update(addresses).where(at).values(values))
