"""Who the sample's customers are here: made-up people, the same ones each time."""

import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from importlib.resources import files

from bot.actions.enrol import NewMember
from bot.demo.sample import external_id
from bot.storage.members import Address

ANNA = "17324"
"""The customer of the log who is Anna, whom the visitor of the front page is taken for: often here, last today, with
points and stamps that are not yet enough for the next reward."""
ANNA_VISITOR = "demo-anna"
BIRTHDAYS = 7
"""So many days up to today have somebody's birthday on each."""
_PER_DAY = 2

_NAMES = tomllib.loads((files("bot.demo") / "data" / "names.toml").read_text(encoding="utf-8"))
_CHANNELS = ("telegram", "sms", "email", "telegram", "sms")
_WORDS = "May we send you news and gifts here?"


def people(customers: Iterable[str], today: date) -> Iterator[NewMember]:
    """A member for each customer, Anna first of all."""
    yield _anna(today)
    others = (customer for customer in customers if customer != ANNA)
    for number, customer in enumerate(others):
        yield _somebody(number, customer, today)


def _anna(today: date) -> NewMember:
    addresses = (
        Address("web", ANNA_VISITOR, marketing=True),
        Address("email", "anna@example.com", marketing=True),
        Address("sms", "+36200000001", marketing=None),
    )
    return NewMember(
        name="Anna Kovács",
        addresses=addresses,
        birthday=_years_ago(today + timedelta(days=100), 31),
        locale="en",
        external_id=external_id(ANNA),
        preferred_channel="web",
        source="chat",
        words=_WORDS,
    )


def _somebody(number: int, customer: str, today: date) -> NewMember:
    language = "hu" if number % 5 < 2 else "en"
    name = _name(number, language)
    preferred = _CHANNELS[number % len(_CHANNELS)]
    return NewMember(
        name=name,
        addresses=tuple(_addresses(number, name, preferred)),
        birthday=_birthday(number, today),
        locale=language,
        timezone="Europe/London" if number % 25 == 12 else None,
        external_id=external_id(customer),
        preferred_channel=preferred,
        source="chat",
        words=_WORDS,
    )


def _name(number: int, language: str) -> str:
    given, family = _NAMES[language]["given"], _NAMES[language]["family"]
    return f"{given[number % len(given)]} {family[number * 7 % len(family)]}"


def _addresses(number: int, name: str, preferred: str) -> Iterator[Address]:
    # Most said yes, some no, and some were never asked.
    said = {7: False, 11: None}.get(number % 17, True)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    yield Address("email", f"{plain.lower().replace(' ', '.')}.{number}@example.com", said)
    if preferred == "telegram":
        yield Address("telegram", str(5_000_000_000 + number), said)
    else:
        # No subscriber's number begins with a zero: these reach nobody.
        yield Address("sms", f"+362000{number + 10:05}", said)


def _birthday(number: int, today: date) -> date | None:
    if number < BIRTHDAYS * _PER_DAY:
        return _years_ago(today - timedelta(days=number // _PER_DAY), 24 + number)
    if number % 19 == 0:
        return None
    return date(1958 + number * 13 % 48, 1, 1) + timedelta(days=number * 37 % 365)


def _years_ago(day: date, years: int) -> date:
    # Of the years that may have been meant, one with a 29 February.
    return day.replace(year=(day.year - years) // 4 * 4)
