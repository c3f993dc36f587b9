"""A service on each kind of database."""

from collections.abc import AsyncIterator

import pytest

from bot.storage.database import Database
from tests.storage.campaign_world import World


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """A café whose campaigns run, without members yet."""
    database = Database(database_url)
    yield await World(database).open()
    await database.close()


@pytest.fixture
async def two_worlds(postgres_url: str) -> AsyncIterator[tuple[World, World]]:
    """Two processes of one service on PostgreSQL."""
    databases = Database(postgres_url), Database(postgres_url)
    first, second = World(databases[0]), World(databases[1])
    yield await first.open(), second
    for database in databases:
        await database.close()
