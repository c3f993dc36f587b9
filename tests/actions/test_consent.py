"""The ledger of consents: whatever changes what may be sent writes one line that proves it."""

import csv
import io
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.actions import consent
from bot.actions.balance import member
from bot.actions.consent import Consent, unsubscribe
from bot.actions.converse import converse_many
from bot.actions.core import Core
from bot.actions.enrol import Changes, NewMember, change, erase
from bot.actions.moving.arrivals import import_people
from bot.errors import AddressGone
from bot.messages import Inbound, InboundKind, Outbound, Purpose, Receipt, ReceiptState
from bot.storage import consents, outbox
from bot.storage.ids import new_id
from bot.storage.members import Address
from bot.storage.tables import messages
from campaigns.delivery import Delivery
from campaigns.receipts import take
from channels.memory import MemoryChannel
from tests.cast import NOON, Watch, joins, ref

BENCE = ("telegram", "2222")
Line = tuple[str, bool, str, str]
"""Purpose, granted, source, words."""


async def says(core: Core, *texts: str, kind: InboundKind = InboundKind.TEXT) -> None:
    for text in texts:
        await converse_many(core, [Inbound(*BENCE, str(new_id()), text, core.clock(), kind)])


async def ledger(core: Core, who: str = "bence") -> list[Line]:
    lines = await consent.history(core, ref(who))
    return [(one.purpose, one.granted, one.source, one.words) for one in (line.consent for line in lines)]


async def may(core: Core, who: str = "bence") -> Address:
    return (await member(core, ref(who))).addresses[0]


async def stop(core: Core) -> None:
    await says(core, "Stop!")


async def stop_at_the_provider(core: Core) -> None:
    await says(core, "STOP", kind=InboundKind.STOPPED)


async def start(core: Core) -> None:
    await stop(core)
    await says(core, "START")


async def settings(core: Core) -> None:
    await says(core, "settings marketing telegram on", "yes")


async def no_reminders(core: Core) -> None:
    await says(core, "settings notices telegram off")


async def by_link(core: Core) -> None:
    await unsubscribe(core, *BENCE)


async def by_api(core: Core) -> None:
    await change(core, ref("bence"), Changes(consents={"telegram": True}))


async def sent(core: Core) -> outbox.Draft:
    draft = outbox.Draft(Outbound(new_id(), *BENCE, Purpose.NOTICE, "Hello"), (await member(core, ref("bence"))).id)
    async with core.database.write() as tx:
        await outbox.add(tx, [draft], core.clock())
        await tx.execute(update(messages).values(provider_id="p1", state="sent"))
    return draft


async def complaint(core: Core) -> None:
    await sent(core)
    async with core.database.write() as tx:
        told = Receipt("telegram", "p1", ReceiptState.DELIVERED, "complaint", opted_out=True)
        assert await take(tx, told, (), core.clock())


async def refused(core: Core) -> None:
    """21610: the number opted out with the carrier, and we learn of it when we send."""
    channel = MemoryChannel("telegram", answers=[AddressGone("21610", opted_out=True)])
    await sent(core)
    async with core.database.write() as tx:
        await tx.execute(update(messages).values(state="queued"))
    delivery = Delivery(core.database, {"telegram": channel}, core.clock)
    await delivery.deliver_due()
    await delivery.flush()


ASKED = "May we send you news and gifts by Telegram? Answer yes or no. You can stop any time by writing STOP."


@pytest.mark.parametrize(
    ("source", "line", "marketing", "stopped"),
    [
        (stop, ("all", False, "chat", "Stop!"), False, True),
        (stop_at_the_provider, ("all", False, "chat", "STOP"), False, True),
        (start, ("all", True, "chat", "START"), False, False),
        (settings, ("marketing", True, "settings", ASKED), True, False),
        (no_reminders, ("notices", False, "settings", "settings notices telegram off"), None, False),
        (by_link, ("marketing", False, "unsubscribe link", ""), False, False),
        (by_api, ("marketing", True, "api", ""), True, False),
        (complaint, ("all", False, "provider", "complaint"), False, True),
        (refused, ("all", False, "provider", "21610"), False, True),
    ],
)
async def test_every_source_changes_the_address_and_writes_its_line(
    cafe: Core, source: Callable[[Core], Awaitable[None]], line: Line, marketing: bool | None, stopped: bool
) -> None:
    await change(cafe, ref("bence"), Changes({"locale": "en"}))
    await source(cafe)
    assert (await ledger(cafe))[-1] == line
    way = await may(cafe)
    assert (way.marketing, way.stopped_at is not None) == (marketing, stopped)
    assert way.notices is (False if source is no_reminders else None)


async def test_joining_writes_a_line_with_the_words_that_were_shown(cafe: Core) -> None:
    for text in ("join Charlie", "skip", "yes"):
        await converse_many(cafe, [Inbound("telegram", "3333", str(new_id()), text, NOON)])
    async with cafe.database.read() as tx:
        [line] = [line async for lines in consents.everything(tx) for line in lines if line.consent.address == "3333"]
    assert (line.consent.granted, line.consent.source, line.at) == (True, "chat", NOON)
    assert "May we send you news" in line.consent.words


async def test_an_import_writes_a_line_for_each_consent_in_the_file(cafe: Core, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("external_id,email,telegram,consent.email,consent.telegram\nc,c@example.com,77,yes,no\n", "utf-8")
    await import_people(cafe, file, {}, lambda done: None)
    assert await ledger(cafe, "c") == [("marketing", True, "import", ""), ("marketing", False, "import", "")]


async def test_what_was_so_already_is_written_down_once(cafe: Core) -> None:
    for _ in range(3):
        await unsubscribe(cafe, *BENCE)
        await says(cafe, "STOP")
    assert [line[:2] for line in await ledger(cafe)] == [("marketing", False), ("all", False)]


async def test_agreeing_once_more_is_fresh_proof(cafe: Core) -> None:
    await by_api(cafe)
    await by_api(cafe)
    assert len(await ledger(cafe)) == 2


async def test_coming_back_after_stop_is_no_consent_to_offers(cafe: Core) -> None:
    await by_api(cafe)
    await start(cafe)
    assert (await may(cafe)).marketing is False


async def test_nothing_is_written_of_an_address_that_nobody_knows(cafe: Core) -> None:
    await erase(cafe, ref("bence"))
    async with cafe.database.write() as tx:
        assert not await consent.change(tx, [Consent(*BENCE, granted=True, source="api")], NOON)
        assert [line async for line in consents.everything(tx) if line[0].consent.channel == "telegram"] == []


async def test_the_whole_ledger_is_written_as_csv_the_oldest_first(cafe: Core, clock: Watch) -> None:
    await joins(cafe, NewMember(name="=cmd()", addresses=(Address("email", "d@example.com", True),), words='"a, b"\nc'))
    clock.moves(hours=1)
    await by_api(cafe)
    out = io.StringIO()
    assert await consent.export(cafe, out) == 4
    header, *rows = list(csv.reader(io.StringIO(out.getvalue())))
    assert header == list(consent.COLUMNS)
    told: list[dict[str, Any]] = [dict(zip(header, row, strict=True)) for row in rows]
    assert [one["address"] for one in told] == ["anna@example.com", "+36301111111", "d@example.com", "2222"]
    assert (told[2]["words"], told[3]["at"], told[3]["granted"]) == ('"a, b"\nc', "2026-03-04T13:00:00+00:00", "yes")
