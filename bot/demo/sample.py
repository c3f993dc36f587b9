"""The sample: purchases of the CDNOW log as a café's, dated so that the last one is today."""

import csv
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

from bot.actions.intake import ActivityIn, ItemIn, MemberRef

SOURCE = "cdnow"
_OPENS = timedelta(hours=7, minutes=30)
_OPEN_MINUTES = 11 * 60


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file."""

    customer: str
    day: date
    cds: int
    dollars: str


def rows() -> list[Row]:
    """The whole sample, in the order of its days."""
    text = (files("bot.demo") / "data" / "cdnow_sample.csv").read_text(encoding="utf-8")
    return [
        Row(r["customer_id"], date.fromisoformat(r["date"]), int(r["number_of_cds"]), r["dollar_value"])
        for r in csv.DictReader(text.splitlines())
    ]


def purchases(sample: list[Row], now: datetime, zone: ZoneInfo, currency: str) -> list[ActivityIn]:
    """The sample as activities, oldest first; none lies after ``now``."""
    shift = now.astimezone(zone).date() - max(row.day for row in sample)
    told = [_purchase(number, row, shift, now, zone, currency) for number, row in enumerate(sample, 1)]
    return sorted(told, key=at)


def at(told: ActivityIn) -> datetime:
    """When it happened."""
    if told.occurred_at is None:
        raise ValueError("a purchase of the sample has its time")
    return told.occurred_at


def external_id(customer: str) -> str:
    """What a customer of the log is called here."""
    return f"{SOURCE}-{customer}"


def _purchase(number: int, row: Row, shift: timedelta, now: datetime, zone: ZoneInfo, currency: str) -> ActivityIn:
    # The log knows only days: spread over the opening hours, the same way each time.
    minutes = timedelta(minutes=number * 97 % _OPEN_MINUTES)
    moment = datetime.combine(row.day + shift, time(), zone) + _OPENS + minutes
    return ActivityIn(
        type="purchase",
        id=str(number),
        source=SOURCE,
        member=MemberRef(external_id=external_id(row.customer)),
        occurred_at=min(moment.astimezone(UTC), now),
        amount=row.dollars,
        currency=currency,
        items=[ItemIn(name="Coffee", category="coffee", quantity=row.cds)],
    )
