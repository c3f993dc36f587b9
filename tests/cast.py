"""The cast of the tests: a café, and the people who come to it.

Anna and Bence are members; Charlie is whoever nobody knows yet.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from bot.actions.core import Core
from bot.actions.enrol import NewMember, enrol
from bot.actions.intake import ActivityIn, MemberRef
from bot.loyalty.document import parse
from bot.loyalty.programme import Programme
from bot.storage import programmes
from bot.storage.database import Database
from bot.storage.members import Address, Member

CAFE = (files("config") / "presets" / "cafe.toml").read_text("utf-8")
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
"""A Wednesday; 13:00 in Budapest."""
SECRET = b"a secret of sixteen or more"
ANNA = NewMember(
    name="Anna",
    addresses=(Address("email", "anna@example.com", True), Address("sms", "+36301111111", True)),
    birthday=date(1990, 3, 12),
    external_id="anna",
)
BENCE = NewMember(name="Bence", addresses=(Address("telegram", "2222"),), locale="hu", external_id="bence")


@cache
def cafe() -> Programme:
    """The programme of the preset ``cafe``."""
    return parse(CAFE)


def having(programme: Programme, kind: type, *rules: Any) -> Programme:
    """The programme with these rules of a kind, and no others."""
    return replace(programme, parts={**programme.parts, kind: {rule.key: rule for rule in rules}})


class Watch:
    """A clock that stands at ``now`` until somebody moves it."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def moves(self, **time: float) -> None:
        self.now += timedelta(**time)


@asynccontextmanager
async def core(database_url: str, clock: Watch | None = None, document: str = CAFE) -> AsyncIterator[Core]:
    """A core with the café's programme; a second one on the same database is a second process."""
    database = Database(database_url)
    clock = clock or Watch()
    try:
        async with database.write() as tx:
            if not await programmes.any_published(tx):
                await programmes.publish(tx, document, clock())
        yield Core(database, SECRET, clock)
    finally:
        await database.close()


async def joins(core: Core, *people: NewMember) -> Member:
    """Make them members; answers the last one."""
    return [await enrol(core, one) for one in people][-1]


def ref(who: str) -> MemberRef:
    return MemberRef(external_id=who)


def purchase(number: str, amount: str | None = None, *, who: str = "anna", coffees: int = 0, **more: Any) -> ActivityIn:
    """A purchase at the till as it is told from outside; ``more`` sets any other field."""
    items = [{"category": "coffee", "name": "Flat white", "quantity": coffees}] if coffees else []
    told = {"type": "purchase", "source": "till", "id": number, "member": ref(who), "amount": amount, "items": items}
    return ActivityIn.model_validate({**told, **more})
