"""A town for each journey, on both kinds of database unless one is asked for."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.journeys.world import Town


@pytest.fixture
async def town(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with Town(database_url, tmp_path) as town:
        yield town


@pytest.fixture
async def sqlite_town(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with Town(sqlite_url, tmp_path) as town:
        yield town


@pytest.fixture
async def postgres_town(postgres_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with Town(postgres_url, tmp_path) as town:
        yield town
