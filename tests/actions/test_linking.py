import asyncio

import pytest
from sqlalchemy import select

from bot.actions import linking
from bot.actions.balance import balance, member
from bot.actions.core import Core
from bot.actions.enrol import NewMember, erase
from bot.errors import NotAllowed
from bot.storage import tables
from bot.storage.members import Address
from tests.cast import NOON, SECRET, Watch, cafe, core, joins, ref

WINDOW = ("web", "visitor")
PROGRAMME = cafe()


async def ask(core: Core, claimed: str, place: tuple[str, str] = WINDOW) -> tuple[int, str, str, str] | None:
    async with core.database.write() as tx:
        return await linking.ask(tx, PROGRAMME, SECRET, *place, claimed, core.clock())


async def prove(core: Core, code: str, place: tuple[str, str] = WINDOW) -> int:
    """As a conversation does it: a refusal is an answer, and what was counted stays counted."""
    async with core.database.write() as tx:
        try:
            member_id = await linking.prove(tx, SECRET, *place, code, core.clock())
        except NotAllowed as error:
            refused = error
        else:
            await linking.make_theirs(tx, PROGRAMME, Address(*place), member_id, core.clock())
            return member_id
    raise refused


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


@pytest.fixture
async def code(cafe: Core) -> str:
    """What Anna was sent when a visitor of the web chat claimed her phone."""
    asked = await ask(cafe, "06 30 111 1111")
    assert asked is not None
    anna = await member(cafe, ref("anna"))
    assert asked[:3] == (anna.id, "sms", "+36301111111")
    return asked[3]


async def test_the_right_code_makes_the_window_annas(cafe: Core, code: str) -> None:
    anna = await member(cafe, ref("anna"))
    assert await prove(cafe, f" {code} ") == anna.id
    assert (await member(cafe, ref("anna"))).address("web") == "visitor"


async def test_by_mail_the_code_goes_to_the_mail_address(cafe: Core) -> None:
    asked = await ask(cafe, "Anna@Example.com")
    assert asked is not None
    assert asked[1:3] == ("email", "anna@example.com")


async def test_a_code_is_six_digits_and_not_kept_readable(cafe: Core, code: str) -> None:
    assert len(code) == 6
    assert code.isdecimal()
    async with cafe.database.read() as tx:
        [row] = (await tx.execute(select(tables.link_codes))).all()
    assert code not in str(row)


async def test_a_code_works_once(cafe: Core, code: str) -> None:
    await prove(cafe, code)
    with pytest.raises(NotAllowed, match="does not hold any more"):
        await prove(cafe, code)


async def test_a_code_works_for_ten_minutes(cafe: Core, code: str, clock: Watch) -> None:
    clock.moves(minutes=9, seconds=59)
    await prove(cafe, code)


async def test_and_not_a_moment_longer(cafe: Core, code: str, clock: Watch) -> None:
    clock.moves(minutes=10)
    with pytest.raises(NotAllowed, match="does not hold any more"):
        await prove(cafe, code)


async def test_a_code_works_only_where_it_was_asked_for(cafe: Core, code: str) -> None:
    with pytest.raises(NotAllowed):
        await prove(cafe, code, ("web", "somebody else"))
    assert (await member(cafe, ref("anna"))).address("web") is None


async def test_the_fifth_try_may_be_right(cafe: Core, code: str) -> None:
    for _ in range(4):
        with pytest.raises(NotAllowed, match="not right"):
            await prove(cafe, wrong(code))
    await prove(cafe, code)


async def test_after_five_wrong_ones_the_right_one_does_not_help(cafe: Core, code: str) -> None:
    for _ in range(5):
        with pytest.raises(NotAllowed, match="not right"):
            await prove(cafe, wrong(code))
    with pytest.raises(NotAllowed, match="does not hold any more"):
        await prove(cafe, code)


async def test_guesses_at_the_same_time_do_not_share_a_try(cafe: Core, code: str, database_url: str) -> None:
    async with core(database_url) as other:
        answers = await asyncio.gather(
            *(prove((cafe, other)[n % 2], wrong(code)) for n in range(20)), return_exceptions=True
        )
    assert sum("not right" in str(answer) for answer in answers) == 5


@pytest.mark.parametrize("claimed", ["+36309999999", "nobody@example.com", "hello", "@", ""])
async def test_nobody_learns_who_is_a_member(cafe: Core, claimed: str) -> None:
    assert await ask(cafe, claimed) is None
    with pytest.raises(NotAllowed, match="not right"):
        await prove(cafe, "123456")


async def test_asking_again_at_once_sends_nothing_more_and_the_first_code_still_holds(cafe: Core, code: str) -> None:
    assert await ask(cafe, "anna@example.com") is None
    await prove(cafe, code)


async def test_after_a_minute_a_new_code_replaces_the_old_one(cafe: Core, code: str, clock: Watch) -> None:
    clock.moves(minutes=1)
    asked = await ask(cafe, "+36301111111")
    assert asked is not None
    if asked[3] != code:
        with pytest.raises(NotAllowed, match="not right"):
            await prove(cafe, code)
    await prove(cafe, asked[3])


async def test_many_strangers_do_not_flood_one_phone(cafe: Core, clock: Watch) -> None:
    asked = [await ask(cafe, "+36301111111", ("web", f"stranger {n}")) for n in range(10)]
    assert sum(one is not None for one in asked) == linking.ASKERS
    clock.moves(minutes=10)
    assert await ask(cafe, "+36301111111", ("web", "anna herself")) is not None


async def test_a_window_that_is_doras_does_not_become_annas_without_asking(cafe: Core, code: str) -> None:
    dora = await joins(cafe, NewMember(name="Dora", addresses=(Address(*WINDOW),), external_id="dora"))
    anna = await prove(cafe, code)
    async with cafe.database.write() as tx:
        assert await linking.make_theirs(tx, PROGRAMME, Address(*WINDOW), anna, NOON) == dora.id
    assert (await member(cafe, ref("dora"))).address("web") == "visitor"


async def test_one_address_asks_for_so_many_codes_a_day(cafe: Core, clock: Watch) -> None:
    for _ in range(linking.ASKS_A_DAY):
        await ask(cafe, "nobody@example.com")
        clock.moves(minutes=10)
    assert await ask(cafe, "+36301111111") is None
    clock.moves(days=1)
    assert await ask(cafe, "+36301111111") is not None


async def test_one_member_is_sent_so_many_codes_a_day_whoever_asks(cafe: Core, clock: Watch) -> None:
    sent = 0
    for n in range(linking.ASKED_A_DAY + 5):
        sent += await ask(cafe, "+36301111111", ("web", f"stranger {n}")) is not None
        clock.moves(minutes=10)
    assert sent == linking.ASKED_A_DAY


async def test_who_was_erased_meanwhile_is_not_linked(cafe: Core, code: str) -> None:
    await erase(cafe, ref("anna"))
    with pytest.raises(NotAllowed):
        await prove(cafe, code)


async def test_what_was_known_of_the_window_stays(cafe: Core, code: str) -> None:
    async with cafe.database.write() as tx:
        await tx.execute(tables.addresses.insert().values(channel="web", address="visitor", stopped_at=NOON))
    await prove(cafe, code)
    [window] = [a for a in (await balance(cafe, ref("anna"))).member.addresses if a.channel == "web"]
    assert window.stopped_at == NOON
