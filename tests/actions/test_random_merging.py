"""Whatever two members did before they became one: sums are kept, every invariant holds, refunds work afterwards."""

import asyncio
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from shutil import copyfile
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.actions.balance import balance
from bot.actions.core import Core
from bot.actions.give import give
from bot.actions.merging import merge
from bot.actions.recording.record import Recorded, record_many
from bot.actions.redeem import redeem
from bot.actions.vouchers import cancel, of_member
from bot.errors import BadInput, Conflict
from bot.storage import tables
from tests.actions.asking import count, unbroken
from tests.actions.test_random_refunds import _told as told
from tests.cast import ANNA, BENCE, Watch, core, joins, ref
from tests.random_shop import baskets, documents
from tests.spares import Spares

PEOPLE = ("anna", "bence")
WHO = st.sampled_from(PEOPLE)
TERMS = st.sampled_from(("", "\n[refunds]\nbelow_zero = true\n"))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("buy"), WHO, baskets()),
        st.tuples(st.just("visit"), WHO, baskets()),
        st.tuples(st.just("redeem"), WHO, st.none()),
        st.tuples(st.just("give"), WHO, st.integers(1, 60)),
        st.tuples(st.just("refund"), WHO, st.integers(0, 9)),
        st.tuples(st.just("wait"), WHO, st.integers(1, 100)),
    ),
    max_size=14,
)
SUMS = ("points", "credit", "lifetime_points", "purchases", "spent")


class Days:
    """What two people do at a shop; every activity has its place in the list as its id."""

    def __init__(self, core: Core, clock: Watch) -> None:
        self.core, self.clock = core, clock
        self.bought: dict[str, str] = {}

    async def happens(self, n: int, step: Any) -> None:
        kind, who, what = step
        with suppress(Conflict, BadInput):
            await self._happens(str(n), kind, who, what)

    async def _happens(self, n: str, kind: str, who: str, what: Any) -> None:
        if kind in ("buy", "visit"):
            told_as = {"type": "purchase" if kind == "buy" else "visit", "id": n, "member": ref(who)}
            await record_many(self.core, [told(told_as, *what)])
            self.bought[n] = who
        elif kind == "redeem":
            await redeem(self.core, ref(who), "drink", n)
        elif kind == "give":
            await give(self.core, ref(who), ref(PEOPLE[who == "anna"]), what, n)
        elif kind == "refund":
            await self.refund(str(what), n)
        else:
            self.clock.moves(hours=what)

    async def refund(self, of: str, n: str) -> None:
        back = {"type": "refund", "id": f"back {n}", "member": ref(self.bought.get(of, "anna")), "refunds": of}
        [answer] = await record_many(self.core, [told(back, None, ())])
        assert isinstance(answer, Recorded | BadInput | Conflict), answer

    async def sums(self) -> dict[str, int]:
        states = [(await balance(self.core, ref(who))).state for who in PEOPLE]
        pending = [(await balance(self.core, ref(who))).pending for who in PEOPLE]
        return {name: sum(getattr(state, name) for state in states) for name in SUMS} | {"pending": sum(pending)}


async def lived(url: str, document: str, before: list[Any], after: list[Any]) -> None:
    clock = Watch()
    async with core(url, clock, document + "\n[gifts]\ndaily_limit = 100\n") as shop:
        await joins(shop, ANNA, BENCE)
        days = Days(shop, clock)
        for n, step in enumerate(before):
            await days.happens(n, step)
        had, made = await days.sums(), await count(shop, tables.vouchers)
        await merge(shop, ref("anna"), ref("bence"), "test")
        await unbroken(shop)
        state = await balance(shop, ref("bence"))
        now = {name: getattr(state.state, name) for name in SUMS} | {"pending": state.pending}
        assert now == had
        assert await count(shop, tables.vouchers) >= made
        for n, step in enumerate(after, len(before)):
            await days.happens(n, step)
            await unbroken(shop)
        for n, voucher in enumerate(await of_member(shop, ref("anna"), unused=True)):
            if n % 2:
                await cancel(shop, voucher.code, "")
        for number in list(days.bought):
            await days.refund(number, f"{number} at last")
        await unbroken(shop)
        state = await balance(shop, ref("anna"))
        assert (state.state.purchases, state.state.spent) == (0, 0)


def _run(database: Callable[[], AbstractContextManager[str]], examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(documents(), TERMS, STEPS, STEPS)
    def any_days(document: str, terms: str, before: list[Any], after: list[Any]) -> None:
        with database() as url:
            asyncio.run(lived(url, document + terms, before, after))

    any_days()


def test_whatever_two_members_did_they_become_one(sqlite_template: Path) -> None:
    @contextmanager
    def database() -> Any:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite+aiosqlite:///{copyfile(sqlite_template, f'{folder}/regulars.db')}"

    _run(database, examples=25)


def test_whatever_two_members_did_they_become_one_on_postgresql(postgres_spares: Spares) -> None:
    _run(postgres_spares.one, examples=5)
