import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.actions.balance import balance, history
from bot.actions.core import Core
from bot.actions.enrol import erase
from bot.actions.recording.record import Recorded, record, record_many
from bot.errors import BadInput, NotFound
from bot.loyalty.codes import tidy
from bot.storage import tables
from tests.actions.asking import count, unbroken
from tests.cast import NOON, Watch, core, purchase, ref


def types(answer: object) -> list[str]:
    assert isinstance(answer, Recorded), answer
    return [outcome["type"] for outcome in answer.outcomes]


async def points(core: Core, who: str = "anna") -> int:
    return (await balance(core, ref(who))).state.points


async def test_a_purchase_brings_points_stamps_and_a_line_in_the_ledger(cafe: Core) -> None:
    done = await record(cafe, purchase("1", "12.99", coffees=2))
    assert done == Recorded(
        "1",
        False,
        [
            {"type": "points_earned", "points": 12, "balance": 12},
            {"type": "stamps_added", "card": "coffee", "stamps": 2, "have": 2, "need": 10},
            {"type": "challenge_progress", "challenge": "three_visits", "have": 1, "need": 3},
        ],
    )
    standing = await balance(cafe, ref("anna"))
    assert (standing.state.points, standing.state.purchases, standing.state.last_purchase_at) == (12, 1, NOON)
    assert standing.stamps == [("coffee", 2, 10)]
    [line] = await history(cafe, ref("anna"), 10, None)
    assert (line.kind, line.points, line.rule, line.at) == ("earn", 12, "spend", NOON)


async def test_a_full_card_gives_a_voucher_that_a_person_can_type(cafe: Core) -> None:
    done = await record(cafe, purchase("1", coffees=21))
    codes = [outcome["voucher"] for outcome in done.outcomes if outcome["type"] == "stamp_card_completed"]
    assert len(set(codes)) == 2
    assert all(tidy(code.lower().replace("-", " ")) == code for code in codes)
    async with cafe.database.read() as tx:
        kept = (await tx.execute(select(tables.vouchers.c.code, tables.vouchers.c.because))).all()
    assert sorted(kept) == sorted((code, "stamps:coffee") for code in codes)


async def test_three_days_of_a_week_bring_the_badge(cafe: Core, clock: Watch) -> None:
    answers = []
    for number in "123":
        answers.append(await record(cafe, purchase(number, "5.00")))
        clock.moves(days=1)
    assert types(answers[-1])[-2:] == ["challenge_completed", "badge_awarded"]


async def test_activities_of_one_batch_build_on_each_other_in_the_order_told(cafe: Core) -> None:
    answers = await record_many(cafe, [purchase(str(n), "10.00", coffees=4) for n in range(3)])
    balances = [a.outcomes[0]["balance"] for a in answers if isinstance(a, Recorded)]
    assert balances == [10, 20, 30]
    assert [("stamp_card_completed" in types(answer)) for answer in answers] == [False, False, True]


async def test_the_same_activity_twice_in_a_batch_counts_once(cafe: Core) -> None:
    first, again = await record_many(cafe, [purchase("1", "10.00"), purchase("1", "10.00")])
    assert isinstance(first, Recorded)
    assert again == Recorded("1", True, first.outcomes)
    assert await points(cafe) == 10


async def test_told_again_later_it_has_the_same_answer_whatever_else_is_said(cafe: Core, clock: Watch) -> None:
    first = await record(cafe, purchase("1", "10.00", coffees=10))
    clock.moves(days=30)
    for again in (
        purchase("1", "10.00", coffees=10),
        purchase("1", "99.00", who="bence"),
        purchase("1", who="charlie"),
        purchase("1", "9.999", currency="JPY"),
    ):
        assert await record(cafe, again) == Recorded("1", True, first.outcomes)
    assert (await points(cafe), await points(cafe, "bence")) == (10, 0)
    assert await count(cafe, tables.activities) == 1


async def test_the_same_number_from_another_source_is_another_activity(cafe: Core) -> None:
    await record_many(cafe, [purchase("1", "10.00"), purchase("1", "10.00", source="shop")])
    assert await points(cafe) == 20


async def test_twenty_who_tell_the_same_at_the_same_time_are_told_the_same(cafe: Core) -> None:
    answers = await asyncio.gather(*(record(cafe, purchase("1", "10.00", coffees=10)) for _ in range(20)))
    assert sorted(answer.duplicate for answer in answers) == [False, *[True] * 19]
    assert len({str(answer.outcomes) for answer in answers}) == 1
    assert await points(cafe) == 10
    assert await count(cafe, tables.vouchers) == 1


async def test_two_processes_that_tell_the_same_are_told_the_same(cafe: Core, database_url: str) -> None:
    async with core(database_url) as other:
        told = [purchase(str(n), "1.00", who="anna" if n % 2 else "bence") for n in range(30)]
        answers = await asyncio.gather(
            *(record_many(one, told[n:] + told[:n]) for n in range(0, 30, 6) for one in (cafe, other))
        )
    assert sum(not a.duplicate for batch in answers for a in batch if isinstance(a, Recorded)) == 30
    assert (await points(cafe), await points(cafe, "bence")) == (15, 15)


async def test_two_processes_that_tell_the_same_of_different_people_believe_the_first(
    cafe: Core, database_url: str
) -> None:
    async with core(database_url) as other:
        for n in range(10):
            told = zip((cafe, other), ("anna", "bence"), strict=True)
            answers = await asyncio.gather(*(record(one, purchase(str(n), "1.00", who=who)) for one, who in told))
            assert sorted(answer.duplicate for answer in answers) == [False, True]
    assert await points(cafe) + await points(cafe, "bence") == 10


async def test_no_concurrent_purchase_of_one_member_is_lost(cafe: Core) -> None:
    await asyncio.gather(*(record(cafe, purchase(str(n), "1.00", coffees=1)) for n in range(40)))
    standing = await balance(cafe, ref("anna"))
    assert (standing.state.points, standing.state.purchases, standing.stamps) == (40, 40, [("coffee", 0, 10)])
    assert await count(cafe, tables.vouchers) == 4


async def test_a_bad_one_in_a_batch_harms_no_other(cafe: Core) -> None:
    answers = await record_many(
        cafe,
        [
            purchase("1", "10.00"),
            purchase("2", "10.00", who="charlie"),
            purchase("3", "10.00", currency="USD"),
            purchase("4", "10.00", occurred_at=NOON + timedelta(days=2)),
            purchase("5", "999999999999999.99"),
            purchase("6", "10.00", member={"phone": "nobody"}),
            purchase("7", "10.00", who="bence"),
        ],
    )
    assert [type(answer) for answer in answers] == [Recorded, NotFound, *[BadInput] * 4, Recorded]
    assert (await points(cafe), await points(cafe, "bence")) == (10, 10)
    assert await count(cafe, tables.activities) == 2


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        ({"currency": "USD"}, "currency"),
        ({"amount": "1.999"}, "amount"),
        ({"amount": "-1.00"}, "amount"),
        ({"amount": "10000000000.01"}, "amount"),
        ({"occurred_at": "2026-03-05T12:00:01+00:00"}, "occurred_at"),
        ({"occurred_at": "9999-12-31T23:59:59-14:00"}, "occurred_at"),
        ({"occurred_at": "1899-12-31T23:59:59Z"}, "occurred_at"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "occurred_at"),
        ({"items": [{"category": "coffee", "price": "1.999"}]}, "items.0.price"),
        ({"items": [{"category": "coffee", "quantity": 6000}] * 2}, "items"),
        ({"type": "refund"}, "refunds"),
        ({"refunds": "0"}, "refunds"),
        ({"type": "refund", "refunds": "0", "amount": "0.00"}, "amount"),
        ({"member": None}, "member"),
        ({"source": "regulars"}, "source"),
        ({"member": {"phone": "12"}}, "member.phone"),
        ({"member": {"email": "anna"}}, "member.email"),
    ],
)
async def test_what_cannot_be_is_refused_and_named(cafe: Core, wrong: dict[str, Any], at: str) -> None:
    with pytest.raises(BadInput) as caught:
        await record(cafe, purchase("1", **wrong))
    assert [fault.at for fault in caught.value.faults] == [at]
    assert await count(cafe, tables.activities) == 0


async def test_clocks_may_differ_by_a_day(cafe: Core) -> None:
    await record(cafe, purchase("1", "5.00", occurred_at=NOON + timedelta(days=1)))
    assert await points(cafe) == 5


@pytest.mark.parametrize(
    "member",
    [
        {"phone": "06 30 111 1111"},
        {"phone": "+36 (30) 111-1111"},
        {"email": "ANNA@Example.com"},
        {"external_id": "anna"},
    ],
)
async def test_a_member_is_known_by_every_way_of_writing_their_address(cafe: Core, member: dict[str, str]) -> None:
    await record(cafe, purchase("1", "5.00", member=member))
    assert await points(cafe) == 5


async def test_a_member_is_known_by_id_card_and_telegram(cafe: Core) -> None:
    bence = (await balance(cafe, ref("bence"))).member
    for n, member in enumerate(
        [{"id": str(bence.id)}, {"code": bence.code.lower().replace("-", " ")}, {"telegram": "2222"}]
    ):
        await record(cafe, purchase(str(n), "1.00", member=member))
    assert await points(cafe, "bence") == 3


async def test_nobody_is_called_by_a_personal_reference_in_an_error(cafe: Core) -> None:
    with pytest.raises(NotFound) as caught:
        await record(cafe, purchase("1", member={"email": "charlie@example.com"}))
    assert "charlie" not in str(caught.value)


async def test_unknown_ones_are_enrolled_when_asked_for_each_once(cafe: Core) -> None:
    told = [
        purchase("1", "5.00", who="charlie"),
        purchase("2", "5.00", who="charlie"),
        purchase("3", "7.00", member={"phone": "+36302222222"}),
        purchase("4", "7.00", member={"phone": "06302222222"}),
        purchase("5", "9.00", member={"id": "5"}),
        purchase("6", "bad", who="nobody"),
    ]
    answers = await record_many(cafe, told, enrol_unknown=True)
    assert [type(answer) for answer in answers] == [*[Recorded] * 4, NotFound, BadInput]
    assert await points(cafe, "charlie") == 10
    assert await count(cafe, tables.members) == 4


async def test_two_processes_enrol_the_same_unknown_ones_once(cafe: Core, database_url: str) -> None:
    told = [purchase(str(n), "1.00", who=f"guest {n}") for n in range(40)]
    async with core(database_url) as other:
        answers = await asyncio.gather(
            *(record_many(one, told[::way], enrol_unknown=True) for one, way in ((cafe, 1), (other, -1), (cafe, 1)))
        )
    assert all(isinstance(answer, Recorded) for batch in answers for answer in batch)
    assert await count(cafe, tables.members) == 42
    assert await count(cafe, tables.activities) == 40


async def test_a_known_activity_makes_nobody_a_member_again_who_was_erased(cafe: Core) -> None:
    told = [purchase("1", "5.00", who="charlie")]
    await record_many(cafe, told, enrol_unknown=True)
    await erase(cafe, ref("charlie"))
    [answer] = await record_many(cafe, told, enrol_unknown=True)
    assert isinstance(answer, Recorded)
    assert answer.duplicate
    with pytest.raises(NotFound):
        await balance(cafe, ref("charlie"))


async def test_campaigns_hear_of_the_last_seven_days_only(cafe: Core) -> None:
    ages = [timedelta(), timedelta(days=7), timedelta(days=7, microseconds=1), timedelta(days=365)]
    await record_many(cafe, [purchase(str(n), "1.00", occurred_at=NOON - age) for n, age in enumerate(ages)])
    async with cafe.database.read() as tx:
        at = (await tx.execute(select(tables.news.c.at).order_by(tables.news.c.at))).scalars().all()
    assert at == [NOON - timedelta(days=7), NOON]
    assert await count(cafe, tables.activities) == 4


async def test_what_was_told_is_kept(cafe: Core) -> None:
    await record(cafe, purchase("1", "5.00", coffees=1, location="Main Street", attributes={"table": 4}))
    async with cafe.database.read() as tx:
        row = (await tx.execute(select(tables.activities))).one()
    assert (row.amount, row.location, row.recorded_at, row.type) == (500, "Main Street", NOON, "purchase")
    assert row.details == {"items": [["", "Flat white", "coffee", 1, None]], "attributes": {"table": 4}}


async def test_a_batch_of_nothing_is_nothing(cafe: Core) -> None:
    assert await record_many(cafe, []) == []


@pytest.fixture
async def broken_on_the_way(cafe: Core, monkeypatch: pytest.MonkeyPatch) -> Core:
    """The last write of a recording fails, as when the disk is full."""

    async def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("bot.storage.standings.save", fail)
    return cafe


async def test_what_fails_on_the_way_leaves_nothing_behind(broken_on_the_way: Core) -> None:
    with pytest.raises(OSError, match="disk full"):
        await record(broken_on_the_way, purchase("1", "5.00", coffees=10))
    for table in (tables.activities, tables.entries, tables.lots, tables.vouchers, tables.news):
        assert await count(broken_on_the_way, table) == 0
    await unbroken(broken_on_the_way)


async def test_a_name_of_any_script_is_kept(cafe: Core) -> None:
    await record(cafe, purchase("чек-1 ☕", "5.00", source="магазин", location="Szív utca 😀"))
    again = await record(cafe, purchase("чек-1 ☕", source="магазин"))
    assert again.duplicate


async def test_a_member_has_as_many_lots_as_earnings(cafe: Core) -> None:
    await record_many(cafe, [purchase(str(n), "2.00") for n in range(3)])
    async with cafe.database.read() as tx:
        rows = (await tx.execute(select(func.count(), func.sum(tables.lots.c.remaining)))).one()
    assert tuple(rows) == (3, 6)
