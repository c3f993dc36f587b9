"""kill -9, for real and at several moments: nothing lost, nothing doubled, and what nobody can know is said."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from aiohttp import ClientError, ClientSession

from bot.actions.enrol import NewMember, built
from bot.clock import system_clock
from bot.storage import members
from bot.storage.members import Address
from campaigns.delivery import BATCH
from tests.journeys import cdnow
from tests.journeys.world import Town, killed, until

FRIENDS = 1_000
FIRST_CHAT = 7_400_000_000


async def test_an_import_that_is_killed_again_and_again_ends_as_if_nothing_had_happened(town: Town) -> None:
    purchases = cdnow.rows(12_000)
    file = cdnow.write_csv(purchases, town.folder / "cdnow.csv")
    for recorded in (1, 4_000, 8_000):
        async with town.command("activities", "import", file, "--enroll", "--jobs", "2") as process:
            await until(partial(town.has, "activities", recorded))
            await killed(process)
    assert await town.count("activities") < len(purchases)
    assert (await town.run("activities", "import", file, "--enroll")).code == 0
    await all_is_well(town, purchases)


async def test_a_service_killed_during_a_batch_takes_the_same_file_again(town: Town) -> None:
    town.channels = ()
    purchases = cdnow.rows(6_000)
    await join(town, [NewMember(external_id=name) for name in cdnow.sums(purchases)])
    for recorded in (1, 2_000, 4_000):
        async with town.service_process() as process:
            telling = asyncio.create_task(tell(town, purchases))
            await until(partial(town.has, "activities", recorded))
            await killed(process)
            with pytest.raises(ClientError):
                await telling
    known = await town.count("activities")
    assert 4_000 <= known < len(purchases)
    async with town.service_process():
        answers = await tell(town, purchases)
    assert [answer["id"] for answer in answers] == [str(n) for n in range(1, len(purchases) + 1)]
    assert sum(answer["duplicate"] for answer in answers) == known
    await all_is_well(town, purchases)


async def test_a_service_killed_while_it_sends_doubles_nothing_and_shows_what_it_cannot_know(town: Town) -> None:
    town.channels = ("telegram",)
    zone = where_it_is_noon(system_clock())
    today = system_clock().astimezone(zone).date()
    await join(town, [friend(n, zone, today) for n in range(FRIENDS)])
    async with town.service_process() as process:
        await until(lambda: town.has("touches", 1))
        await killed(process)
    for arrived in (200, 450, 700):
        async with town.service_process() as process:
            await until(partial(reached, town, arrived))
            await killed(process)
    assert not await town.settled()
    async with town.service(clock=lambda: system_clock() + timedelta(minutes=2)):  # the leases have run out by then
        await until(town.settled)

    received = Counter({str(chat): len(sent) for chat, sent in town.telegram.messages.items()})
    messages = await town.rows("messages")
    sent = {message.address for message in messages if message.state == "sent"}
    unknown = {message.address for message in messages if message.state == "unknown"}
    assert len(messages) == len(sent | unknown) == FRIENDS
    assert set(received.values()) == {1}
    assert sent <= set(received)
    assert set(received) - sent <= unknown
    assert 0 < len(unknown) <= 4 * BATCH
    assert {standing.points for standing in await town.rows("standings")} == {50}
    assert len(await town.rows("entries")) == FRIENDS
    assert (await town.run("doctor")).code == 0


async def reached(town: Town, friends: int) -> bool:
    return len(town.telegram.messages) >= friends


def where_it_is_noon(now: datetime) -> ZoneInfo:
    """A zone in which it is 12 o'clock, so that neither birthdays nor quiet hours depend on when the test runs."""
    ahead = 12 - now.astimezone(UTC).hour
    return ZoneInfo(f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT")  # its sign is the other way round


def friend(n: int, zone: ZoneInfo, today: date) -> NewMember:
    """Somebody whose birthday is today and who wants to hear of it on Telegram."""
    address = Address("telegram", str(FIRST_CHAT + n), True)
    return NewMember(f"Friend {n}", (address,), today.replace(year=1992), timezone=zone.key)


async def join(town: Town, new: Sequence[NewMember]) -> None:
    async with town.database.write() as tx:
        programme = await town.core().programmes.current(tx)
        await members.add(tx, [built(programme, one, system_clock()) for one in new])


async def tell(town: Town, purchases: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Send a batch; the answers, line by line."""
    headers = {"Authorization": f"Bearer {town.key}", "Content-Type": "application/x-ndjson"}
    async with ClientSession() as client:
        url = town.url + "/api/v1/activities/batch"
        async with client.post(url, data=cdnow.ndjson(purchases), headers=headers) as answer:
            body = await answer.read()
            assert answer.status == 200, body
            return [orjson.loads(line) for line in body.splitlines()]


async def all_is_well(town: Town, purchases: list[dict[str, str]]) -> None:
    assert await town.count("activities") == len(purchases)
    assert await cdnow.balances(town) == cdnow.sums(purchases)
    doctor = await town.run("doctor")
    assert doctor.code == 0, doctor.out
