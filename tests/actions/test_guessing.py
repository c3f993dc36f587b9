"""Guessing is hopeless: computed from the limits, and tried by an attacker until nothing more is compared."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.actions import issuing, link_tokens, linking, self_stamping, vouchers
from bot.actions.core import Core
from bot.errors import NotAllowed, NotFound, TooOften
from bot.loyalty.codes import ALPHABET, DIGITS, MEMBER, with_check_digit
from bot.storage import tables
from tests.actions.test_linking import ask, prove, wrong
from tests.cast import SECRET, Watch

YEAR = 365
CODES = 10**DIGITS


def once(chance: float, times: float) -> float:
    """How likely it happens at all, of so many independent times."""
    return float(1 - (1 - chance) ** times)


def test_one_link_code_is_hit_once_in_two_hundred_thousand() -> None:
    assert linking.TRIES / CODES == 1 / 200_000


def test_codes_to_one_member_are_hit_less_than_once_in_two_hundred_years_of_trying() -> None:
    assert linking.TRIES_A_DAY / CODES <= 1 / 100_000
    assert once(linking.TRIES_A_DAY / CODES, YEAR) < 0.004


def test_codes_to_anybody_at_all_are_hit_with_three_in_ten_thousand_a_day() -> None:
    assert linking.WRONG_A_DAY / CODES <= 0.0003


def test_a_link_token_is_never_hit() -> None:
    size, alive, a_second = 2 ** (8 * link_tokens.BYTES), 1_000_000, 1000
    assert once(alive / size, 1) == 0.0, "less than a float can tell"
    assert size / (alive * a_second * 86_400 * YEAR) > 10**18


@pytest.mark.parametrize(
    ("wrong", "odds"),
    [(vouchers.WRONG, 1 / 1000), (vouchers.WRONG_BY_ONE, 1 / 60_000), (vouchers.WRONG_BY_ALL, 1 / 100)],
)
def test_one_of_a_million_vouchers_is_hardly_hit_in_a_year_by_a_key_a_visitor_or_all_visitors(
    wrong: int, odds: float
) -> None:
    size, good = len(ALPHABET) ** (issuing.LENGTH - 1), 1_000_000
    assert size > 10**16
    assert wrong * 24 * YEAR * good / size < odds


def test_to_close_the_vouchers_pages_for_everybody_takes_hundreds_of_addresses() -> None:
    assert vouchers.WRONG_BY_ALL / vouchers.WRONG_BY_ONE > 600


def test_a_counter_code_is_hit_with_one_in_twenty_million_an_hour_at_each_location() -> None:
    size = len(ALPHABET) ** (self_stamping.LENGTH - 1)
    assert self_stamping.WRONG * self_stamping.AGE / size < 1 / 20_000_000


def test_a_personal_code_opens_nothing_and_is_still_one_of_twenty_thousand_millions() -> None:
    assert len(ALPHABET) ** (MEMBER - 1) > 20_000_000_000


async def test_from_many_addresses_no_more_than_ten_guesses_at_one_member_are_compared_in_a_day(
    cafe: Core, clock: Watch
) -> None:
    compared = 0
    for n in range(8):
        asked = await ask(cafe, "+36301111111", ("web", f"attacker {n}"))
        for _ in range(linking.TRIES):
            if asked is None:
                break
            with pytest.raises(NotAllowed):
                await prove(cafe, wrong(asked[3]), ("web", f"attacker {n}"))
            compared += 1
        clock.moves(minutes=11)
        if compared >= linking.TRIES_A_DAY:
            break
    asked = await ask(cafe, "+36301111111", ("web", "last attacker"))
    assert asked is not None
    with pytest.raises(NotAllowed):
        await prove(cafe, asked[3], ("web", "last attacker"))
    clock.moves(days=1)
    asked = await ask(cafe, "+36301111111", ("web", "anna"))
    assert asked is not None
    await prove(cafe, asked[3], ("web", "anna"))


async def test_so_many_wrong_codes_over_all_members_close_it_for_the_day(cafe: Core, clock: Watch) -> None:
    asked = await ask(cafe, "+36301111111")
    assert asked is not None
    await _counted(cafe, "link-wrong", linking.WRONG_A_DAY - 1, clock)
    with pytest.raises(NotAllowed):
        await prove(cafe, wrong(asked[3]))
    with pytest.raises(NotAllowed):
        await prove(cafe, asked[3])


async def test_wrong_tokens_close_it_for_the_address_though_a_right_one_comes(cafe: Core, clock: Watch) -> None:
    async with cafe.database.write() as tx:
        token = await link_tokens.make(tx, SECRET, 1, clock.now)
        for n in range(link_tokens.WRONG):
            with pytest.raises(NotAllowed, match="any more"):
                await link_tokens.look_up(tx, SECRET, "web", "attacker", f"{n:022}", clock.now)
        with pytest.raises(NotAllowed, match="too many"):
            await link_tokens.look_up(tx, SECRET, "web", "attacker", token, clock.now)
        assert (await link_tokens.look_up(tx, SECRET, "web", "anna", token, clock.now))[1] == 1


@pytest.fixture
async def good(cafe: Core, clock: Watch) -> str:
    """The code of a voucher that there is."""
    code = with_check_digit("ABCDEFGHJKM")
    told = {"code": code, "member_id": 1, "reward": "x", "because": "", "issued_at": clock.now}
    async with cafe.database.write() as tx:
        await tx.execute(tables.vouchers.insert().values(told))
    return code


MALLORY, ANNAS = "198.51.100.7", "203.0.113.9"


async def test_wrong_vouchers_close_it_to_who_guesses_though_a_right_one_comes_and_to_nobody_else(
    cafe: Core, clock: Watch, good: str
) -> None:
    mallory = vouchers.of_visitor(cafe, MALLORY)
    assert (await vouchers.look_up(cafe, good, mallory)).code == good
    for n in range(vouchers.WRONG_BY_ONE):
        with pytest.raises(NotFound):
            await vouchers.look_up(cafe, with_check_digit("ZZZZZZZZZ" + ALPHABET[n // 28] + ALPHABET[n % 28]), mallory)
    with pytest.raises(TooOften):
        await vouchers.look_up(cafe, good, mallory)
    for other in (vouchers.of_visitor(cafe, ANNAS), vouchers.of_visitor(cafe, None), vouchers.of_key("till")):
        assert (await vouchers.look_up(cafe, good, other)).code == good
    clock.moves(hours=1)
    assert (await vouchers.look_up(cafe, good, mallory)).code == good


@pytest.mark.parametrize(
    ("what", "wrong"), [("voucher:page", vouchers.WRONG_BY_ALL), ("voucher:key:till", vouchers.WRONG)]
)
async def test_wrong_vouchers_of_all_visitors_or_of_a_key_close_it_to_all_of_them_and_not_to_others(
    cafe: Core, clock: Watch, good: str, what: str, wrong: int
) -> None:
    both = [vouchers.of_visitor(cafe, MALLORY), vouchers.of_key("till")]
    await _counted(cafe, what, wrong - 1, clock)
    for limits in both:
        with pytest.raises(NotFound):
            await vouchers.look_up(cafe, with_check_digit("ZZZZZZZZZZZ"), limits)
    [closed] = [limits for limits in (vouchers.of_visitor(cafe, ANNAS), vouchers.of_key("till")) if what in limits]
    [still_open] = [limits for limits in both if what not in limits]
    with pytest.raises(TooOften):
        await vouchers.look_up(cafe, good, closed)
    assert (await vouchers.look_up(cafe, good, still_open)).code == good


async def test_a_typing_error_is_no_guess(cafe: Core) -> None:
    with pytest.raises(NotFound):
        await vouchers.look_up(cafe, "ABCD-EFGH-JKMN", vouchers.of_visitor(cafe, MALLORY))
    assert await _counted_by(cafe) == []


async def test_no_address_is_kept_of_who_guesses(cafe: Core) -> None:
    with pytest.raises(NotFound):
        await vouchers.look_up(cafe, with_check_digit("ZZZZZZZZZZZ"), vouchers.of_visitor(cafe, MALLORY))
    whole, kept = sorted(await _counted_by(cafe))
    assert whole == "voucher:page"
    assert MALLORY not in kept


async def _counted_by(core: Core) -> list[str]:
    async with core.database.read() as tx:
        return list((await tx.execute(select(tables.tries.c.what))).scalars())


async def _counted(core: Core, what: str, times: int, clock: Watch) -> None:
    """As if so many had been counted already."""
    async with core.database.write() as tx:
        await tx.execute(tables.tries.insert().values(what=what, count=times, until=clock.now + timedelta(hours=1)))
