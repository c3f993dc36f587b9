"""The databases that other tests stand on."""

import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.databases import PostgresServer
from tests.fakes.ports import PATIENCE
from tests.spares import Spares

HOLD_A_SERVER = """
from tests.databases import postgres_server
with postgres_server() as server:
    print(server.url("postgres").partition("host=")[2], flush=True)
    input()
"""


async def _run(url: str, statement: str) -> list[object]:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        result = await connection.execute(text(statement))
        rows = [tuple(row) for row in result] if result.returns_rows else []
    await engine.dispose()
    return list(rows)


async def test_a_test_database_has_the_newest_schema(database_url: str) -> None:
    assert len(await _run(database_url, "SELECT version_num FROM alembic_version")) == 1


async def test_an_empty_database_has_no_tables(empty_database_url: str) -> None:
    catalogue = "sqlite_master" if empty_database_url.startswith("sqlite") else "pg_tables WHERE schemaname = 'public'"
    assert await _run(empty_database_url, f"SELECT count(*) FROM {catalogue}") == [(0,)]


async def test_what_is_written_to_one_database_is_not_in_the_next(postgres: PostgresServer) -> None:
    for _ in range(2):
        with postgres.database() as name:
            await _run(postgres.url(name), "CREATE TABLE mark (x int)")


MARK = "INSERT INTO senders (sender, theoretical_at) VALUES ('sms', 1)"


def test_the_next_test_finds_neither_rows_nor_whoever_is_still_connected(postgres_spares: Spares) -> None:
    with asyncio.Runner() as runner:
        with postgres_spares.one() as url:
            runner.run(_run(url, MARK))
            late = runner.run(asyncpg.connect(url.replace("+asyncpg", "")))
            runner.run(late.execute("BEGIN; UPDATE senders SET theoretical_at = 2"))
        with postgres_spares.one() as again:
            assert again == url
            assert runner.run(_run(again, "SELECT count(*) FROM senders")) == [(0,)]
            with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
                runner.run(late.execute("COMMIT"))


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE senders DROP COLUMN paused_until",
        "ALTER TABLE news ALTER COLUMN state TYPE varchar",
        "CREATE TABLE more (x int)",
        "DROP TABLE senders",
        "ALTER TABLE news ADD CHECK (id > 0)",
        "UPDATE alembic_version SET version_num = '0000'",
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = \"Asia/Tokyo\"', current_database()); END $$",
    ],
)
def test_the_next_test_gets_another_database_when_this_one_was_changed(postgres_spares: Spares, change: str) -> None:
    with postgres_spares.one() as url:
        asyncio.run(_run(url, change))
    with postgres_spares.one() as other:
        assert other != url
        assert asyncio.run(_run(other, MARK)) == []


async def test_a_database_goes_even_while_somebody_is_connected(postgres: PostgresServer) -> None:
    with postgres.database() as name:
        engine = create_async_engine(postgres.url(name))
        connection = await engine.connect()
    await connection.invalidate()
    await engine.dispose()
    assert await _run(postgres.url("postgres"), f"SELECT 1 FROM pg_database WHERE datname = '{name}'") == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
def test_the_server_and_its_data_go_however_the_tests_end(how: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_A_SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as tests:
        assert tests.stdout is not None
        folder = Path(tests.stdout.readline().strip())
        assert (folder / "data").is_dir()
        tests.send_signal(how)
    deadline = time.monotonic() + PATIENCE
    while folder.exists():
        assert time.monotonic() < deadline, "the server outlived the tests"
