"""Databases for whichever test asks: each gets one of its own, and storage tests run on both kinds."""

import asyncio
import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.collector import settle_down
from bot.storage.database import upgrade
from config.settings import PREFIX, Settings
from tests.databases import PostgresServer, postgres_server
from tests.haste import haste
from tests.spares import Spares

# How long an example takes is the machine's business; no test may fail by the wall clock.
settings.register_profile("regulars", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("regulars")
# What is loaded and collected stays until the end: looking for garbage in it takes half as long again.
gc.disable()
LONGEST = (
    "test_cdnow_import",
    "test_golden",
    "test_stop_week",
    "test_fashion_year",
    "test_fuzz",
    "test_random_refunds",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest, so that at the end no process waits for another that has just begun one."""
    items.sort(key=lambda item: item.path.stem not in LONGEST)


def pytest_collection_finish() -> None:
    gc.enable()
    settle_down()


def pytest_unconfigure() -> None:
    """Libraries that count what is never freed would complain of it."""
    gc.unfreeze()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a developer has set up for real is nothing that a test may use."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.setitem(Settings.model_config, "env_file", None)


@pytest.fixture(autouse=True)
def _logs_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that runs in this process sets up no logs: those of all later tests would go its way."""
    monkeypatch.setattr("bot.logs.set_up", lambda level, form: None)


@pytest.fixture(scope="session", autouse=True)
def _haste() -> Iterator[None]:
    with haste():
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server that lives as long as the tests of this process."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgresServer) -> Iterator[str]:
    """The name of a database that has the newest schema and no rows, to make copies of."""
    with postgres.database() as name:
        _upgrade(postgres.url(name))
        yield name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that has the newest schema and no rows, to make copies of."""
    path = tmp_path_factory.mktemp("template") / "regulars.db"
    _upgrade(_sqlite(path))
    return path


@pytest.fixture(scope="session")
def postgres_spares(postgres: PostgresServer, postgres_template: str) -> Iterator[Spares]:
    """PostgreSQL databases with the newest schema, one after the other or several at a time."""
    with Spares(postgres, postgres_template) as spares:
        yield spares


@pytest.fixture
def postgres_url(postgres_spares: Spares) -> Iterator[str]:
    """A PostgreSQL database with the newest schema."""
    with postgres_spares.one() as url:
        yield url


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """An SQLite database with the newest schema."""
    return _sqlite(Path(shutil.copyfile(sqlite_template, tmp_path / "regulars.db")))


@pytest.fixture
def empty_postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """A PostgreSQL database without any tables."""
    with postgres.database() as name:
        yield postgres.url(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database with the newest schema: the test runs once on each kind."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
def other_database_url(request: pytest.FixtureRequest, database_url: str) -> str:
    """One of the other kind than ``database_url``."""
    return str(request.getfixturevalue("postgres_url" if database_url.startswith("sqlite") else "sqlite_url"))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any tables: the test runs once on each kind."""
    if request.param == "sqlite":
        return _sqlite(tmp_path / "regulars.db")
    return str(request.getfixturevalue("empty_postgres_url"))


def _sqlite(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


def _upgrade(url: str) -> None:
    with asyncio.Runner() as runner:
        runner.run(upgrade(url))
