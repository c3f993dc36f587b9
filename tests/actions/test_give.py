"""Points given from member to member: whatever happens at once, none is made and none is lost."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.actions.balance import balance, history
from bot.actions.core import Core
from bot.actions.give import give
from bot.actions.intake import MemberRef
from bot.actions.recording.record import record
from bot.errors import BadInput, Conflict, NotFound
from bot.storage import tables
from tests.actions.asking import count, unbroken
from tests.cast import ANNA, BENCE, CAFE, Watch, core, joins, purchase, ref


@pytest.fixture
async def rich(cafe: Core) -> Core:
    """Anna has 100 points, Bence none."""
    await record(cafe, purchase("1", "60.00"))
    await record(cafe, purchase("2", "40.00"))
    return cafe


async def points(core: Core, who: str = "anna") -> int:
    return (await balance(core, ref(who))).state.points


async def told(core: Core) -> dict[str, tuple[str, str]]:
    """The messages that wait to be sent, by address: language and text."""
    async with core.database.read() as tx:
        rows = await tx.execute(select(tables.messages.c.address, tables.messages.c.language, tables.messages.c.text))
        return {row[0]: (row[1], row[2]) for row in rows}


async def test_a_gift_moves_points_and_is_told_to_both_in_their_language(rich: Core) -> None:
    done = await give(rich, ref("anna"), ref("bence"), 70, "g1")
    assert (done.gift.points, done.gift.points_left, done.duplicate) == (70, 30, False)
    assert (await points(rich), await points(rich, "bence")) == (30, 70)
    texts = await told(rich)
    assert texts["2222"] == ("hu", "Bean & Leaf: Anna ennyit ajándékozott neked: 70 pont. Most ennyid van: 70 pont.")
    assert texts["+36301111111"] == ("en", "Bean & Leaf: You have given away 70 points. You have 30 points left.")


async def test_both_ledgers_tell_of_the_gift_and_nobodys_lifetime_changes(rich: Core) -> None:
    await give(rich, ref("anna"), ref("bence"), 70, "g1")
    out, *_ = await history(rich, ref("anna"), 10, None)
    came = await history(rich, ref("bence"), 10, None)
    assert (out.kind, out.points) == ("gift_out", -70)
    assert [(line.kind, line.points) for line in came] == [("gift_in", 10), ("gift_in", 60)]
    states = [(await balance(rich, ref(who))).state for who in ("anna", "bence")]
    assert [state.lifetime_points for state in states] == [100, 0]


async def test_the_same_request_again_gives_once_and_another_under_its_name_is_refused(rich: Core) -> None:
    first = await give(rich, ref("anna"), ref("bence"), 30, "g1")
    again = await give(rich, ref("anna"), ref("bence"), 30, "g1")
    assert (again.gift, again.duplicate) == (first.gift, True)
    with pytest.raises(Conflict, match="another gift"):
        await give(rich, ref("anna"), ref("bence"), 31, "g1")
    assert (await points(rich), await count(rich, tables.messages)) == (70, 2)


async def test_more_than_there_is_cannot_be_given(rich: Core) -> None:
    with pytest.raises(Conflict, match="1 points short") as caught:
        await give(rich, ref("anna"), ref("bence"), 101, "g1")
    assert caught.value.facts == {"short": 1}
    assert (await points(rich), await count(rich, tables.gifts), await count(rich, tables.messages)) == (100, 0, 0)


async def test_nobody_gives_to_themselves_by_any_of_their_names(rich: Core) -> None:
    with pytest.raises(Conflict, match="oneself"):
        await give(rich, ref("anna"), MemberRef(email="Anna@Example.com"), 5, "g1")


async def test_an_unknown_receiver_or_giver_changes_nothing_and_is_named(rich: Core) -> None:
    with pytest.raises(NotFound, match=r"^to: there is no member"):
        await give(rich, ref("anna"), MemberRef(phone="+36309999999"), 5, "g1")
    with pytest.raises(NotFound, match=r"^from: there is no member"):
        await give(rich, ref("charlie"), ref("bence"), 5, "g1")
    assert await points(rich) == 100


LIMITED = CAFE + "\n[gifts]\ndaily_limit = 50\nleast = 5\n"


async def test_a_day_has_its_limit_and_ends_at_midnight_where_the_giver_lives(database_url: str) -> None:
    clock = Watch(datetime(2026, 3, 4, 22, 30, tzinfo=UTC))
    async with core(database_url, clock, LIMITED) as cafe:
        await joins(cafe, ANNA, BENCE)
        await record(cafe, purchase("1", "100.00"))
        await give(cafe, ref("anna"), ref("bence"), 40, "g1")
        with pytest.raises(Conflict, match="only 10 of the 50") as caught:
            await give(cafe, ref("anna"), ref("bence"), 11, "g2")
        assert caught.value.facts == {"left_today": 10}
        with pytest.raises(BadInput, match="at least 5"):
            await give(cafe, ref("anna"), ref("bence"), 4, "g3")
        clock.moves(minutes=29)
        with pytest.raises(Conflict):
            await give(cafe, ref("anna"), ref("bence"), 50, "g4")
        clock.moves(minutes=1)
        await give(cafe, ref("anna"), ref("bence"), 50, "g5")
        await unbroken(cafe)


async def test_a_programme_can_do_without_gifts(database_url: str) -> None:
    async with core(database_url, document=CAFE + "\n[gifts]\ndaily_limit = 0\n") as cafe:
        await joins(cafe, ANNA, BENCE)
        await record(cafe, purchase("1", "100.00"))
        with pytest.raises(Conflict, match="cannot be given away"):
            await give(cafe, ref("anna"), ref("bence"), 1, "g1")


async def test_points_given_away_end_when_they_would_have(database_url: str) -> None:
    clock = Watch()
    async with core(database_url, clock, CAFE + "\n[expiry]\nmonths = 2\n") as cafe:
        await joins(cafe, ANNA, BENCE)
        await record(cafe, purchase("old", "30.00"))
        clock.moves(days=31)
        await record(cafe, purchase("new", "30.00"))
        await give(cafe, ref("anna"), ref("bence"), 40, "g1")
        clock.moves(days=31)
        await give(cafe, ref("bence"), ref("anna"), 10, "g2")
        with pytest.raises(Conflict, match="1 points short"):
            await give(cafe, ref("bence"), ref("anna"), 1, "g3")
        assert (await points(cafe), await points(cafe, "bence")) == (30, 0)
        await unbroken(cafe)


async def test_of_twenty_gifts_at_once_only_what_was_there_is_given(rich: Core, database_url: str) -> None:
    async with core(database_url) as other:
        answers = await asyncio.gather(
            *(give((rich, other)[n % 2], ref("anna"), ref("bence"), 15, f"g{n}") for n in range(20)),
            return_exceptions=True,
        )
    assert sorted(type(answer).__name__ for answer in answers) == [*["Conflict"] * 14, *["Given"] * 6]
    assert (await points(rich), await points(rich, "bence")) == (10, 90)


async def test_gifts_to_and_fro_at_once_do_not_wait_for_each_other(rich: Core, database_url: str) -> None:
    await record(rich, purchase("b", "100.00", who="bence"))
    async with core(database_url) as other:
        await asyncio.gather(
            *(give(rich, ref("anna"), ref("bence"), 3, f"a{n}") for n in range(10)),
            *(give(other, ref("bence"), ref("anna"), 2, f"b{n}") for n in range(10)),
        )
    assert (await points(rich), await points(rich, "bence")) == (90, 110)
