"""Any mix of buying, telling twice, redeeming and erasing: after every step the sums are those of a plain model."""

import asyncio
import shutil
import tempfile
from collections import defaultdict
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from bot.actions.balance import balance
from bot.actions.core import Core
from bot.actions.enrol import NewMember, erase
from bot.actions.intake import ActivityIn
from bot.actions.recording.record import Answer, Recorded, record_many
from bot.actions.redeem import Redeemed, redeem
from bot.actions.vouchers import use
from bot.errors import Conflict, NotFound
from bot.storage import tables
from tests.actions.asking import count, unbroken
from tests.cast import ANNA, BENCE, Watch, core, joins, purchase, ref

PEOPLE = ("anna", "bence")
NUMBERS = st.integers(1, 30).map(str)
Bought = tuple[str, str, int, int]
"""Number of the purchase, who, euros, coffees."""
PURCHASES = st.tuples(NUMBERS, st.sampled_from((*PEOPLE, "charlie")), st.integers(0, 120), st.integers(0, 12))


class Days(RuleBasedStateMachine):
    """A café's days, on a database of their own."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        path = shutil.copyfile(self.template, f"{self.folder.name}/regulars.db")
        self.stack = AsyncExitStack()
        self.clock = Watch()
        self.core: Core = self._do(self.stack.enter_async_context(core(f"sqlite+aiosqlite:///{path}", self.clock)))
        self._do(joins(self.core, ANNA, BENCE))
        self.points: dict[str, int] = defaultdict(int)
        self.stamps: dict[str, int] = defaultdict(int)
        self.told: dict[str, Recorded] = {}
        self.requests: dict[str, tuple[str, Redeemed]] = {}
        self.vouchers: dict[str, bool] = {}

    def _do(self, work: Any) -> Any:
        return self.runner.run(work)

    def teardown(self) -> None:
        self._do(self.stack.aclose())
        self.runner.close()
        self.folder.cleanup()

    @rule(bought=st.lists(PURCHASES, max_size=6), days_ago=st.integers(0, 20))
    def buy(self, bought: list[Bought], days_ago: int) -> None:
        at = self.clock() - timedelta(days=days_ago)
        told = [purchase(n, f"{euros}.99", who=who, coffees=k, occurred_at=at) for n, who, euros, k in bought]
        self._check(told, bought, self._do(record_many(self.core, told)))

    @rule(bought=st.lists(PURCHASES, min_size=1, max_size=3), tasks=st.integers(2, 4))
    def buy_and_tell_it_many_times_at_once(self, bought: list[Bought], tasks: int) -> None:
        told = [purchase(n, f"{euros}.99", who=who, coffees=k) for n, who, euros, k in bought]

        async def at_once() -> list[list[Answer]]:
            return list(await asyncio.gather(*(record_many(self.core, told) for _ in range(tasks))))

        for answers in sorted(self._do(at_once()), key=lambda answers: [getattr(a, "duplicate", 1) for a in answers]):
            self._check(told, bought, answers)

    def _check(self, told: list[ActivityIn], bought: list[Bought], answers: list[Answer]) -> None:
        for (number, who, euros, coffees), answer in zip(bought, answers, strict=True):
            if number in self.told:
                assert answer == Recorded(number, True, self.told[number].outcomes)
            elif who not in PEOPLE:
                assert isinstance(answer, NotFound)
            else:
                assert isinstance(answer, Recorded)
                assert not answer.duplicate
                self.told[number] = answer
                self.points[who] += euros
                full, self.stamps[who] = divmod(self.stamps[who] + coffees, 10)
                codes = [outcome["voucher"] for outcome in answer.outcomes if "voucher" in outcome]
                assert len(codes) == full
                self.vouchers |= dict.fromkeys(codes, False)

    @rule(who=st.sampled_from(PEOPLE), request=st.sampled_from("abcdef"))
    def get_a_drink(self, who: str, request: str) -> None:
        work = redeem(self.core, ref(who), "free_drink", request)
        if request in self.requests:
            owner, before = self.requests[request]
            if owner == who:
                assert self._do(work) == Redeemed(before.voucher, before.reward, before.points_left, True)
                return
        elif self.points[who] >= 100:
            done = self._do(work)
            self.points[who] -= 100
            assert done.points_left == self.points[who]
            self.requests[request] = (who, done)
            self.vouchers[done.voucher] = False
            return
        with pytest.raises(Conflict):
            self._do(work)

    @rule(data=st.data())
    def use_a_voucher(self, data: st.DataObject) -> None:
        if not self.vouchers:
            return
        code = data.draw(st.sampled_from(list(self.vouchers)))
        if self.vouchers[code]:
            with pytest.raises(Conflict):
                self._do(use(self.core, code, "till"))
        else:
            self._do(use(self.core, code, "till"))
            self.vouchers[code] = True

    @rule()
    def erase_bence_who_joins_again(self) -> None:
        self._do(erase(self.core, ref("bence")))
        self._do(joins(self.core, NewMember(external_id="bence")))
        self.points["bence"] = self.stamps["bence"] = 0
        for request, (owner, done) in self.requests.items():
            if owner == "bence":
                self.requests[request] = ("somebody erased", done)

    @rule(hours=st.integers(1, 200))
    def time_passes(self, hours: int) -> None:
        self.clock.moves(hours=hours)

    @invariant()
    def every_sum_is_right(self) -> None:
        self._do(unbroken(self.core))
        for who in PEOPLE:
            standing = self._do(balance(self.core, ref(who)))
            assert standing.state.points == self.points[who]
            assert standing.stamps == [("coffee", self.stamps[who], 10)]
        assert self._do(count(self.core, tables.vouchers)) == len(self.vouchers)
        assert self._do(count(self.core, tables.activities)) == len(self.told)


def test_any_days_leave_every_sum_right(sqlite_template: Path) -> None:
    Days.template = sqlite_template
    run_state_machine_as_test(
        Days,
        settings=settings(
            max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
