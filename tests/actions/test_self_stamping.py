"""Stamping oneself by the counter's code: right, wrong, old, again, too soon, too often, and while joining."""

import asyncio
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions.core import Core
from bot.actions.self_stamping import AGE, LENGTH, STEP, WRONG, code_for, step_at
from bot.loyalty.codes import ALPHABET, tidy
from bot.storage import members
from bot.storage.tables import self_stamps, tries
from tests.actions.asking import count
from tests.actions.test_converse import CHARLIE
from tests.actions.test_converse import says as said_by
from tests.cast import ANNA, CAFE, SECRET, Watch, core, joins

COMING = '[[earning]]\nkey = "coming"\non = "visit"\ngive = { points = 5 }\n'


async def says(core: Core, text: str, address: str = "+36301111111", **more: str) -> str:
    """Anna by text message, anybody else on Telegram."""
    return await said_by(core, text, address, "sms" if address.startswith("+") else "telegram", **more)


def shown(core: Core, ago: int = 0) -> str:
    return code_for(core.secret, "counter", step_at(core.clock()) - ago)


async def test_a_member_is_stamped_by_the_code_alone_or_by_the_link(cafe: Core, clock: Watch) -> None:
    answer = await says(cafe, shown(cafe))
    assert answer.splitlines() == ["Stamped. Thank you for coming!", "Coffee card: 1 of 10, 9 stamps to go."]
    clock.moves(minutes=61)
    assert "2 of 10" in await says(cafe, f"/start s_{shown(cafe).replace('-', '')}")
    clock.moves(minutes=61)
    assert "3 of 10" in await says(cafe, f" {shown(cafe).lower().replace('-', ' ')} ")


@pytest.mark.parametrize(("rule", "said"), [(COMING, ["5 points for you. You have 5 points."]), ("", [])])
async def test_where_coming_brings_points_or_nothing_no_stamp_is_spoken_of(
    database_url: str, clock: Watch, rule: str, said: list[str]
) -> None:
    document = f"{CAFE.replace('self_stamps = true', '')}\n{rule}"
    async with core(database_url, clock, document) as cafe:
        await joins(cafe, ANNA)
        assert (await says(cafe, shown(cafe))).splitlines() == ["Noted. Thank you for coming!", *said]


async def test_a_stranger_is_stamped_after_one_answer(cafe: Core, clock: Watch) -> None:
    asked = await says(cafe, f"/start s_{shown(cafe)}", CHARLIE, name="Charlie")
    assert asked.startswith("Welcome to Bean & Leaf! One answer and you are in. May we send you news and gifts here?")
    clock.moves(minutes=5)
    answer = await says(cafe, "yes", CHARLIE, name="Charlie")
    assert "You are now a member" in answer
    assert answer.endswith("Stamped. Thank you for coming!\nCoffee card: 1 of 10, 9 stamps to go.")
    assert await count(cafe, self_stamps) == 1


async def test_who_scans_a_printed_code_joins_by_one_answer_without_a_stamp(cafe: Core) -> None:
    await says(cafe, "/start join_counter", CHARLIE)
    assert "You are now a member" in await says(cafe, "no", CHARLIE)
    assert await count(cafe, self_stamps) == 0


async def test_a_code_holds_for_three_steps_and_no_longer(cafe: Core) -> None:
    assert "does not hold any more" in await says(cafe, shown(cafe, ago=AGE))
    assert "does not hold any more" in await says(cafe, shown(cafe, ago=-1))
    assert "Stamped" in await says(cafe, shown(cafe, ago=AGE - 1))


async def test_a_code_is_used_once_by_each_and_by_several(cafe: Core, clock: Watch) -> None:
    code = shown(cafe)
    assert "Stamped" in await says(cafe, code)
    clock.moves(seconds=STEP)
    assert await says(cafe, code) == "You have used this code already."
    await says(cafe, f"/start s_{code}", CHARLIE)
    assert "Stamped" in await says(cafe, "no", CHARLIE)


async def test_of_one_code_sent_on_two_channels_at_once_one_stamp_comes(cafe: Core, database_url: str) -> None:
    async with core(database_url, Watch()) as other:
        async with cafe.database.write() as tx:
            anna = (await members.find(tx, "external_id", ["anna"]))["anna"]
            await members.put_address(tx, anna, members.Address("telegram", CHARLIE))
        answers = await asyncio.gather(says(cafe, shown(cafe)), says(other, shown(cafe), CHARLIE))
    assert sorted("Stamped" in answer for answer in answers) == [False, True]
    assert await count(cafe, self_stamps) == 1


async def test_there_is_a_pause_and_a_daily_limit(cafe: Core, clock: Watch) -> None:
    assert "Stamped" in await says(cafe, shown(cafe))
    clock.moves(minutes=59)
    assert "a little while ago" in await says(cafe, shown(cafe))
    for _ in range(2):
        clock.moves(minutes=61)
        assert "Stamped" in await says(cafe, shown(cafe))
    clock.moves(minutes=61)
    assert "enough for today" in await says(cafe, shown(cafe))
    clock.moves(hours=22)
    assert "Stamped" in await says(cafe, shown(cafe))


async def test_after_so_many_wrong_codes_not_even_the_right_one_is_compared(cafe: Core, clock: Watch) -> None:
    for _ in range(WRONG):
        assert "does not hold any more" in await says(cafe, shown(cafe, ago=1000))
    assert "does not hold any more" in await says(cafe, shown(cafe))
    assert await count(cafe, tries) == 1
    clock.moves(minutes=60)
    assert "Stamped" in await says(cafe, shown(cafe))


async def test_the_wrong_codes_of_one_close_nothing_for_another(cafe: Core) -> None:
    for _ in range(WRONG):
        await says(cafe, shown(cafe, ago=1000), CHARLIE)
    assert "Stamped" in await says(cafe, shown(cafe))


def test_guessing_is_hopeless_within_the_limits() -> None:
    """A hundred addresses that guess day and night for a year get less than one stamp in twenty such years."""
    a_try = Fraction(AGE, len(ALPHABET) ** (LENGTH - 1))
    assert a_try * 100 * WRONG * 24 * 365 < Fraction(1, 20)


@given(st.text(min_size=1, max_size=20), st.integers(0, 2**40))
def test_a_code_can_be_read_aloud_and_is_never_a_word(location: str, step: int) -> None:
    code = code_for(SECRET, location, step)
    assert tidy(code.lower().replace("-", " ")) == code
    assert any(map(str.isdecimal, code))


@pytest.mark.parametrize("lasting", [timedelta(0), timedelta(seconds=STEP - 1)])
def test_the_code_stays_for_a_whole_step(lasting: timedelta) -> None:
    start = Watch()().replace(second=0)
    assert step_at(start) == step_at(start + lasting)
    assert step_at(start) + 1 == step_at(start + timedelta(seconds=STEP))
