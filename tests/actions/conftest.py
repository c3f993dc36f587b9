"""A café with Anna and Bence, on each kind of database; after every test the invariants hold."""

from collections.abc import AsyncIterator

import pytest

from bot.actions.core import Core
from tests.actions.asking import unbroken
from tests.cast import ANNA, BENCE, Watch, core, joins


@pytest.fixture
def clock() -> Watch:
    return Watch()


@pytest.fixture
async def cafe(database_url: str, clock: Watch) -> AsyncIterator[Core]:
    async with core(database_url, clock) as cafe:
        await joins(cafe, ANNA, BENCE)
        yield cafe
        await unbroken(cafe)
