"""A running API on a café where Anna and Bence are members."""

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.actions import keys
from bot.actions.core import Core
from bot.web import server
from tests import cast
from tests.web.api import Api


@pytest.fixture(params=["sqlite", "postgresql"])
def either_url(request: pytest.FixtureRequest) -> str:
    """One database after the other, for a class of tests within a module that is content with one."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
def clock() -> cast.Watch:
    return cast.Watch()


@pytest.fixture
async def core(database_url: str, clock: cast.Watch) -> AsyncIterator[Core]:
    async with cast.core(database_url, clock) as core:
        await cast.joins(core, cast.ANNA, cast.BENCE)
        yield core


@pytest.fixture
async def api(core: Core) -> AsyncIterator[Api]:
    """Called with the owner's key."""
    async with TestClient(TestServer(server.build(core))) as client:
        yield Api(client, await keys.create_key(core, "test", "owner"))
