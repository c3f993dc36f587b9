"""The outbox: every message is a row before it is sent, and is settled after.

States: ``queued`` → ``sending`` (leased) → ``sent`` → ``delivered`` / ``read``, or ``failed``, ``suppressed``,
``unknown`` (the lease ran out: nobody knows whether it left).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import (
    Executable,
    RowMapping,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Outbound, Picture, Purpose
from bot.storage import sets
from bot.storage.message_parts import (
    dump_buttons,
    dump_picture,
    dump_template,
    load_buttons,
    load_picture,
    load_template,
)
from bot.storage.tables import addresses, inbound, members, messages
from bot.storage.types import to_micros

LEASE = timedelta(seconds=60)
_COLUMNS = (
    "id",
    "member_id",
    "channel",
    "address",
    "purpose",
    "campaign",
    "text",
    "subject",
    "buttons",
    "thread",
    "state",
    "reason",
    "attempts",
    "due_at",
    "lease_until",
    "created_at",
    "picture",
    "replaces",
    "template",
    "to_member",
    "instead_of",
    "language",
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be put in the outbox; due at once unless ``due_at`` says later."""

    message: Outbound
    member_id: int | None
    campaign: str | None = None
    due_at: datetime | None = None
    to_member: bool = False
    """Meant for the person, so another address of theirs will do; a one-time code is meant for its address alone."""
    instead_of: int | None = None
    """The message whose address was gone, which this one takes the place of; there is only one such."""


@dataclass(frozen=True, slots=True)
class Leased:
    """A message that this process may send now, until the lease ends."""

    message: Outbound
    attempts: int
    lease_until: datetime
    created_at: datetime
    to_member: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a message's address at this moment; ``timezone``, ``locale``, ``quiet_hours`` are the member's.

    ``heard_at`` is when its owner last wrote, told of WhatsApp only: there it decides what may be sent.
    """

    marketing: bool | None
    stopped_at: datetime | None
    gone_at: datetime | None
    timezone: str | None
    locale: str | None = None
    heard_at: datetime | None = None
    notices: bool | None = None
    quiet_hours: str | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """How the attempt number ``attempts`` at a message ended.

    With ``due_at`` it goes back to the queue; one that never began is not ``counted``. ``closed`` tells that by it the
    address is gone or opted out.
    """

    id: int
    attempts: int
    state: str
    reason: str = ""
    provider_id: str | None = None
    due_at: datetime | None = None
    counted: bool = True
    closed: bool = False


async def add(tx: AsyncConnection, drafts: Sequence[Draft], now: datetime, *, leased: bool = False) -> None:
    """Write messages; ``leased`` ones are sent by this process right after the commit."""
    state, micros = ("sending" if leased else "queued"), to_micros(now)
    lease = to_micros(now + LEASE) if leased else None
    rows = [
        (
            (m := d.message).id,
            d.member_id,
            m.channel,
            m.address,
            m.purpose.value,
            d.campaign,
            m.text,
            m.subject,
            dump_buttons(m.buttons),
            m.thread,
            state,
            "",
            int(leased),
            to_micros(d.due_at) if d.due_at else micros,
            lease,
            micros,
            dump_picture(m.picture),
            m.replaces,
            dump_template(m.template),
            d.to_member or None,
            d.instead_of,
            m.language,
        )
        for d in drafts
    ]
    await sets.insert(tx, messages, _COLUMNS, rows)


# Literals, because neither database uses a partial index for a state that comes as a parameter.
_QUEUED = messages.c.state == literal_column("'queued'")
_SENDING = messages.c.state == literal_column("'sending'")
# A CTE, because PostgreSQL may run a sub-select once per row it compares, and would then lease more than asked for.
_DUE = (
    select(messages.c.id)
    .where(
        _QUEUED,
        messages.c.channel == bindparam("on_channel"),
        messages.c.purpose == bindparam("for_purpose"),
        messages.c.due_at <= bindparam("now"),
    )
    .order_by(messages.c.due_at, messages.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_CLAIM = (
    update(messages)
    .where(_QUEUED, messages.c.id.in_(select(_DUE.c.id)))
    .values(state="sending", lease_until=bindparam("lease"), attempts=messages.c.attempts + 1)
    .returning(messages)
)


async def claim(
    tx: AsyncConnection, channel: str, purpose: Purpose, due: datetime, most: int, lease_until: datetime
) -> list[Leased]:
    """Lease what is due by ``due`` on a channel, the longest due first. Two workers never get the same message."""
    bound = {"on_channel": channel, "for_purpose": purpose.value, "now": due, "most": most, "lease": lease_until}
    rows = (await tx.execute(_CLAIM, bound)).mappings().all()
    return [_leased(row) for row in sorted(rows, key=lambda row: (row["due_at"], row["id"]))]


async def due_channels(tx: AsyncConnection, channels: Collection[str], due: datetime) -> list[str]:
    """The channels that have anything due: a look at the index for each, however much waits."""
    if not channels:
        return []
    found = await tx.execute(_due_channels(tuple(sorted(channels))), {"now": due})
    return list(dict.fromkeys(found.scalars()))


@cache
def _due_channels(channels: tuple[str, ...]) -> Executable:
    waiting = (
        select(literal(channel)).where(
            exists().where(
                _QUEUED,
                messages.c.channel == channel,
                messages.c.purpose == purpose.value,
                messages.c.due_at <= bindparam("now"),
            )
        )
        for channel in channels
        for purpose in Purpose
    )
    return union_all(*waiting)


def _leased(row: RowMapping) -> Leased:
    return Leased(outbound(row), row["attempts"], row["lease_until"], row["created_at"], bool(row["to_member"]))


_HEARD = (
    select(inbound.c.at)
    .where(inbound.c.channel == messages.c.channel, inbound.c.address == messages.c.address)
    .order_by(inbound.c.id.desc())
    .limit(1)
    .correlate(messages)
    .scalar_subquery()
)
_STANDING = (
    select(
        messages.c.id,
        addresses.c.marketing,
        addresses.c.stopped_at,
        addresses.c.gone_at,
        members.c.timezone,
        members.c.locale,
        case((messages.c.channel == "whatsapp", _HEARD)).label("heard_at"),
        addresses.c.notices,
        members.c.quiet_hours,
    )
    .outerjoin(addresses, and_(addresses.c.channel == messages.c.channel, addresses.c.address == messages.c.address))
    .outerjoin(members, members.c.id == messages.c.member_id)
    .where(sets.AnyOf(messages.c.id, "ids"))
)


async def standing(tx: AsyncConnection, leased: Sequence[Leased]) -> dict[int, Standing]:
    """What holds for the addresses of these messages now, by message id."""
    rows = await tx.execute(_STANDING, {"ids": [lease.message.id for lease in leased]})
    return {row[0]: Standing(*row[1:]) for row in rows}


def outbound(row: RowMapping) -> Outbound:
    """A row as the message it stands for."""
    return Outbound(
        id=row["id"],
        channel=row["channel"],
        address=row["address"],
        purpose=Purpose(row["purpose"]),
        text=row["text"],
        subject=row["subject"],
        buttons=load_buttons(row["buttons"]),
        thread=row["thread"],
        picture=load_picture(row["picture"]),
        replaces=row["replaces"],
        template=load_template(row["template"]),
        language=row["language"],
    )


# Only what is still out may come back: an erased member's message must not.
_BACK = (
    update(messages)
    .where(
        messages.c.id == bindparam("message"),
        messages.c.attempts == bindparam("attempt"),
        or_(messages.c.state == "sending", messages.c.state == "unknown"),
    )
    .values(
        state="queued",
        reason=bindparam("why"),
        due_at=bindparam("due"),
        attempts=messages.c.attempts - bindparam("less"),
    )
)


async def settle(tx: AsyncConnection, ended: Sequence[Settled], now: datetime) -> None:
    """Write how attempts ended; one whose message was given to somebody else meanwhile changes nothing."""
    micros = to_micros(now)
    done = [(e.id, e.attempts, e.state, e.reason, e.provider_id, micros) for e in ended if e.due_at is None]
    back = [
        {"message": e.id, "attempt": e.attempts, "why": e.reason, "due": e.due_at, "less": int(not e.counted)}
        for e in ended
        if e.due_at is not None
    ]
    await sets.update(tx, messages, ("id", "attempts"), ("state", "reason", "provider_id", "settled_at"), done)
    if back:
        await tx.execute(_BACK, back)


async def picture_of(tx: AsyncConnection, message: int) -> Picture | None:
    """What the picture of a message shows; None when it has none, or its member was erased."""
    row = (await tx.execute(select(messages.c.picture).where(messages.c.id == message))).first()
    return load_picture(row.picture) if row else None


async def mark_gone(tx: AsyncConnection, channel: str, address: str, now: datetime) -> None:
    """Nothing goes to this address until its owner comes back; the first time stays written down."""
    column = addresses.c.gone_at
    await tx.execute(
        update(addresses)
        .where(addresses.c.channel == channel, addresses.c.address == address)
        .values({column: func.coalesce(column, bindparam("at", now, type_=column.type))})
    )


_EXPIRED = (
    update(messages)
    .where(_SENDING, messages.c.lease_until < bindparam("now"))
    .values(state="unknown", reason="the service stopped while sending", settled_at=bindparam("now"))
    .returning(messages.c.id, messages.c.purpose)
)
_AGAIN = update(messages).where(sets.AnyOf(messages.c.id, "ids")).values(state="queued", due_at=bindparam("now"))


_OVERTAKE = (
    update(messages)
    .where(
        sets.AnyOf(messages.c.member_id, "members"),
        messages.c.campaign == bindparam("key"),
        messages.c.state == "queued",
    )
    .values(state="suppressed", reason="overtaken by news", settled_at=bindparam("at"))
)


async def overtake(tx: AsyncConnection, campaign: str, member_ids: Sequence[int], now: datetime) -> None:
    """Hold back what a campaign still had to say to these members."""
    await tx.execute(_OVERTAKE, {"members": list(member_ids), "key": campaign, "at": now})


async def recover(tx: AsyncConnection, now: datetime) -> int:
    """Messages whose lease ran out: replies and notices go back to the queue, marketing stays ``unknown``.

    Answers how many were found.
    """
    rows = (await tx.execute(_EXPIRED, {"now": now})).all()
    again = [row.id for row in rows if row.purpose != Purpose.MARKETING]
    if again:
        await tx.execute(_AGAIN, {"ids": again, "now": now})
    return len(rows)
