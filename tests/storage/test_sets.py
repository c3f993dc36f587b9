from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.storage import sets
from bot.storage.database import Database
from bot.storage.tables import addresses, lots, metadata, runs, standings

LOTS = ("entry_id", "member_id", "remaining", "expires_at")
BIG = 2**63 - 1


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


async def rows(database: Database) -> list[tuple[object, ...]]:
    async with database.read() as tx:
        columns = (lots.c.entry_id, lots.c.member_id, lots.c.remaining)
        return [tuple(row) for row in await tx.execute(select(*columns).order_by(lots.c.entry_id))]


async def test_many_rows_are_written_in_one_statement(database: Database) -> None:
    async with database.write() as tx:
        await sets.insert(tx, lots, LOTS, [(n, 1, n * 10, None) for n in range(2000)])
    assert await rows(database) == [(n, 1, n * 10) for n in range(2000)]


async def test_no_rows_are_no_statement(database: Database) -> None:
    async with database.write() as tx:
        await sets.insert(tx, lots, ("no such column",), [])
        await sets.update(tx, lots, ("no such key",), ("no such column",), [])


async def test_values_of_every_kind_come_back_as_they_were(database: Database) -> None:
    row = ("web", "Ősz 😀 'quoted\" {a,NULL} \\", None, "hu", True, BIG, None)
    columns = ("channel", "address", "member_id", "locale", "marketing", "stopped_at", "gone_at")
    async with database.write() as tx:
        await sets.insert(tx, addresses, columns, [row])
        await sets.insert(
            tx, standings, ("member_id", "points", "lifetime_points", "purchases", "progress"), [(BIG, -1, 0, 1, "{}")]
        )
    async with database.read() as tx:
        kept = (
            await tx.exec_driver_sql(
                "SELECT channel, address, member_id, locale, marketing, stopped_at, gone_at FROM addresses"
            )
        ).one()
        assert tuple(kept) == row
        kept = (await tx.execute(select(standings))).one()
        assert (kept.member_id, kept.points, kept.purchases, kept.last_purchase_at, kept.progress) == (
            BIG,
            -1,
            1,
            None,
            {},
        )


async def test_a_row_that_is_there_is_refused_and_none_of_the_others_stays(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.write() as tx:
            await sets.insert(tx, lots, LOTS, [(1, 1, 1, None), (2, 1, 1, None), (1, 2, 2, None)])
    assert await rows(database) == []


async def test_with_or_skip_what_is_there_stays_as_it_is(database: Database) -> None:
    async with database.write() as tx:
        await sets.insert(tx, lots, LOTS, [(1, 1, 1, None)])
        await sets.insert(tx, lots, LOTS, [(1, 9, 9, None), (2, 2, 2, None)], or_skip=True)
    assert await rows(database) == [(1, 1, 1), (2, 2, 2)]


async def test_an_update_changes_each_row_by_its_key_and_no_other(database: Database) -> None:
    async with database.write() as tx:
        await sets.insert(tx, lots, LOTS, [(n, 1, 10, None) for n in range(4)])
        await sets.update(tx, lots, ("entry_id",), ("member_id", "remaining"), [(1, 7, 5), (3, 8, 0), (99, 9, 9)])
    assert await rows(database) == [(0, 1, 10), (1, 7, 5), (2, 1, 10), (3, 8, 0)]


async def test_a_key_of_two_columns_is_matched_by_both(database: Database) -> None:
    async with database.write() as tx:
        await sets.insert(tx, lots, LOTS, [(1, 1, 10, None), (2, 1, 10, None)])
        await sets.update(tx, lots, ("entry_id", "member_id"), ("remaining",), [(1, 1, 5), (2, 9, 5)])
    assert await rows(database) == [(1, 1, 5), (2, 1, 10)]


@pytest.mark.parametrize("wanted", [[], [1], [1, 3, 99], list(range(5000))])
async def test_any_of_finds_numbers_whatever_the_length_of_the_list(database: Database, wanted: list[int]) -> None:
    statement = select(lots.c.entry_id).where(sets.AnyOf(lots.c.entry_id, "ids")).order_by(lots.c.entry_id)
    async with database.write() as tx:
        await sets.insert(tx, lots, LOTS, [(n, 1, 1, None) for n in (1, 2, 3, BIG)])
    async with database.read() as tx:
        assert list((await tx.execute(statement, {"ids": wanted})).scalars()) == [n for n in (1, 2, 3) if n in wanted]
        assert list((await tx.execute(statement, {"ids": [BIG]})).scalars()) == [BIG]


async def test_any_of_finds_texts_of_any_script_and_takes_numbers_in_them_for_text(database: Database) -> None:
    texts = ["007", "7", "ő'\"]", "😀", ""]
    statement = select(addresses.c.address).where(sets.AnyOf(addresses.c.address, "those"))
    async with database.write() as tx:
        await sets.insert(tx, addresses, ("channel", "address"), [("web", text) for text in texts])
    async with database.read() as tx:
        for text in texts:
            assert list((await tx.execute(statement, {"those": [text]})).scalars()) == [text]


def test_every_column_of_every_table_can_be_written_in_sets() -> None:
    for table in metadata.sorted_tables:
        assert sets.insert_sql("postgresql", table, tuple(table.columns.keys()), False).count("::") == len(
            table.columns
        )


def test_the_statement_is_made_once() -> None:
    made = [sets.update_sql("sqlite", runs, ("id",), ("queued", "audience"), *()) for _ in range(2)]
    assert made[0] is made[1]
    assert made[0] == "UPDATE runs SET queued = ?2, audience = ?3 WHERE id = ?1"
