import asyncio
import sqlite3
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import SetupError
from bot.storage import sets
from bot.storage.database import Database, check_schema, upgrade
from bot.storage.tables import senders
from tests import haste

READ = text("SELECT theoretical_at FROM senders WHERE sender = 'x'")
WRITE = text("UPDATE senders SET theoretical_at = :value WHERE sender = 'x'")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    async with database.write() as tx:
        await sets.insert(tx, senders, ("sender", "theoretical_at"), [("x", 0)])
    yield database
    await database.close()


async def value(database: Database) -> int:
    async with database.read() as tx:
        return int((await tx.execute(READ)).scalar_one())


async def add_one(database: Database) -> None:
    """Read, think, write: the pattern that loses updates where a transaction begins too late."""
    async with database.write() as tx:
        lock = text(f"{READ}{'' if database.is_sqlite else ' FOR UPDATE'}")
        before = (await tx.execute(lock)).scalar_one()
        await asyncio.sleep(0)
        await tx.execute(WRITE, {"value": before + 1})


async def _write_and_fail(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(WRITE, {"value": 5})
        raise ZeroDivisionError


async def test_no_update_is_lost_when_many_read_and_then_write(database: Database, database_url: str) -> None:
    other = Database(database_url)
    await asyncio.gather(*(add_one((database, other)[n % 2]) for n in range(100)))
    await other.close()
    assert await value(database) == 100


async def test_what_ends_in_an_error_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await _write_and_fail(database)
    assert await value(database) == 0


async def test_what_is_cancelled_leaves_nothing_behind_and_the_next_one_can_write(database: Database) -> None:
    written = asyncio.Event()

    async def hang() -> None:
        async with database.write() as tx:
            await tx.execute(WRITE, {"value": 5})
            written.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hang())
    await written.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await value(database) == 0
    await add_one(database)
    assert await value(database) == 1


async def test_readers_see_what_was_committed_and_wait_for_nobody(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(WRITE, {"value": 5})
        assert await value(database) == 0
    assert await value(database) == 5


async def test_a_reader_changes_nothing(database: Database) -> None:
    async with database.read() as tx:
        await tx.execute(WRITE, {"value": 5})
    assert await value(database) == 0


async def test_who_lost_a_race_for_a_key_is_asked_again_and_sees_the_winner(database: Database) -> None:
    tries: list[int] = []

    async def work(tx: AsyncConnection) -> int:
        tries.append(int((await tx.execute(READ)).scalar_one()))
        if len(tries) == 1:
            await tx.execute(WRITE, {"value": 9})
            await sets.insert(tx, senders, ("sender", "theoretical_at"), [("x", 1)])
        return tries[-1]

    assert await database.transact(work) == 0
    assert tries == [0, 0]


async def test_who_loses_every_time_is_told_so(database: Database) -> None:
    tries: list[int] = []

    async def work(tx: AsyncConnection) -> None:
        tries.append(1)
        await sets.insert(tx, senders, ("sender", "theoretical_at"), [("x", 1)])

    with pytest.raises(IntegrityError):
        await database.transact(work)
    assert len(tries) == 3


async def test_other_errors_are_not_tried_again(database: Database) -> None:
    tries: list[int] = []

    async def work(tx: AsyncConnection) -> None:
        tries.append(1)
        await tx.execute(text("SELECT nonsense"))

    with pytest.raises(Exception, match="nonsense"):
        await database.transact(work)
    assert len(tries) == 1


async def test_the_victim_of_a_deadlock_is_asked_again(postgres_url: str) -> None:
    database = Database(postgres_url)
    async with database.write() as tx:
        await sets.insert(tx, senders, ("sender", "theoretical_at"), [("a", 0), ("b", 0)])
    both_hold_one = asyncio.Barrier(2)
    raise_one = text("UPDATE senders SET theoretical_at = theoretical_at + 1 WHERE sender = :name")
    tries: list[str] = []

    async def cross(first: str, second: str) -> None:
        async def work(tx: AsyncConnection) -> None:
            tries.append(first)
            await tx.execute(raise_one, {"name": first})
            if len(tries) <= 2:
                await both_hold_one.wait()
            await tx.execute(raise_one, {"name": second})

        await database.transact(work)

    await asyncio.gather(cross("a", "b"), cross("b", "a"))
    async with database.read() as tx:
        assert list((await tx.execute(text("SELECT theoretical_at FROM senders"))).scalars()) == [2, 2]
    await database.close()
    assert len(tries) > 2


async def test_sqlite_is_durable_and_checks_foreign_keys(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.storage.database._PRAGMAS", haste.PRAGMAS)
    database = Database(sqlite_url)
    async with database.write() as tx:
        found = [
            (await tx.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert found == ["wal", 2, 1, 30000]
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        async with database.write() as tx:
            await tx.exec_driver_sql("INSERT INTO addresses (channel, address, member_id) VALUES ('web', 'x', 5)")
    await database.close()


async def test_sqlite_takes_the_lock_when_a_transaction_begins_and_not_at_its_first_write(
    sqlite_url: str, tmp_path: Path
) -> None:
    database = Database(sqlite_url)
    other = sqlite3.connect(tmp_path / "regulars.db", timeout=0)
    async with database.write():
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()
    await database.close()


async def test_a_database_of_this_version_is_right(database: Database) -> None:
    await check_schema(database)


async def test_an_empty_database_is_told_with_the_command_to_run(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    with pytest.raises(SetupError, match=r"(the database is empty|there is no database .*); run: regulars init"):
        await check_schema(database)
    await database.close()


async def test_an_older_schema_is_told_with_the_command_to_run(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(SetupError, match=r"has schema 0000, this version needs \d{4}; run: regulars init"):
        await check_schema(database)


@pytest.mark.parametrize("change", [("?host=", "?host=/nowhere"), ("regulars_", "no_such_regulars_")])
async def test_a_database_that_does_not_answer_is_not_called_empty(postgres_url: str, change: tuple[str, str]) -> None:
    database = Database(postgres_url.replace(*change))
    with pytest.raises(SetupError, match="does not answer"):
        await check_schema(database)
    await database.close()


def modes(folder: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


async def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/nowhere/regulars.db"
    database = Database(url)
    with pytest.raises(SetupError, match=r"there is no database .*; run: regulars init"):
        await check_schema(database)
    with pytest.raises(SetupError, match=r"cannot be opened \(No such file or directory\)"):
        await upgrade(url)
    await database.close()


async def test_looking_for_a_database_makes_none(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/regulars.db")
    with pytest.raises(SetupError, match="run: regulars init"):
        await check_schema(database)
    assert modes(tmp_path) == {}


async def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    await upgrade(f"sqlite+aiosqlite:///{tmp_path}/regulars.db")
    assert modes(tmp_path)["regulars.db"] == 0o600
    assert set(modes(tmp_path).values()) == {0o600}


@pytest.mark.parametrize("url", ["mysql://localhost/x", "postgresql://localhost/x", "sqlite:///x.db", "nonsense", ""])
def test_a_url_that_will_not_do_is_told_with_one_that_does(url: str) -> None:
    with pytest.raises(SetupError, match=r"REGULARS_DATABASE_URL: .* write sqlite\+aiosqlite:///regulars.db"):
        Database(url)
