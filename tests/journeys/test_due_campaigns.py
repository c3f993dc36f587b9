"""``regulars run-due``: what a moment has due leaves once, whoever asks and however often."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.actions import enrol
from bot.actions.intake import ActivityIn, MemberRef
from bot.actions.recording import record
from bot.due import once
from bot.storage.members import Address
from config.settings import read_settings
from tests.cast import Watch
from tests.journeys.world import Town

BUDAPEST, NEW_YORK = ZoneInfo("Europe/Budapest"), ZoneInfo("America/New_York")
NINE = datetime(2027, 3, 14, 9, 0, tzinfo=BUDAPEST)
"""On Anna's birthday."""
ANNA = "+36301234567"
SILENT = ["birthday audience=0 queued=0 suppressed=0", "winback audience=0 queued=0 suppressed=0"]
SILENT += ["near_reward audience=0 queued=0 suppressed=0"]
JOINED = datetime(2026, 1, 1, tzinfo=UTC)


async def joins(town: Town, **changed: Any) -> None:
    """Anna, born on 14 March, wants offers by SMS and e-mail, by SMS if possible."""
    town.channels = ("twilio", "email")
    ways = (("sms", ANNA), ("email", "anna@ok.test"))
    anna: dict[str, Any] = {"name": "Anna Kiss", "birthday": date(1990, 3, 14), "preferred_channel": "sms"}
    anna |= {"addresses": tuple(Address(*way, True) for way in ways), "timezone": "Europe/Budapest"}
    await enrol.enrol(town.core(Watch(JOINED)), enrol.NewMember(**anna | changed))


async def buys(town: Town, id_: str, amount: str, at: datetime) -> None:
    told = ActivityIn(
        type="purchase", source="till", id=id_, member=MemberRef(phone=ANNA), occurred_at=at, amount=amount
    )
    await record.record(town.core(Watch(at)), told)


async def command(town: Town, at: datetime, *more: str) -> list[str]:
    """What ``regulars run-due`` prints, run as a process of its own."""
    ended = await town.run("run-due", "--now", at.isoformat(), *more)
    assert (ended.code, ended.err) == (0, "")
    return ended.out.splitlines()


async def run_due(town: Town, at: datetime) -> list[str]:
    """The same work in this process, which takes a tenth of the time."""
    return list(map(str, await once(read_settings(**town.settings), at, dry_run=False)))


async def sms(town: Town) -> list[str]:
    return [one.body for one in await town.twilio.sent(0)]


async def points(town: Town) -> int:
    [standing] = await town.rows("standings")
    return int(standing.points)


async def test_a_birthday_brings_one_message_on_the_preferred_channel_with_the_bonus_in_the_balance(town: Town) -> None:
    await joins(town)
    await buys(town, "1", "7.50", NINE - timedelta(days=3))
    assert await command(town, NINE - timedelta(minutes=1)) == SILENT
    assert await command(town, NINE) == ["birthday audience=1 queued=1 suppressed=0", *SILENT[1:]]
    assert await sms(town) == [
        "Happy birthday, Anna! 50 points are yours, a present from Bean & Leaf. You now have 57 points."
    ]
    assert await points(town) == 57
    for again in (NINE, NINE + timedelta(hours=3)):
        assert await command(town, again) == SILENT
    assert len(await sms(town)) == 1
    assert not town.mail.mails
    assert await points(town) == 57


async def test_two_processes_at_once_give_one_message_and_one_bonus(postgres_town: Town) -> None:
    town = postgres_town
    await joins(town)
    for n, year in enumerate(range(2027, 2030), 1):
        both = await asyncio.gather(*(command(town, NINE.replace(year=year)) for _ in range(2)))
        birthdays = [int(report[0].split("queued=")[1].split()[0]) for report in both]
        assert sum(birthdays) == 1
        assert len(await sms(town)) == n
        assert await points(town) == 50 * n


async def test_nine_oclock_is_the_members_own(sqlite_town: Town) -> None:
    await joins(sqlite_town, timezone="America/New_York")
    assert await run_due(sqlite_town, NINE) == SILENT
    assert (await run_due(sqlite_town, NINE.replace(tzinfo=NEW_YORK)))[0] == "birthday audience=1 queued=1 suppressed=0"


async def test_winback_is_said_on_day_60_and_not_on_day_59(town: Town) -> None:
    await joins(town, birthday=None)
    last = datetime(2027, 1, 10, 17, 30, tzinfo=BUDAPEST)
    await buys(town, "1", "12.00", last)
    ten = last.replace(hour=10, minute=0)
    assert await run_due(town, ten + timedelta(days=59)) == SILENT
    assert (await run_due(town, ten + timedelta(days=60)))[1] == "winback audience=1 queued=1 suppressed=0"
    assert "30 points are waiting" in (await sms(town))[0] and "You now have 42 points." in (await sms(town))[0]
    assert await run_due(town, ten + timedelta(days=61)) == SILENT
    await buys(town, "2", "1.00", ten + timedelta(days=62))
    assert (await run_due(town, ten + timedelta(days=122)))[1] == "winback audience=1 queued=1 suppressed=0"
    assert len(await sms(town)) == 2
    assert await points(town) == 12 + 30 + 1 + 30


async def test_a_near_reward_is_said_once_and_again_only_after_progress(town: Town) -> None:
    await joins(town, birthday=None)
    said = ["near_reward audience=1 queued=1 suppressed=0"]
    await buys(town, "1", "79.00", NINE)
    assert await run_due(town, NINE) == SILENT
    await buys(town, "2", "6.00", NINE + timedelta(minutes=5))
    assert (await run_due(town, NINE + timedelta(minutes=6)))[2:] == said
    assert await sms(town) == ["Only 15 points to go, Anna, and it is yours: Any drink."]
    await buys(town, "3", "0.50", NINE + timedelta(minutes=7))
    assert await run_due(town, NINE + timedelta(minutes=8)) == SILENT
    await buys(town, "4", "5.00", NINE + timedelta(minutes=9))
    assert (await run_due(town, NINE + timedelta(minutes=10)))[2:] == said
    assert len(await sms(town)) == 2


async def test_quiet_hours_hold_a_message_until_they_end(sqlite_town: Town) -> None:
    await joins(sqlite_town, birthday=None)
    night, morning = NINE.replace(hour=22), NINE + timedelta(days=1)
    await buys(sqlite_town, "1", "85.00", night)
    assert (await run_due(sqlite_town, night))[2] == "near_reward audience=1 queued=1 suppressed=0"
    assert await run_due(sqlite_town, morning - timedelta(minutes=1)) == SILENT
    assert await sms(sqlite_town) == []
    assert await run_due(sqlite_town, morning) == SILENT
    assert len(await sms(sqlite_town)) == 1


@pytest.mark.parametrize(
    ("ways", "reason"), [((), "no address"), ((Address("sms", ANNA, False),), "no consent")], ids=["no way", "no yes"]
)
async def test_who_must_not_be_written_to_gets_no_bonus_and_the_reason_is_kept(
    sqlite_town: Town, ways: tuple[Address, ...], reason: str
) -> None:
    await joins(sqlite_town, addresses=ways)
    assert (await run_due(sqlite_town, NINE))[0] == "birthday audience=1 queued=0 suppressed=1"
    assert [touch.suppressed for touch in await sqlite_town.rows("touches")] == [reason]
    assert await points(sqlite_town) == 0


async def test_a_dry_run_tells_the_same_and_changes_nothing(town: Town) -> None:
    await joins(town)
    await buys(town, "1", "85.00", NINE)
    before = await town.dump()
    dry = await command(town, NINE, "--dry-run")
    assert dry == [
        "birthday audience=1 queued=1 suppressed=0",
        SILENT[1],
        "near_reward audience=1 queued=1 suppressed=0",
    ]
    assert await town.dump() == before
    assert await sms(town) == []
