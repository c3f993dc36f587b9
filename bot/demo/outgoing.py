"""Messages as their readers would see them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import orjson
from babel.dates import format_date
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Outbound, Purpose
from bot.storage.message_parts import outbound
from bot.storage.tables import members, messages, touches
from channels.telegram.keyboards import keyboard
from channels.twilio.texts import parts, with_choices

PAGE = 48
CHANNELS = {"telegram": "Telegram", "sms": "Text message", "email": "E-mail", "web": "Web chat"}
_CAMPAIGNS = {"birthday": "Birthday", "winback": "Win-back", "near_reward": "Near a reward"}
_PURPOSES = {Purpose.REPLY: "Answer", Purpose.NOTICE: "Notice", Purpose.MARKETING: "Offer"}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message: to whom, why, and how far it got by ``now``; ``unsubscribe`` is a link."""

    message: Outbound
    member: str | None
    campaign: str | None
    progress: str
    reason: str
    due_at: datetime
    at: datetime
    now: datetime
    unsubscribe: str = ""

    @property
    def id(self) -> int:
        return self.message.id

    @property
    def channel(self) -> str:
        return self.message.channel

    @property
    def channel_name(self) -> str:
        return CHANNELS.get(self.channel, self.channel)

    @property
    def name(self) -> str:
        return self.member or "A visitor"

    @property
    def address(self) -> str:
        return "" if self.channel == "web" else self.message.address

    @property
    def subject(self) -> str:
        return self.message.subject

    @property
    def why(self) -> str:
        if self.campaign:
            return _CAMPAIGNS.get(self.campaign, self.campaign)
        return _PURPOSES[self.message.purpose]

    @property
    def time(self) -> str:
        return f"{self.at:%H:%M}"

    @property
    def paragraphs(self) -> list[str]:
        return self.message.text.split("\n\n")

    @property
    def parts(self) -> list[str]:
        """The texts that arrive; an SMS names its choices."""
        if self.channel == "sms":
            return parts(with_choices(self.message.text, self.message.buttons))
        return [self.message.text]

    @property
    def keys(self) -> list[list[str]]:
        """Rows of buttons, as the channel lays them out."""
        if self.channel == "sms" or not self.message.buttons:
            return []
        if self.channel == "telegram":
            rows = orjson.loads(keyboard(self.message.buttons))["inline_keyboard"]
            return [[key["text"] for key in row] for row in rows]
        return [[button.label for button in self.message.buttons]]

    @property
    def state(self) -> str:
        """How far it got; nothing really leaves the demo."""
        match self.progress:
            case "sent" | "delivered" | "read":
                return "Shown in the chat" if self.channel == "web" else "Would have left"
            case "queued" if self.due_at > self.now:
                return f"Waits until {self.due_at:%H:%M}"
            case "queued" | "sending":
                return "On its way"
        return f"Held back: {self.reason}" if self.progress == "suppressed" else self.reason or self.progress

    @property
    def mood(self) -> str:
        return {"sent": "good", "suppressed": "bad", "failed": "bad", "unknown": "bad"}.get(self.progress, "")


async def page(
    tx: AsyncConnection,
    now: datetime,
    zone: ZoneInfo,
    unsubscribe: Callable[[str, str], str],
    *,
    channel: str = "",
    before: int | None = None,
) -> list[Outgoing]:
    """The newest messages (of a channel, before an id), at most ``PAGE``; times are told in ``zone``."""
    statement = select(messages, members.c.name).outerjoin(members, members.c.id == messages.c.member_id)
    if channel:
        statement = statement.where(messages.c.channel == channel)
    if before is not None:
        statement = statement.where(messages.c.id < before)
    rows = (await tx.execute(statement.order_by(messages.c.id.desc()).limit(PAGE))).mappings()
    return [
        Outgoing(
            outbound(row),
            row["name"],
            row["campaign"],
            row["state"],
            row["reason"],
            row["due_at"].astimezone(zone),
            row["created_at"].astimezone(zone),
            now.astimezone(zone),
            unsubscribe(row["channel"], row["address"]) if row["purpose"] == Purpose.MARKETING else "",
        )
        for row in rows
    ]


async def counts(tx: AsyncConnection) -> Mapping[str, int]:
    """How many messages there are on each channel."""
    rows = await tx.execute(select(messages.c.channel, func.count()).group_by(messages.c.channel))
    return dict(rows.all())


async def held_back(tx: AsyncConnection) -> str:
    """How often a campaign wrote to nobody, and why: ``no consent (4)``."""
    reasons = select(touches.c.suppressed, func.count()).where(touches.c.suppressed != "")
    rows = await tx.execute(reasons.group_by(touches.c.suppressed).order_by(func.count().desc()))
    return ", ".join(f"{reason} ({times})" for reason, times in rows)


def by_day(shown: Sequence[Outgoing]) -> Iterator[tuple[str, list[Outgoing]]]:
    """The messages of each day under its name."""
    days: dict[str, list[Outgoing]] = {}
    for one in shown:
        days.setdefault(format_date(one.at, "EEEE, d MMMM", locale="en"), []).append(one)
    yield from days.items()
