"""Birthday, win-back and near-reward: who gets what, when, and never twice."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from bot.storage.members import Address
from bot.storage.programmes import Programmes, publish
from bot.storage.standings import lock
from bot.storage.tables import addresses, entries, lots, members, messages, news, runs, standings, touches
from campaigns import audience
from campaigns.audience import Audience
from campaigns.campaign import Birthday
from campaigns.in_force import InForce
from campaigns.template import Template
from campaigns.touching import Touching
from tests.storage.campaign_world import ANNA, BENCE, CAFE, NINE, World, anna, bence

LAST_PURCHASE = datetime(2027, 1, 13, 22, 59, tzinfo=UTC)
"""23:59 on 13 January in Budapest: the 60th day after it is 14 March."""
TEN = datetime(2027, 3, 14, 9, 0, tzinfo=UTC)


async def said(world: World) -> list[str]:
    return [row.text for row in await world.rows(messages)]


async def reasons(world: World) -> list[str]:
    return [row.suppressed for row in await world.rows(touches)]


async def test_at_nine_on_her_birthday_anna_gets_a_message_with_the_bonus_in_the_balance(world: World) -> None:
    await world.join(anna(), bence())
    await world.change(standings, points=112, lifetime_points=112)

    reports = await world.run_due(NINE)

    assert str(reports["birthday"]) == "birthday audience=1 queued=1 suppressed=0"
    [row] = await world.rows(messages)
    assert (row.channel, row.address, row.purpose, row.campaign) == ("telegram", "101", "marketing", "birthday")
    assert row.subject == "Happy birthday, Anna!"
    assert row.text == (
        "Happy birthday, Anna! 50 points are yours, a present from Bean & Leaf. You now have 162 points."
    )
    assert row.due_at == NINE
    assert await world.points(ANNA) == 162
    assert await world.points(BENCE) == 112


async def test_the_bonus_is_a_line_of_the_ledger_with_its_lot(world: World) -> None:
    await world.join(anna())
    await world.run_due(NINE)

    [entry], [lot], [run] = await world.rows(entries), await world.rows(lots), await world.rows(runs)
    assert (entry.member_id, entry.kind, entry.points, entry.rule, entry.cause_id) == (
        ANNA,
        "bonus",
        50,
        "campaign:birthday",
        run.id,
    )
    assert (lot.entry_id, lot.remaining) == (entry.id, 50)
    assert (run.campaign, run.slot) == ("birthday", "2027-03-14 Europe/Budapest")
    assert (run.audience, run.queued, run.suppressed) == (1, 1, 0)


async def test_a_second_run_finds_nothing_left_to_do(world: World) -> None:
    await world.join(anna())
    await world.run_due(NINE)
    again = await world.run_due(NINE)

    assert str(again["birthday"]) == "birthday audience=0 queued=0 suppressed=0"
    assert len(await said(world)) == 1
    assert await world.points(ANNA) == 50


async def test_before_nine_and_after_nine_in_the_evening_nothing_is_said(world: World) -> None:
    await world.join(anna())
    for moment in (NINE - timedelta(seconds=1), NINE + timedelta(hours=12)):
        await world.run_due(moment)
    assert await said(world) == []
    assert await reasons(world) == []


async def test_a_birthday_or_zone_edited_afterwards_brings_no_second_present(world: World) -> None:
    await world.join(anna())
    await world.run_due(NINE)
    await world.change(members, timezone="America/New_York")
    await world.run_due(NINE + timedelta(hours=5))
    await world.change(members, birthday_md=315, birthday="1990-03-15")
    await world.run_due(NINE + timedelta(days=1, hours=5))

    assert len(await said(world)) == 1
    assert await world.points(ANNA) == 50


async def test_a_birthday_moved_over_the_turn_of_the_year_brings_no_second_present_within_days(world: World) -> None:
    await world.join(anna(birthday=date(1990, 12, 30)))
    await world.run_due(datetime(2027, 12, 30, 8, 0, tzinfo=UTC))
    await world.change(members, birthday_md=103, birthday="1990-01-03")
    for year, presents in ((2028, 1), (2029, 2), (2030, 3)):
        await world.run_due(datetime(year, 1, 3, 8, 0, tzinfo=UTC))
        assert await world.points(ANNA) == 50 * presents


async def test_next_year_there_is_a_present_again(world: World) -> None:
    await world.join(anna())
    await world.run_due(NINE)
    await world.run_due(datetime(2028, 3, 14, 8, 0, tzinfo=UTC))
    assert await world.points(ANNA) == 100


async def test_each_zone_has_its_own_nine_o_clock(world: World) -> None:
    await world.join(anna(), bence(birthday=date(1985, 3, 14), timezone="America/New_York"))
    assert (await world.run_due(NINE))["birthday"].audience == 1
    assert (await world.run_due(datetime(2027, 3, 14, 13, 0, tzinfo=UTC)))["birthday"].audience == 1
    assert len(await said(world)) == 2


async def test_born_on_29_february_is_kept_on_the_28th(world: World) -> None:
    await world.join(anna(birthday=date(1992, 2, 29)))
    assert (await world.run_due(datetime(2027, 2, 28, 8, 0, tzinfo=UTC)))["birthday"].queued == 1
    assert (await world.run_due(datetime(2027, 3, 1, 8, 0, tzinfo=UTC)))["birthday"].audience == 0


async def test_bence_reads_it_in_his_language_and_a_strange_one_falls_back_to_the_first(world: World) -> None:
    birthday = date(1985, 3, 14)
    await world.join(anna(locale="fi"), bence(birthday=birthday, locale="hu-HU"))
    await world.run_due(NINE)
    english, hungarian = await said(world)
    assert english.startswith("Happy birthday, Anna!")
    assert hungarian.startswith("Boldog születésnapot, Bence! 50 pont")


async def test_the_programme_is_called_as_the_reader_calls_it(world: World) -> None:
    world.campaigns = (world.campaigns[0].model_copy(update={"subject": {}}),)
    await world.join(anna(locale="zh-TW"))
    await world.run_due(NINE)
    [row] = await world.rows(messages)
    assert row.subject == "豆與葉"
    assert "豆與葉送您50點作為生日禮物" in row.text


@pytest.mark.parametrize(
    ("ways", "reason"),
    [
        ((), "no address"),
        ((Address("telegram", "101"),), "no consent"),
        ((Address("telegram", "101", False),), "no consent"),
        ((Address("web", "w1", True),), "channel off"),
    ],
)
async def test_who_cannot_be_written_to_gets_no_bonus_and_the_reason_is_kept_once(
    world: World, ways: tuple[Address, ...], reason: str
) -> None:
    await world.join(anna(addresses=ways))
    first, second = await world.run_due(NINE), await world.run_due(NINE)

    assert str(first["birthday"]) == "birthday audience=1 queued=0 suppressed=1"
    assert second["birthday"].audience == 0
    assert await reasons(world) == [reason]
    assert await said(world) == []
    assert await world.points(ANNA) == 0


@pytest.mark.parametrize(("column", "reason"), [("stopped_at", "stopped"), ("gone_at", "address gone")])
async def test_after_stop_or_when_all_addresses_are_gone_nothing_is_queued(
    world: World, column: str, reason: str
) -> None:
    await world.join(anna())
    await world.change(addresses, **{column: NINE - timedelta(days=1)})
    await world.run_due(NINE)
    assert await reasons(world) == [reason]


async def test_without_consent_on_the_preferred_channel_another_is_taken(world: World) -> None:
    ways = (Address("telegram", "101", False), Address("email", "anna@example.com", True))
    await world.join(anna(addresses=ways))
    await world.run_due(NINE)
    [row] = await world.rows(messages)
    assert row.channel == "email"


async def test_an_erased_member_is_no_audience(world: World) -> None:
    await world.join(anna())
    await world.change(members, erased_at=NINE)
    assert (await world.run_due(NINE))["birthday"].audience == 0


async def test_quiet_hours_hold_the_message_until_the_members_morning(world: World) -> None:
    early = world.campaigns[0].model_copy(update={"at": time(6)})
    world.campaigns = (early, *world.campaigns[1:])
    await world.join(anna())
    await world.run_due(datetime(2027, 3, 14, 5, 0, tzinfo=UTC))

    [row] = await world.rows(messages)
    assert row.due_at == NINE


async def test_a_dry_run_tells_the_same_and_leaves_no_trace(world: World) -> None:
    await world.join(anna(), bence(birthday=date(1985, 3, 14), addresses=()))
    await world.has_bought(ANNA, NINE, [{"type": "points_earned", "points": 85}], points=85, lifetime_points=85)
    dry = await world.run_due(NINE, dry_run=True)

    for table in (messages, touches, entries, lots, runs):
        assert await world.rows(table) == []
    assert await world.points(ANNA) == 85
    assert dry == await world.run_due(NINE, dry_run=True)
    wet = await world.run_due(NINE)
    assert dry["birthday"] == wet["birthday"]
    assert str(dry["near_reward"]) == "near_reward audience=1 queued=1 suppressed=0"


async def test_a_run_larger_than_a_chunk_reaches_everybody_once(world: World) -> None:
    count = audience.CHUNK + 3
    many = [anna(id=i, code=f"C{i}", addresses=()) for i in range(1, count + 1)]
    await world.join(*many)
    assert (await world.run_due(NINE))["birthday"].audience == count
    [run] = await world.rows(runs)
    assert run.audience == count


async def test_a_run_cut_off_after_a_chunk_goes_on_where_it_was(world: World) -> None:
    await world.join(anna())
    await world.run_due(NINE)
    await world.join(bence(birthday=date(1985, 3, 14)))
    await world.run_due(NINE + timedelta(minutes=1))

    [run] = await world.rows(runs)
    assert (run.audience, run.queued) == (2, 2)
    assert [await world.points(ANNA), await world.points(BENCE)] == [50, 50]


async def test_two_processes_at_once_give_one_message_and_one_bonus(two_worlds: tuple[World, World]) -> None:
    one, other = two_worlds
    await one.join(*(anna(id=i, code=f"C{i}", addresses=(Address("sms", f"+36{i}", True),)) for i in range(1, 41)))

    reports = await asyncio.gather(*(world.run_due(NINE) for world in (one, other, one, other)))

    assert sum(report["birthday"].queued for report in reports) == 40
    assert len(await said(one)) == 40
    assert {row.points for row in await one.rows(standings)} == {50}
    assert len(await one.rows(entries)) == 40


async def test_winback_comes_on_day_60_at_ten_and_not_on_day_59(world: World) -> None:
    await world.join(bence())
    await world.has_bought(BENCE, LAST_PURCHASE)
    assert (await world.run_due(TEN - timedelta(days=1)))["winback"].audience == 0
    assert (await world.run_due(TEN - timedelta(seconds=1)))["winback"].audience == 0
    assert (await world.run_due(TEN))["winback"].queued == 1
    assert (await world.run_due(TEN + timedelta(days=1)))["winback"].audience == 0

    [words] = await said(world)
    assert words.endswith("30 points are waiting for you at Bean & Leaf. You now have 30 points.")
    assert await world.points(BENCE) == 30


async def test_a_new_purchase_opens_a_new_lapse(world: World) -> None:
    await world.join(bence())
    await world.has_bought(BENCE, LAST_PURCHASE)
    await world.run_due(TEN)
    await world.has_bought(BENCE, TEN)
    assert (await world.run_due(TEN + timedelta(days=59)))["winback"].audience == 0
    assert (await world.run_due(TEN + timedelta(days=60)))["winback"].queued == 1


@pytest.mark.parametrize(("late", "queued"), [(7, 1), (8, 0)])
async def test_old_history_wakes_nobody(world: World, late: int, queued: int) -> None:
    await world.join(bence())
    await world.has_bought(BENCE, LAST_PURCHASE - timedelta(days=late))
    assert (await world.run_due(TEN))["winback"].queued == queued


def earned(points: int) -> dict[str, Any]:
    return {"type": "points_earned", "points": points}


def stamped(have: int) -> dict[str, Any]:
    return {"type": "stamps_added", "card": "coffee", "stamps": 1, "have": have, "need": 10}


async def test_a_purchase_that_leaves_15_points_to_go_is_answered(world: World) -> None:
    await world.join(bence())
    await world.has_bought(BENCE, NINE, [earned(12)], points=85, lifetime_points=85)

    assert (await world.run_due(NINE))["near_reward"].queued == 1
    assert await said(world) == ["Only 15 points to go, Bence, and it is yours: Any drink."]
    assert [row.state for row in await world.rows(news)] == ["read"]


async def test_two_stamps_to_go_are_said_as_stamps(world: World) -> None:
    await world.join(bence())
    await world.has_bought(BENCE, NINE, [stamped(8)], progress={"stamps": {"coffee": 8}})
    await world.run_due(NINE)
    assert await said(world) == ["Only 2 stamps to go, Bence, and it is yours: Any drink."]


@pytest.mark.parametrize("points", [79, 100])
async def test_too_far_or_already_there_is_not_said(world: World, points: int) -> None:
    await world.join(bence())
    await world.has_bought(BENCE, NINE, [earned(12)], points=points, lifetime_points=points)
    assert (await world.run_due(NINE))["near_reward"].audience == 0


async def test_near_is_not_said_again_without_progress(world: World) -> None:
    await world.join(bence())
    await world.has_bought(BENCE, NINE, [earned(12)], points=85, lifetime_points=85)
    await world.run_due(NINE)
    await world.has_bought(BENCE, NINE, [], points=85, lifetime_points=85)
    assert (await world.run_due(NINE))["near_reward"].audience == 0
    await world.has_bought(BENCE, NINE, [earned(3)], points=88, lifetime_points=88)
    assert (await world.run_due(NINE))["near_reward"].queued == 1


async def test_news_of_more_than_a_week_ago_is_read_and_not_answered(world: World) -> None:
    await world.join(bence())
    await world.has_bought(BENCE, NINE - timedelta(days=7, seconds=1), [earned(85)], points=85, lifetime_points=85)
    assert (await world.run_due(NINE))["near_reward"].audience == 0
    assert [row.state for row in await world.rows(news)] == ["read"]


async def test_two_processes_read_the_same_news_once(two_worlds: tuple[World, World]) -> None:
    one, other = two_worlds
    await one.join(bence())
    for _ in range(3):
        await one.has_bought(BENCE, NINE, [earned(85)], points=85, lifetime_points=85)
    await asyncio.gather(*(world.run_due(NINE) for world in (one, other, one, other)))
    assert len(await said(one)) == 1


async def test_a_member_zone_that_nobody_knows_stops_nobody_else(world: World) -> None:
    await world.join(anna(), bence(birthday=date(1985, 3, 14), timezone="Mars/Base"))
    assert (await world.run_due(NINE))["birthday"].queued == 1


async def test_a_line_break_in_a_name_makes_no_second_header(world: World) -> None:
    await world.join(anna(name="Anna\nBcc:everyone@example.com"))
    winback = world.campaigns[1].model_copy(
        update={"subject": {"en": Template("We miss you, {{ member.name }}")}, "at": time(9)}
    )
    world.campaigns = (winback,)
    await world.has_bought(ANNA, LAST_PURCHASE)
    await world.run_due(NINE)
    [row] = await world.rows(messages)
    assert row.subject == "We miss you, Anna Bcc:everyone@example.com"


async def test_a_text_that_cannot_be_filled_in_for_one_member_stops_nobody_else(world: World) -> None:
    await world.join(anna(name="A" * 5000), bence(birthday=date(1985, 3, 14)))
    assert str((await world.run_due(NINE))["birthday"]) == "birthday audience=2 queued=1 suppressed=1"
    assert await reasons(world) == ["text could not be filled in", ""]
    assert await world.points(ANNA) == 0


async def test_what_is_in_force_follows_what_is_published(world: World) -> None:
    in_force = InForce(world.database, Programmes(world.clock))
    programme, campaigns = await in_force()
    assert [campaign.key for campaign in campaigns] == ["birthday", "winback", "near_reward"]
    assert (await in_force())[1] is campaigns
    async with world.database.write() as tx:
        await publish(tx, CAFE.partition("[[campaigns]]")[0], NINE)
    assert (await in_force())[1] == ()
    assert programme.name == "Bean & Leaf"


async def test_who_was_touched_meanwhile_gets_neither_message_nor_bonus(world: World) -> None:
    await world.join(anna())
    birthday = world.campaigns[0]
    assert isinstance(birthday, Birthday)
    async with world.database.read() as tx:
        found = await Audience(birthday, NINE.date(), world.programme.zone).chunk(tx, after=-1)
    await world.run_due(NINE)
    async with world.database.write() as tx:
        states = await lock(tx, [ANNA])
        assert await Touching(world.programme, birthday, world.channels, NINE).write(tx, 7, found, states) == (0, 0)
    assert len(await said(world)) == 1
    assert await world.points(ANNA) == 50


async def test_a_purchase_recorded_while_winback_runs_keeps_it_silent(two_worlds: tuple[World, World]) -> None:
    till, campaigns = two_worlds
    await till.join(bence())
    await till.has_bought(BENCE, LAST_PURCHASE)
    async with till.database.write() as tx:
        await lock(tx, [BENCE])
        running = asyncio.create_task(campaigns.run_due(TEN))
        while (await tx.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))).scalar_one() == 0:
            pass
        await tx.execute(update(standings).values(last_purchase_at=TEN))
    assert (await running)["winback"].queued == 0
    assert await said(till) == []
