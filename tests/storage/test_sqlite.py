"""What SQLAlchemy is handed in place of aiosqlite's own cursors."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.storage.database import Database
from bot.storage.sqlite import CHUNK, Connection

MANY = 3 * CHUNK + 7
COUNT = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :most) SELECT i FROM n")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    it = Database(f"sqlite+aiosqlite:///{tmp_path}/regulars.db")
    async with it.write() as tx:
        await tx.exec_driver_sql("CREATE TABLE numbers (i INTEGER)")
    yield it
    await it.close()


@pytest.fixture
def visits(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Each thing that had to be done in a connection's thread."""
    its: Any = Connection
    made, plain = list[object](), its._execute

    async def counted(self: Connection, *work: object) -> Any:
        made.append(work)
        return await plain(self, *work)

    monkeypatch.setattr(Connection, "_execute", counted)
    return made


async def test_each_statement_visits_the_thread_once(database: Database, visits: list[object]) -> None:
    async with database.write() as tx:
        visits.clear()
        assert len((await tx.execute(COUNT, {"most": CHUNK - 1})).all()) == CHUNK - 1
        await tx.exec_driver_sql("INSERT INTO numbers VALUES (?)", [(1,), (2,)])
        assert len(visits) == 2
    assert len(visits) == 3, "what ended a transaction was more than its commit"


@pytest.mark.parametrize("most", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, MANY])
async def test_a_result_of_any_length_comes_whole(database: Database, most: int) -> None:
    numbers = list(range(1, most + 1)) or [1]
    async with database.read() as tx:
        assert list((await tx.execute(COUNT, {"most": most})).scalars()) == numbers
        stream = await tx.stream(COUNT.execution_options(yield_per=CHUNK - 1), {"most": most})
        assert [row.i async for row in stream] == numbers


async def test_a_stream_that_is_left_halfway_holds_up_nothing(database: Database) -> None:
    async with database.write() as tx:
        async with tx.stream(COUNT, {"most": MANY}) as result:
            assert (await anext(aiter(result))).i == 1
        await tx.exec_driver_sql("DROP TABLE numbers")


async def test_how_many_rows_a_statement_met_is_told(database: Database) -> None:
    async with database.write() as tx:
        await tx.exec_driver_sql("INSERT INTO numbers VALUES (?)", [(number,) for number in range(MANY)])
        changed = await tx.exec_driver_sql("UPDATE numbers SET i = i + 1 WHERE i < 10")
        assert changed.rowcount == 10
        gone = await tx.execute(text("DELETE FROM numbers RETURNING i"))
        assert len(gone.all()) == MANY
