"""Points only come by buying and only go by redeeming and donating: giving them on makes and loses none."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from itertools import count as numbers

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.actions.balance import balance
from bot.actions.core import Core
from bot.actions.enrol import NewMember
from bot.actions.give import give
from bot.actions.recording.record import record
from bot.actions.redeem import redeem
from bot.errors import Conflict
from tests.actions.asking import unbroken
from tests.cast import ANNA, BENCE, Watch, core, joins, purchase, ref

WHO = ("anna", "bence", "charlie")
_names = numbers()


class Trade:
    """What is asked for, and what came and went of the points of all together."""

    def __init__(self, cafe: Core) -> None:
        self.cafe = cafe
        self.balance = 0

    async def buys(self, who: str, other: str, much: int) -> None:
        await record(self.cafe, purchase(f"p{next(_names)}", f"{much}.00", who=who))
        self.balance += much

    async def gives(self, who: str, other: str, much: int) -> None:
        await give(self.cafe, ref(who), ref(other), much, f"g{next(_names)}")

    async def redeems(self, who: str, other: str, much: int) -> None:
        await redeem(self.cafe, ref(who), "free_drink", f"r{next(_names)}")
        self.balance -= 100


STEP = st.tuples(
    st.sampled_from(("buys", "gives", "gives", "redeems")),
    st.sampled_from(WHO),
    st.sampled_from(WHO),
    st.integers(1, 150),
)


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=20), at_once=st.booleans())
def test_no_point_is_made_or_lost(
    database_url: str, runner: asyncio.Runner, steps: list[tuple[str, str, str, int]], at_once: bool
) -> None:
    runner.run(_play(database_url, steps, at_once))


async def _play(url: str, steps: list[tuple[str, str, str, int]], at_once: bool) -> None:
    async with core(url, Watch()) as cafe:
        # All examples play on one database, and all but the first find them there.
        with suppress(Conflict):
            await joins(cafe, ANNA, BENCE, NewMember(name="Charlie", external_id="charlie"))
        trade = Trade(cafe)
        trade.balance = sum([(await balance(cafe, ref(who))).state.points for who in WHO])
        calls = [getattr(trade, what)(*details) for what, *details in steps]
        if at_once:
            answers = await asyncio.gather(*calls, return_exceptions=True)
        else:
            answers = [(await asyncio.gather(call, return_exceptions=True))[0] for call in calls]
        assert all(answer is None or isinstance(answer, Conflict) for answer in answers), answers
        have = [(await balance(cafe, ref(who))).state.points for who in WHO]
        assert sum(have) == trade.balance
        assert min(have) >= 0
        await unbroken(cafe)
