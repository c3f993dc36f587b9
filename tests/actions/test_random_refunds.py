"""Any mix of buying, refunding, redeeming and waiting: members always stand where a replay puts them."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from bot.actions.balance import balance
from bot.actions.core import Core
from bot.actions.intake import ActivityIn
from bot.actions.recording.record import Answer, Recorded, record_many
from bot.actions.redeem import redeem
from bot.errors import BadInput, Conflict
from bot.loyalty.activity import Item
from bot.loyalty.badges import NAME as BADGES
from bot.loyalty.member import CREDIT, POINTS, MemberState
from bot.loyalty.money import from_minor
from bot.loyalty.replay import Past, Replayed, replay
from bot.storage import activities, programmes, tables
from tests.actions.asking import unbroken
from tests.cast import ANNA, BENCE, Watch, core, joins, ref
from tests.random_shop import baskets, documents, items
from tests.spares import Spares

PEOPLE = ("anna", "bence")
NUMBERS = st.integers(1, 9).map(str)
MOVED = ("points", "credit", "lifetime_points", "due_at", "profile")
"""What is not an activity's alone."""


def _told(what: dict[str, Any], amount: int | None, bought: tuple[Item, ...]) -> ActivityIn:
    told = [
        {"category": i.category, "quantity": i.quantity, "sku": i.sku or None}
        | ({"price": from_minor(i.price, 2)} if i.price is not None else {})
        for i in bought
    ]
    money = None if amount is None else from_minor(amount, 2)
    return ActivityIn.model_validate({"source": "till", **what, "amount": money, "items": told})


class Till(RuleBasedStateMachine):
    """A shop's days, on a database of their own."""

    database: Any
    more: str

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.places = ExitStack()
        self.stack = AsyncExitStack()
        self.clock = Watch()
        self.redeemed = 0
        self.refunds: Counter[str] = Counter()

    @initialize(document=st.data())
    def opens(self, document: st.DataObject) -> None:
        url = self.places.enter_context(self.database())
        text = document.draw(documents(self.more))
        self.core: Core = self._do(self.stack.enter_async_context(core(url, self.clock, text)))
        self._do(joins(self.core, ANNA, BENCE))

    def _do(self, work: Any) -> Any:
        return self.runner.run(work)

    def teardown(self) -> None:
        self._do(self.stack.aclose())
        self.runner.close()
        self.places.close()

    def _record(self, *told: ActivityIn) -> list[Answer]:
        answers: list[Answer] = self._do(record_many(self.core, told))
        for answer in answers:
            assert isinstance(answer, Recorded | BadInput | Conflict), answer
        return answers

    @rule(
        told=st.lists(
            st.tuples(NUMBERS, st.sampled_from(PEOPLE), st.sampled_from(("purchase", "visit")), baskets()), max_size=5
        )
    )
    def buy(self, told: list[Any]) -> None:
        self._record(
            *(_told({"type": kind, "id": number, "member": ref(who)}, *basket) for number, who, kind, basket in told)
        )

    @rule(
        told=st.lists(
            st.tuples(
                NUMBERS, st.sampled_from(PEOPLE), st.none() | st.integers(1, 5000), st.lists(items(), max_size=1)
            ),
            min_size=1,
            max_size=3,
        ),
        bought=baskets(),
    )
    def refund_some(self, told: list[Any], bought: Any) -> None:
        """Some of what was bought, some of what comes in the same batch, some of what never comes."""
        refunds = [self._refund(of, who, amount, tuple(what)) for of, who, amount, what in told]
        of, who = told[0][:2]
        self._record(refunds[0], _told({"type": "purchase", "id": of, "member": ref(who)}, *bought), *refunds[1:])

    def _refund(self, of: str, who: str, amount: int | None, what: tuple[Item, ...]) -> ActivityIn:
        self.refunds[of] += 1
        told = {"type": "refund", "id": f"{of}-{self.refunds[of]}", "member": ref(who), "refunds": of}
        return _told(told, amount, what)

    @rule(who=st.sampled_from(PEOPLE))
    def redeem(self, who: str) -> None:
        self.redeemed += 1
        try:
            self._do(redeem(self.core, ref(who), "drink", str(self.redeemed)))
        except Conflict:
            assert self._state(who).points < 40

    @rule(hours=st.integers(1, 100))
    def time_passes(self, hours: int) -> None:
        self.clock.moves(hours=hours)

    @rule(document=st.data())
    def the_rules_change(self, document: st.DataObject) -> None:
        text = document.draw(documents(self.more))
        self.clock.moves(seconds=1)

        async def publish() -> None:
            async with self.core.database.write() as tx:
                await programmes.publish(tx, text, self.clock())

        self._do(publish())

    @rule(who=st.sampled_from(PEOPLE), data=st.data())
    def refund_everything(self, who: str, data: st.DataObject) -> None:
        past, _, _ = self._do(self._past(who))
        told = [one.activity.id for one in past if one.activity.type != "refund"]
        self._record(*(self._refund(number, who, None, ()) for number in data.draw(st.permutations(told))))
        state = self._state(who)
        waits = {"refunds": state.progress["refunds"]} if "refunds" in state.progress else {}
        assert {key: value for key, value in state.progress.items() if key != BADGES} == waits
        assert (state.purchases, state.spent, state.last_purchase_at, state.tier) == (0, 0, None, "")
        _, posted, waiting = self._do(self._past(who))
        assert (posted, waiting) == ({}, 0)
        if not self.redeemed:
            assert (state.points, state.credit, state.lifetime_points) == (0, 0, 0)

    def _state(self, who: str) -> MemberState:
        state: MemberState = self._do(balance(self.core, ref(who))).state
        return state

    async def _past(self, who: str) -> tuple[list[Past], dict[str, int], int]:
        """The activities, what they brought by wallet in the ledger (short or not), and how much waits."""
        member = (await balance(self.core, ref(who))).member.id
        async with self.core.database.read() as tx:
            kept = (await activities.of_members(tx, [member]))[member]
            by_version = {one.version: await self.core.programmes.at(tx, one.version) for one in kept}
            causes = {one.id for one in kept}
            entries = (await tx.execute(select(tables.entries).where(tables.entries.c.member_id == member))).all()
            pending = (await tx.execute(select(tables.pending).where(tables.pending.c.member_id == member))).all()
        posted: Counter[str] = Counter()
        for entry in entries:
            if entry.cause_id in causes:
                posted[entry.wallet] += entry.points - entry.short
        past = [Past(one.id, one.activity, one.recorded_at, by_version[one.version]) for one in kept]
        for one in pending:
            posted[one.wallet] += one.points
        return past, {wallet: n for wallet, n in posted.items() if n}, len(pending)

    @invariant()
    def everybody_stands_where_a_replay_puts_them(self) -> None:
        if not hasattr(self, "core"):
            return
        self._do(unbroken(self.core))
        for who in PEOPLE:
            self._stands_as_replayed(who)

    def _stands_as_replayed(self, who: str) -> None:
        state = self._state(who)
        past, posted, _ = self._do(self._past(who))
        done: Replayed = replay(past, state.profile)
        for name in ("purchases", "spent", "last_purchase_at"):
            assert getattr(done.state, name) == getattr(state, name), name
        kept = {key: value for key, value in state.progress.items() if key not in ("refunds", BADGES)}
        assert kept == {key: value for key, value in done.state.progress.items() if key != BADGES}
        assert set(done.state.progress.get(BADGES, {})) <= set(state.progress.get(BADGES, {}))
        for wallet in (POINTS, CREDIT):
            brought = sum(p.points for ps in done.postings.values() for p in ps if p.wallet == wallet)
            assert brought == posted.get(wallet, 0)
        if not self.redeemed:
            assert state.lifetime_points >= state.points


@pytest.mark.parametrize("terms", ["", "[refunds]\nbelow_zero = true\n"], ids=["what is there", "below zero"])
def test_any_refunds_leave_members_where_a_replay_puts_them(sqlite_template: Path, terms: str) -> None:
    @contextmanager
    def database() -> Iterator[str]:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite+aiosqlite:///{copyfile(sqlite_template, f'{folder}/regulars.db')}"

    _run(database, terms, examples=15)


def test_any_refunds_leave_members_where_a_replay_puts_them_on_postgresql(postgres_spares: Spares) -> None:
    _run(postgres_spares.one, "", examples=4)


def _run(database: Any, terms: str, examples: int) -> None:
    Till.database, Till.more = staticmethod(database), terms
    run_state_machine_as_test(
        Till,
        settings=settings(
            max_examples=examples, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
