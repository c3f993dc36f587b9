"""Anna, Bence and a café whose campaigns run: what the tests of campaigns and delivery start from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert, select, update

from bot.loyalty.programme import Programme
from bot.messages import Outbound, Purpose
from bot.storage import members, outbox, programmes
from bot.storage.database import Database
from bot.storage.ids import new_id
from bot.storage.members import Address, Member
from bot.storage.tables import activities, messages, news, standings
from campaigns.campaign import Campaign
from campaigns.delivery import Delivery
from campaigns.document import check
from campaigns.run import run_due
from campaigns.touching import CampaignReport
from channels.memory import MemoryChannel

CAFE = (Path(__file__).parents[2] / "config/presets/cafe.toml").read_text("utf-8")
NINE = datetime(2027, 3, 14, 8, 0, tzinfo=UTC)
"""09:00 in Budapest, on Anna's birthday."""
ANNA, BENCE = 1, 2


@dataclass
class Clock:
    """Real time as the tests want it."""

    now: datetime = NINE

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class World:
    """One service: its database, channels and clock."""

    database: Database
    clock: Clock = field(default_factory=Clock)
    channels: dict[str, MemoryChannel] = field(default_factory=dict)
    programme: Programme = field(init=False)
    campaigns: tuple[Campaign, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.programme, self.campaigns = check(CAFE)
        for name in ("telegram", "sms", "email"):
            self.channels.setdefault(name, MemoryChannel(name))

    @property
    def telegram(self) -> MemoryChannel:
        return self.channels["telegram"]

    def delivery(self) -> Delivery:
        return Delivery(self.database, self.channels, self.clock)

    async def open(self) -> "World":
        async with self.database.write() as tx:
            await programmes.publish(tx, CAFE, self.clock())
        return self

    async def join(self, *new: Member) -> None:
        async with self.database.write() as tx:
            await members.add(tx, new)

    async def run_due(self, now: datetime, *, dry_run: bool = False) -> dict[str, CampaignReport]:
        reports = await run_due(
            self.database, self.programme, self.campaigns, now, channels=self.channels, dry_run=dry_run
        )
        return {report.key: report for report in reports}

    async def queue(self, *drafts: outbox.Draft, leased: bool = False) -> None:
        async with self.database.write() as tx:
            await outbox.add(tx, drafts, self.clock(), leased=leased)

    async def rows(self, table: Table) -> Sequence[Any]:
        async with self.database.read() as tx:
            return (await tx.execute(select(table).order_by(*table.primary_key))).all()

    async def states(self) -> list[tuple[str, str]]:
        return [(row.state, row.reason) for row in await self.rows(messages)]

    async def points(self, member: int) -> int:
        return sum(row.points for row in await self.rows(standings) if row.member_id == member)

    async def change(self, table: Table, **values: Any) -> None:
        async with self.database.write() as tx:
            await tx.execute(update(table).values(values))

    async def has_bought(
        self, member: int, at: datetime, outcomes: Sequence[dict[str, Any]] = (), **state: Any
    ) -> None:
        """A purchase as ``record`` leaves it behind: the standing, the activity and its news."""
        activity = new_id()
        async with self.database.write() as tx:
            values = {"last_purchase_at": at, **state}
            await tx.execute(update(standings).where(standings.c.member_id == member).values(values))
            row = {"id": activity, "source": "till", "external_id": str(activity), "type": "purchase", "location": ""}
            row |= {"member_id": member, "occurred_at": at, "recorded_at": at, "outcomes": list(outcomes)}
            await tx.execute(insert(activities).values(row))
            told = {"id": new_id(), "member_id": member, "activity_id": activity, "at": at, "state": "new"}
            await tx.execute(insert(news).values(told))


def anna(**changed: Any) -> Member:
    """Born on 14 March, on Telegram and SMS, agreed to marketing on both, prefers Telegram."""
    return _member(ANNA, "Anna Kiss", date(1990, 3, 14), changed)


def bence(**changed: Any) -> Member:
    """The same for Bence, who was born on another day."""
    return _member(BENCE, "Bence Nagy", date(1985, 7, 1), changed)


def _member(id_: int, name: str, birthday: date, changed: dict[str, Any]) -> Member:
    ways = (Address("telegram", str(100 + id_), True), Address("sms", f"+3620000000{id_}", True))
    told: dict[str, Any] = {"locale": "en", "timezone": "Europe/Budapest", "birthday": birthday, "addresses": ways}
    joined = datetime(2026, 1, 1, tzinfo=UTC)
    told |= {"id": id_, "code": f"C{id_}", "name": name, "joined_at": joined, "preferred_channel": "telegram"}
    return Member(**told | changed)


def message(
    purpose: Purpose = Purpose.MARKETING, channel: str = "telegram", to: str = "101", text: str = "Hello", **more: Any
) -> outbox.Draft:
    """A message to Anna."""
    return outbox.Draft(Outbound(new_id(), channel, to, purpose, text), ANNA, **more)
