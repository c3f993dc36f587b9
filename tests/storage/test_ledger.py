"""Any mix of earning, waiting, spending, giving back, clawing back and time: the sums are those of a plain model."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.settle import settled
from bot.doctor import INVARIANTS
from bot.errors import Conflict
from bot.loyalty.ledger import Waiting, due, plus
from bot.loyalty.member import CREDIT, POINTS, MemberState
from bot.storage import ledger, lots, members, pending, standings
from bot.storage.database import Database
from bot.storage.ids import new_id
from bot.storage.ledger import Entry
from tests.cast import NOON, cafe

T = TypeVar("T")
AMOUNTS = st.integers(1, 40)
DAYS = st.none() | st.integers(1, 12)
WALLETS = st.sampled_from((POINTS, CREDIT))
Work = Callable[[AsyncConnection, MemberState], Awaitable[MemberState]]


@dataclass
class Purse:
    """One lot of the model: what it held, what is left, and until when."""

    left: int
    ends: datetime | None
    wallet: str


class Wallets(RuleBasedStateMachine):
    """One member of a database of many; the model knows nothing of tables."""

    url: str

    def __init__(self) -> None:
        super().__init__()
        self.runner, self.database, self.now = asyncio.Runner(), Database(self.url), NOON
        self.member = members.Member(new_id(), f"C{new_id()}", "Anna", "en", "UTC", NOON)
        self.balance = {POINTS: 0, CREDIT: 0}
        self.purses: dict[int, Purse] = {}
        self.waiting: list[Waiting] = []
        self.spent: dict[int, tuple[str, int, list[tuple[int, int]]]] = {}
        self._run(self._join())

    def _run(self, work: Awaitable[T]) -> T:
        async def awaited() -> T:
            return await work

        return self.runner.run(awaited())

    async def _join(self) -> None:
        async with self.database.write() as tx:
            await members.add(tx, [self.member])

    def teardown(self) -> None:
        self._run(self.database.close())
        self.runner.close()

    def do(self, work: Work) -> None:
        """In one transaction of a member who is locked and settled."""

        async def whole() -> None:
            async with self.database.write() as tx:
                locked = await standings.lock(tx, [self.member.id])
                state = (await settled(tx, cafe(), locked, self.now))[self.member.id]
                await standings.save(tx, {self.member.id: await work(tx, state)})

        self._settle()
        self._run(whole())

    def line(self, kind: str, points: int, wallet: str, ends: datetime | None = None) -> Entry:
        return Entry(new_id(), self.member.id, kind, points, "", None, self.now, wallet, expires_at=ends)

    def _come(self, points: int, wallet: str, ends: datetime | None, number: int) -> None:
        self.balance[wallet] += points
        self.purses[number] = Purse(max(0, min(points, self.balance[wallet])), ends, wallet)

    def _settle(self) -> None:
        for one in sorted(self.waiting, key=lambda w: (w.due_at or NOON, w.id)):
            if one.due_at and one.due_at <= self.now:
                self.waiting.remove(one)
                self._come(one.points, one.wallet, one.expires_at, -one.id)
        for purse in self.purses.values():
            if purse.ends and purse.ends <= self.now:
                self.balance[purse.wallet] -= purse.left
                purse.left = 0

    def _after(self, days: int | None) -> datetime | None:
        return None if days is None else self.now + timedelta(days=days)

    @rule(points=AMOUNTS, days=DAYS, wallet=WALLETS)
    def earn(self, points: int, days: int | None, wallet: str) -> None:
        line = self.line("earn", points, wallet, self._after(days))

        async def work(tx: AsyncConnection, state: MemberState) -> MemberState:
            state, opened = ledger.credit(cafe(), state, line)
            await ledger.post(tx, [opened])
            return state

        self.do(work)
        self._come(points, wallet, line.expires_at, line.id)

    @rule(points=AMOUNTS, days=DAYS, ends=DAYS, wallet=WALLETS)
    def wait(self, points: int, days: int | None, ends: int | None, wallet: str) -> None:
        one = Waiting(new_id(), self.member.id, points, "", 1, self.now, self._after(days), self._after(ends), wallet)

        async def work(tx: AsyncConnection, state: MemberState) -> MemberState:
            await pending.add(tx, [one])
            return due(state, one.due_at)

        self.do(work)
        self.waiting.append(one)

    @rule(points=AMOUNTS, wallet=WALLETS)
    def spend(self, points: int, wallet: str) -> None:
        line = self.line("redeem", -points, wallet)

        async def work(tx: AsyncConnection, state: MemberState) -> MemberState:
            await ledger.spend(tx, line)
            return plus(state, -points, wallet)

        self._settle()
        if points > self.balance[wallet]:
            with pytest.raises(Conflict):
                self.do(work)
            return
        self.do(work)
        self.spent[line.id] = (wallet, points, self._pay(points, wallet))

    def _pay(self, points: int, wallet: str) -> list[tuple[int, int]]:
        """The first to end pays first; of those that end together, or never, the first to come."""
        self.balance[wallet] -= points
        paid = []
        able = [
            (purse.ends is None, purse.ends or NOON, order, number)
            for order, (number, purse) in enumerate(self.purses.items())
            if purse.wallet == wallet and purse.left
        ]
        for *_, number in sorted(able):
            part = min(points, self.purses[number].left)
            self.purses[number].left -= part
            points -= part
            paid.append((number, part))
        return paid

    @rule(points=AMOUNTS, wallet=WALLETS)
    def claw_back(self, points: int, wallet: str) -> None:
        line = self.line("refund", -points, wallet)

        async def work(tx: AsyncConnection, state: MemberState) -> MemberState:
            await ledger.spend_many(tx, [line], as_far_as=True)
            return plus(state, -points, wallet)

        self.do(work)
        self._pay(points, wallet)

    @rule(data=st.data(), days=DAYS)
    def give_back(self, data: st.DataObject, days: int | None) -> None:
        if not self.spent:
            return
        debit = data.draw(st.sampled_from(list(self.spent)))
        wallet, points, paid = self.spent.pop(debit)
        line = self.line("cancel", points, wallet, self._after(days))

        async def work(tx: AsyncConnection, state: MemberState) -> MemberState:
            state = plus(state, points, wallet)
            balance = state.credit if wallet == CREDIT else state.points
            return due(state, await ledger.give_back(tx, debit, line, balance))

        self.do(work)
        self.balance[wallet] += points
        rest = max(0, min(points, self.balance[wallet]))
        for number, part in reversed(paid):
            purse = self.purses[number]
            if purse.ends is None or purse.ends > self.now:
                back = min(part, rest)
                purse.left += back
                rest -= back
        self.purses[line.id] = Purse(rest, line.expires_at, wallet)

    @rule(hours=st.integers(1, 200))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

        async def nothing(tx: AsyncConnection, state: MemberState) -> MemberState:
            return state

        self.do(nothing)

    @invariant()
    def every_sum_is_that_of_the_model(self) -> None:
        state, held, waits, broken = self._run(self._look())
        assert {POINTS: state.points, CREDIT: state.credit} == self.balance
        mine = [(p.left, p.ends, p.wallet) for p in self.purses.values() if p.left]
        assert sorted(held, key=str) == sorted(mine, key=str)
        assert sorted(waits) == sorted(one.id for one in self.waiting)
        assert broken == []

    async def _look(self) -> tuple[MemberState, list[tuple[int, datetime | None, str]], list[int], list[str]]:
        async with self.database.read() as tx:
            state = (await standings.load(tx, [self.member.id]))[self.member.id]
            held = (await lots.unspent(tx, [self.member.id]))[self.member.id]
            waits = (await pending.of_members(tx, [self.member.id]))[self.member.id]
            broken = [
                words
                for words, query in INVARIANTS.items()
                if "redemption" not in words and (await tx.execute(text(query))).scalar_one()
            ]
        return state, [(lot.remaining, lot.expires_at, lot.wallet) for lot in held], [w.id for w in waits], broken


def test_any_mix_leaves_both_wallets_right(database_url: str) -> None:
    Wallets.url = database_url
    run_state_machine_as_test(
        Wallets,
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


async def test_of_what_comes_back_a_debt_takes_what_would_end_first(database_url: str) -> None:
    database, member = Database(database_url), members.Member(new_id(), "ANNA23", "Anna", "en", "UTC", NOON)
    soon, later = NOON + timedelta(days=1), NOON + timedelta(days=2)

    def line(kind: str, points: int, ends: datetime | None = None) -> Entry:
        return Entry(new_id(), member.id, kind, points, "", None, NOON, expires_at=ends)

    spent = line("redeem", -15)
    async with database.write() as tx:
        await members.add(tx, [member])
        await ledger.post(tx, [line("earn", 10, soon), line("earn", 10, later)])
        await ledger.spend(tx, spent)
        await ledger.spend_many(tx, [line("refund", -10)], as_far_as=True)
        assert await ledger.give_back(tx, spent.id, line("cancel", 15), balance=10) == soon
        held = (await lots.unspent(tx, [member.id]))[member.id]
        assert sorted((lot.expires_at, lot.remaining) for lot in held) == [(soon, 5), (later, 5)]
    await database.close()
