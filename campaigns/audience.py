"""Who a scheduled campaign is for, asked of the database in chunks: nobody loads all members."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, Select, Text, bindparam, cast, exists, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.loyalty.member import POINTS
from bot.storage import sets
from bot.storage.tables import lots, members, standings, touches
from bot.storage.types import MICROSECOND, from_micros
from bot.storage.zones import inhabited
from campaigns.campaign import Birthday, Expiring, Scheduled
from campaigns.schedule import celebrated, ending_between, instant, lapsed_between

CHUNK = 500
_APART = timedelta(days=180)
"""Between two birthdays of a member: one moved over the turn of the year must not bring two presents within days."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member to be written to; ``slot`` is what happens only once for them."""

    id: int
    name: str
    locale: str
    zone: ZoneInfo
    preferred_channel: str | None
    slot: str
    quiet_hours: str | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """The members of one campaign on one local date in one zone who were not touched yet.

    ``among`` narrows them to a segment, over ``members`` joined with ``standings``.
    """

    campaign: Scheduled
    day: date
    zone: ZoneInfo
    among: ColumnElement[bool] | None = None

    @property
    def slot(self) -> str:
        """Names the run."""
        return f"{self.day.isoformat()} {self.zone.key}"

    def ending_between(self, campaign: Expiring) -> tuple[datetime, datetime]:
        """After when and up to when points end that are a reason to write."""
        return ending_between(self.day, self.zone, campaign.days_before)

    async def chunk(self, tx: AsyncConnection, after: int, most: int = CHUNK) -> list[Candidate]:
        """The next members in the order of their ids."""
        bound = {"campaign": self.campaign.key, "zone": self.zone.key, "after": after, "most": most}
        if isinstance(self.campaign, Birthday):
            since = instant(self.day, time.min, self.zone) - _APART
            bound |= {"slot": str(self.day.year), "days": celebrated(self.day), "since": since}
            rows = await tx.execute(self._narrowed(_BIRTHDAY), bound)
        elif isinstance(self.campaign, Expiring):
            first, last = self.ending_between(self.campaign)
            ahead = timedelta(days=self.campaign.days_before) // MICROSECOND
            rows = await tx.execute(self._narrowed(_EXPIRING), bound | {"first": first, "last": last, "ahead": ahead})
        else:
            first, last = lapsed_between(self.day, self.zone, self.campaign.days, self.campaign.late_days)
            rows = await tx.execute(self._narrowed(_WINBACK), bound | {"first": first, "last": last})
        return [Candidate(row[0], row[1], row[2], self.zone, row[3], row[4], row[5]) for row in rows]

    def _narrowed(self, everybody: Select[Any]) -> Select[Any]:
        if self.among is None:
            return everybody
        return everybody.where(standings.c.member_id == members.c.id, self.among)


def told_until(candidate: Candidate) -> datetime:
    """Up to when the points end that a candidate is to be told of."""
    return from_micros(int(candidate.slot))


def last_purchase(candidate: Candidate) -> datetime:
    """The purchase that a win-back candidate was found by."""
    return from_micros(int(candidate.slot))


_TOUCHED = (touches.c.campaign == bindparam("campaign")) & (touches.c.member_id == members.c.id)


def _audience(slot: ColumnElement[str], *which: ColumnElement[bool]) -> Select[Any]:
    touched = exists().where(_TOUCHED, touches.c.slot == slot)
    return (
        select(members.c.id, members.c.name, members.c.locale, members.c.preferred_channel, slot, members.c.quiet_hours)
        .where(
            members.c.id > bindparam("after"),
            members.c.erased_at.is_(None),
            *which,
            ~touched,
        )
        .order_by(members.c.id)
        .limit(bindparam("most"))
    )


_BIRTHDAY = _audience(
    bindparam("slot", type_=Text),
    members.c.timezone == bindparam("zone"),
    sets.AnyOf(members.c.birthday_md, "days"),
    ~exists().where(_TOUCHED, touches.c.at > bindparam("since")),
)
# The purchase itself is the slot: a new one opens a new lapse.
_WINBACK = _audience(
    cast(standings.c.last_purchase_at, Text),
    standings.c.member_id == members.c.id,
    standings.c.last_purchase_at >= bindparam("first"),
    standings.c.last_purchase_at < bindparam("last"),
    # An expression, so that no index on zones is used: a whole country lives in one.
    members.c.timezone + "" == bindparam("zone"),
)
_REASONS = (
    select(lots.c.member_id, func.min(type_coerce(lots.c.expires_at, BigInteger)).label("ends"))
    .where(
        lots.c.remaining > 0,
        lots.c.wallet == POINTS,
        lots.c.expires_at > bindparam("first"),
        lots.c.expires_at <= bindparam("last"),
        # Told of already. Microseconds of our days have 16 digits, so the texts compare as the numbers do.
        ~exists().where(
            touches.c.campaign == bindparam("campaign"),
            touches.c.member_id == lots.c.member_id,
            touches.c.slot >= cast(lots.c.expires_at, Text),
        ),
    )
    .group_by(lots.c.member_id)
    .subquery()
)
# The slot is up to when the points end that are told of: what ends later is a new reason.
_EXPIRING = _audience(
    cast(_REASONS.c.ends + bindparam("ahead", type_=BigInteger), Text),
    _REASONS.c.member_id == members.c.id,
    members.c.timezone + "" == bindparam("zone"),
)
_SOME = (
    select(
        members.c.id,
        members.c.name,
        members.c.locale,
        members.c.timezone,
        members.c.preferred_channel,
        members.c.quiet_hours,
    )
    .where(sets.AnyOf(members.c.id, "ids"), members.c.erased_at.is_(None))
    .order_by(members.c.id)
)


async def some(tx: AsyncConnection, ids: Sequence[int], slots: dict[int, str]) -> list[Candidate]:
    """These members, as far as they are still here."""
    rows = await tx.execute(_SOME, {"ids": list(ids)})
    known = {zone.key: zone for zone in await inhabited(tx)}
    return [
        Candidate(id_, name, locale, known[zone], preferred, slots[id_], quiet)
        for id_, name, locale, zone, preferred, quiet in rows
        if zone in known
    ]
