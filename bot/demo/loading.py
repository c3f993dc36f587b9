"""Filling the demo's database the way real days would have: by the use cases, moment by moment, up to now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from importlib.resources import files

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.balance import balance
from bot.actions.core import Core
from bot.actions.enrol import NewMember, built
from bot.actions.intake import ActivityIn, MemberRef
from bot.actions.recording.record import record_many
from bot.actions.redeem import redeem
from bot.demo import sample
from bot.demo.people import ANNA, BIRTHDAYS, people
from bot.errors import RegularsError
from bot.loyalty.programme import Programme
from bot.storage import members, programmes, sets
from bot.storage.ids import new_id
from bot.storage.members import Member
from bot.storage.tables import addresses, consents
from bot.storage.types import to_micros
from campaigns.delivery import Delivery
from campaigns.reading import parse
from campaigns.run import run_due
from channels.base import Channel

ANNA_REF = MemberRef(external_id=sample.external_id(ANNA))
_LOOKS = (time(10), time(14), time(18))
"""When, on each of the last days, campaigns looked for what was due: all outside the quiet hours."""
_CHUNK = 300


async def fill(core: Core, channels: Mapping[str, Channel]) -> None:
    """Publish the café, enrol the sample's customers, record what they bought, and let the campaigns of the last
    days happen; ``channels`` take the messages."""
    now = core.clock()
    text = (files("config") / "presets" / "cafe.toml").read_text(encoding="utf-8")
    async with core.database.write() as tx:
        await programmes.publish(tx, text, now)
        programme = await core.programmes.current(tx)
    rows = sample.rows()
    told = sample.purchases(rows, now, programme.zone, programme.currency)
    past = _Past(core, channels, programme, told)
    await past.enrol(dict.fromkeys(row.customer for row in rows))
    for moment in _moments(now, programme):
        await past.up_to(moment)
        await past.look()
    # What has happened since is news to the running service, which looks as soon as it starts.
    await past.up_to(now)


def _moments(now: datetime, programme: Programme) -> list[datetime]:
    """The looks of the last days that lie behind us. Never later than now: before ten in the morning the newest is of
    yesterday, and the page of messages has the days before to show."""
    today = now.astimezone(programme.zone).date()
    days = [today - timedelta(days=back) for back in reversed(range(BIRTHDAYS + 1))]
    looks = [datetime.combine(day, at, programme.zone).astimezone(UTC) for day in days for at in _LOOKS]
    return [look for look in looks if look <= now]


class _Past:
    """The time that is replayed: all that asks for the time in here is told ``moment``."""

    def __init__(
        self, core: Core, channels: Mapping[str, Channel], programme: Programme, told: Sequence[ActivityIn]
    ) -> None:
        self.moment = sample.at(told[0])
        self._core = replace(core, clock=lambda: self.moment)
        self._programme, self._told, self._done = programme, told, 0
        self._channels = channels
        self._campaigns = parse(programme)
        self._delivery = Delivery(core.database, channels, self._core.clock, programmes=core.programmes)

    async def enrol(self, customers: Collection[str]) -> None:
        today = sample.at(self._told[-1]).astimezone(self._programme.zone).date()
        made = [(new, built(self._programme, new, self.moment)) for new in people(customers, today)]
        async with self._core.database.write() as tx:
            await members.add(tx, [replace(member, addresses=()) for _, member in made])
            await _add_addresses(tx, made, self.moment)

    async def up_to(self, moment: datetime) -> None:
        """What was bought until ``moment``."""
        while piece := self._next(moment):
            await self._record(piece)
        self.moment = moment

    async def look(self) -> None:
        """What the schedules do at this moment, and the sending of it."""
        await run_due(
            self._core.database, self._programme, self._campaigns, self.moment, channels=self._channels.keys()
        )
        await self._delivery.drain(self.moment)
        await self._delivery.flush()

    def _next(self, until: datetime) -> Sequence[ActivityIn]:
        rest = self._told[self._done : self._done + _CHUNK]
        return [told for told in rest if sample.at(told) <= until]

    async def _record(self, piece: Sequence[ActivityIn]) -> None:
        self.moment = sample.at(piece[-1])
        for answer in await record_many(self._core, piece):
            if isinstance(answer, RegularsError):
                raise answer
        self._done += len(piece)
        await self._anna_redeems()

    async def _anna_redeems(self) -> None:
        """Anna does not save up: she has what her points buy."""
        [reward] = self._programme.rewards.values()
        points = (await balance(self._core, ANNA_REF)).state.points
        for nth in range(points // reward.cost):
            await redeem(self._core, ANNA_REF, reward.key, f"demo-{self._done}-{nth}")


async def _add_addresses(tx: AsyncConnection, made: Sequence[tuple[NewMember, Member]], now: datetime) -> None:
    """In whole batches: nobody was here before, so no address can be anybody else's."""
    ways = [(new, member.id, way) for new, member in made for way in member.addresses]
    rows = [(way.channel, way.address, member_id, way.marketing) for _, member_id, way in ways]
    await sets.insert(tx, addresses, ("channel", "address", "member_id", "marketing"), rows)
    proofs = [
        (new_id(), member_id, way.channel, way.address, way.marketing, new.source, new.words, to_micros(now))
        for new, member_id, way in ways
        if way.marketing is not None
    ]
    columns = ("id", "member_id", "channel", "address", "granted", "source", "words", "at")
    await sets.insert(tx, consents, columns, proofs)
