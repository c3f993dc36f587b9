"""A café whose campaigns and notices have something to say to everybody, every day of one week.

What people say is read by each channel's own reading of its provider's form; what is said to them lands in memory.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from multidict import MultiDict
from sqlalchemy import Table, select

from bot.actions.converse import converse_many
from bot.actions.core import Core
from bot.actions.intake import ActivityIn, MemberRef
from bot.actions.recording.record import record_many
from bot.actions.upkeep import upkeep
from bot.errors import RegularsError
from bot.messages import Inbound
from bot.storage import members, programmes
from bot.storage.database import Database
from bot.storage.members import Address, Member
from campaigns.delivery import Delivery
from campaigns.document import check
from campaigns.react import react
from campaigns.run import run_scheduled
from channels.email.reading import read_mail
from channels.memory import MemoryChannel
from channels.telegram.updates import read_updates
from channels.twilio.webhooks import read_message
from tests.actions.rewards import DOCUMENT
from tests.cast import SECRET, Watch
from tests.channels.email_world import RULES
from tests.fakes import telegram_updates
from tests.fakes.mail import customer_mail

APPROVED = 'whatsapp = { template = "HX' + "e" * 32 + '", variables = ["{{ member.first_name }}"] }\n'
"""WhatsApp takes a campaign after a day only as a template."""
ENDING = f"""
[expiry]
months = 3

[[campaigns]]
key = "ending"
kind = "expiring"
days_before = 30
at = "11:00"
text = "{{{{ points }}}} end after {{{{ day }}}}."
{APPROVED}"""
WEEK = (
    DOCUMENT.replace('\nat = "', f'\n{APPROVED}at = "')
    .replace("\nwithin = {", f"\n{APPROVED}within = {{")
    .replace("voucher_days = 30", "voucher_days = 30\nremind_days = 28")
    .replace("[messages]", '[messages]\nwhatsapp_template = "HX' + "f" * 32 + '"', 1)
    + ENDING
)
CAMPAIGNS = ("birthday", "winback", "near_reward", "ending")
MONDAY = datetime(2027, 3, 8, 7, tzinfo=UTC)
"""08:00 in Budapest."""
HOURS = (0, 1, 2, 3, 5, 15)
"""Of each day, after 08:00: at night too."""
FAST = 10**6
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Person:
    """A member with one address, and what they say there."""

    id: int
    channel: str
    says: str

    @property
    def address(self) -> str:
        return _ADDRESSES[self.channel](self.id)

    @property
    def place(self) -> tuple[str, str]:
        return self.channel, self.address

    @property
    def ref(self) -> MemberRef:
        return MemberRef(external_id=str(self.id))

    @property
    def as_member(self) -> Member:
        """Born on one day of the week in question, and wants to hear of everything."""
        birthday = date(1990, 3, 8 + self.id % 7)
        way, joined = Address(*self.place, True), MONDAY - timedelta(days=400)
        more: dict[str, Any] = {"external_id": str(self.id), "birthday": birthday, "addresses": (way,)}
        return Member(self.id, f"C{self.id}", "Anna", "en", "Europe/Budapest", joined, **more)


_ADDRESSES: Mapping[str, Callable[[int], str]] = {
    "telegram": lambda number: str(7_000_000_000 + number),
    "sms": lambda number: f"+3630{number:07}",
    "whatsapp": lambda number: f"+3620{number:07}",
    "email": lambda number: f"anna{number}@ok.test",
    "web": lambda number: f"visitor-{number}",
}
CHANNELS = tuple(_ADDRESSES)
_numbers = count(1)


def heard(who: Person, text: str, now: datetime) -> Inbound:
    """What the person's channel makes of it when they write ``text``."""
    number = next(_numbers)
    match who.channel:
        case "telegram":
            told = telegram_updates.message(int(who.address), number, int(now.timestamp()), {}, text=text)
            [said] = read_updates([{"update_id": number, "message": told}], now)
        case "sms" | "whatsapp":
            said = read_message(MultiDict(MessageSid=f"SM{number}", Body=text), who.channel, who.address, now)
        case "email":
            raw = customer_mail(text, sender=who.address, message_id=f"<{number}@ok.test>")
            mail = read_mail(raw, RULES, now)
            assert isinstance(mail, Inbound), mail
            said = mail
        case _:
            said = Inbound(who.channel, who.address, f"{who.address}:{number}", text, now)
    assert (said.channel, said.address) == who.place
    return said


def _portions(whole: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    return (whole[at : at + size] for at in range(0, len(whole), size))


@dataclass
class Week:
    """One service without its network: the worker and the scheduler work when they are told to."""

    core: Core
    clock: Watch
    channels: Mapping[str, MemoryChannel] = field(
        default_factory=lambda: {name: MemoryChannel(name, rate=FAST) for name in CHANNELS}
    )
    delivery: Delivery = field(init=False)

    def __post_init__(self) -> None:
        self.delivery = Delivery(self.core.database, self.channels, self.clock, programmes=self.core.programmes)

    async def join(self, people: Sequence[Person]) -> None:
        """They become members, and buy something sixty days before one day of the week: enough to lapse and to lose."""
        async with self.core.database.write() as tx:
            await members.add(tx, [one.as_member for one in people])
        for day in range(7):
            self.clock.now = MONDAY + timedelta(days=day - 60, hours=3)
            await self.buy([one for one in people if one.id % 7 == day], "5.00")
        self.clock.now = MONDAY

    async def buy(self, people: Sequence[Person], amount: str) -> None:
        told = [
            ActivityIn(type="purchase", source="till", id=str(next(_numbers)), member=one.ref, amount=amount)
            for one in people
        ]
        for some in _portions(told):
            assert not [one for one in await record_many(self.core, some) if isinstance(one, RegularsError)]

    async def say(self, *said: Inbound) -> None:
        """Answered as the service does: the replies leave behind the commit."""
        for some in _portions(said):
            answers = await converse_many(self.core, some)
            await self.delivery.send_now([reply for answer in answers for reply in answer])
        await self.delivery.flush()

    async def tick(self) -> None:
        """Once round all schedules, and delivery of all that is due."""
        now, core = self.clock.now, self.core
        await upkeep(core, now)
        programme, campaigns = check(WEEK)
        for work in (run_scheduled, react):
            await work(core.database, programme, campaigns, now, channels=self.channels)
        await self.delivery.deliver_due()

    async def passes(self, meanwhile: Callable[[int], Awaitable[None]]) -> None:
        """Seven days, and what else happens at noon of each."""
        for day in range(7):
            for hour in HOURS:
                self.clock.now = MONDAY + timedelta(days=day, hours=hour)
                if hour == HOURS[4]:
                    await meanwhile(day)
                await self.tick()

    def sent(self) -> dict[tuple[str, str], list[str]]:
        """What left, by place."""
        left: dict[tuple[str, str], list[str]] = {}
        for channel in self.channels.values():
            for message in channel.sent:
                left.setdefault((message.channel, message.address), []).append(message.text)
        return left

    def forget(self) -> None:
        """What was sent so far is of no interest."""
        for channel in self.channels.values():
            channel.sent.clear()

    async def rows(self, table: Table) -> Sequence[Any]:
        async with self.core.database.read() as tx:
            return (await tx.execute(select(table))).all()


@asynccontextmanager
async def week(database_url: str) -> AsyncIterator[Week]:
    """The café before anybody came."""
    clock, database = Watch(MONDAY - timedelta(days=500)), Database(database_url)
    core = Core(database, SECRET, clock, channels=frozenset(CHANNELS))
    try:
        async with database.write() as tx:
            await programmes.publish(tx, WEEK, clock())
        yield Week(core, clock)
    finally:
        await database.close()
