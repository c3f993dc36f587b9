"""Imports in two processes on PostgreSQL. No event loop runs in these tests: what is forked makes its own."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

import pytest

from bot.actions.balance import balance, history
from bot.actions.core import Core
from bot.actions.moving import files
from bot.actions.moving.files import Imported, check_file
from bot.actions.moving.side_by_side import import_spool, processes
from bot.actions.moving.spool import Spool, spooled
from bot.errors import BadInput, RegularsError, SetupError
from bot.storage import tables
from tests.actions.asking import count, unbroken
from tests.cast import core, ref

CROWD = [f"guest-{n}" for n in range(12)]
HEADER = "source,id,type,occurred_at,amount,currency,member.external_id,items"
COFFEES = '"[{""category"": ""coffee"", ""quantity"": 2}]"'
ALL = Imported(recorded=120, duplicates=0)
T = TypeVar("T")


def row(number: int, who: str, amount: str = "10.00") -> str:
    return f"till,{number},purchase,2026-03-01T10:00:00+01:00,{amount},EUR,{who},{COFFEES}"


def write(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "purchases.csv"
    path.write_text("\n".join([header, *rows, ""]))
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Ten purchases of each of the crowd, in turn."""
    return write(tmp_path, *(row(12 * n + i, who, f"{n + 1}.50") for n in range(10) for i, who in enumerate(CROWD)))


@pytest.fixture(autouse=True)
def _small_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "CHUNK", 10)


def ask(url: str, question: Callable[[Core], Awaitable[T]]) -> T:
    async def asked() -> T:
        async with core(url) as cafe:
            return await question(cafe)

    return asyncio.run(asked())


@contextmanager
def checked(url: str, path: Path, parts: int = 2) -> Iterator[Spool]:
    with spooled(parts) as spool:
        ask(url, lambda cafe: check_file(cafe, path, lambda _: None, enrol_unknown=True, spool=spool))
        yield spool


def load(url: str, path: Path, parts: int = 2) -> Imported:
    with checked(url, path, parts) as spool:
        assert spool.divided == (parts > 1)
        return import_spool(partial(core, url), spool, nullcontext(lambda _: None), enrol_unknown=True)


async def ledger(cafe: Core) -> object:
    """Of each of the crowd what they have and how they came to it; and what there is in all."""
    await unbroken(cafe)
    people = [
        ([entry.points for entry in await history(cafe, ref(who), 50, None)], (await balance(cafe, ref(who))).stamps)
        for who in CROWD
    ]
    held = (tables.members, tables.activities, tables.entries, tables.vouchers)
    return people, [await count(cafe, table) for table in held]


def test_two_processes_make_the_ledger_that_one_makes(postgres_url: str, sqlite_url: str, path: Path) -> None:
    assert load(postgres_url, path) == load(sqlite_url, path, parts=1) == ALL
    assert ask(postgres_url, ledger) == ask(sqlite_url, ledger)
    assert load(postgres_url, path) == Imported(recorded=0, duplicates=120)


def test_interrupted_and_run_again_it_ends_as_if_nothing_had_happened(
    postgres_url: str, sqlite_url: str, path: Path
) -> None:
    def pull_the_plug(_: int) -> None:
        raise KeyboardInterrupt

    with checked(postgres_url, path) as spool, pytest.raises(KeyboardInterrupt):
        import_spool(partial(core, postgres_url), spool, nullcontext(pull_the_plug), enrol_unknown=True)
    known = ask(postgres_url, lambda cafe: count(cafe, tables.activities))
    assert known >= 10
    assert load(postgres_url, path) == Imported(recorded=120 - known, duplicates=known)
    load(sqlite_url, path, parts=1)
    assert ask(postgres_url, ledger) == ask(sqlite_url, ledger)


def test_progress_only_grows_and_ends_with_the_whole_file(postgres_url: str, path: Path) -> None:
    seen: list[int] = []
    with checked(postgres_url, path) as spool:
        import_spool(partial(core, postgres_url), spool, nullcontext(seen.append), enrol_unknown=True)
    assert len(seen) > 10
    assert seen == sorted(seen)
    assert seen[-1] == path.stat().st_size


def test_what_stops_a_process_is_told_in_its_words(postgres_url: str, path: Path) -> None:
    def closed() -> AbstractAsyncContextManager[Core]:
        raise SetupError("the database does not answer")

    with checked(postgres_url, path) as spool, pytest.raises(SetupError, match="the database does not answer"):
        import_spool(closed, spool, nullcontext(lambda _: None), enrol_unknown=True)


def test_a_process_that_dies_is_told_and_the_import_can_be_run_again(postgres_url: str, path: Path) -> None:
    def dying() -> AbstractAsyncContextManager[Core]:
        os.kill(os.getpid(), signal.SIGKILL)
        return core(postgres_url)

    with checked(postgres_url, path) as spool, pytest.raises(RegularsError, match=r"exit code -9.*run it again"):
        import_spool(dying, spool, nullcontext(lambda _: None), enrol_unknown=True)
    assert load(postgres_url, path) == ALL


def test_lines_that_cannot_be_recorded_after_all_are_told_by_each_process(postgres_url: str, path: Path) -> None:
    with checked(postgres_url, path) as spool:
        first = {f"line {number}" for part in spool.parts for number, _, _ in islice(part, 1)}
        with pytest.raises(BadInput) as caught:
            import_spool(partial(core, postgres_url), spool, nullcontext(lambda _: None), enrol_unknown=False)
    assert first <= {fault.at for fault in caught.value.faults}


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        (HEADER, [row(1, "anna"), row(1, "bence")]),
        (HEADER.replace("external_id", "phone"), [row(1, "+36301111111"), row(2, "+36302222222")]),
        (HEADER + ",refunds", [row(1, "anna") + ",", row(2, "anna").replace("purchase", "refund") + ",1"]),
    ],
    ids=["an id told twice", "people named by what they may share", "a refund"],
)
def test_lines_that_may_concern_each_other_stay_in_one_process(
    postgres_url: str, tmp_path: Path, header: str, rows: list[str]
) -> None:
    with checked(postgres_url, write(tmp_path, *rows, header=header)) as spool:
        assert not spool.divided
        assert [number for number, _, _ in spool] == [2, 3]


def test_sqlite_has_one_writer_and_so_one_process() -> None:
    assert processes("sqlite+aiosqlite:///regulars.db", 4) == 1
    assert processes("postgresql+asyncpg:///regulars", 4) == 4
