"""Spending by mail: whoever forges Anna's address spends nothing, and guessing her codes is hopeless."""

import re
from itertools import count as numbers

import pytest

from bot.actions import mail_codes
from bot.actions.balance import balance
from bot.actions.converse import converse_many
from bot.actions.core import Core
from bot.actions.recording.record import record
from bot.conversation import confirming
from bot.loyalty.codes import DIGITS
from bot.messages import Inbound
from bot.storage.tables import redemptions
from tests.actions.asking import count
from tests.cast import NOON, Watch, purchase, ref

ANNA = "anna@example.com"
_numbers = numbers(1)


async def mails(core: Core, text: str, message_id: str = "") -> str:
    """What is answered, to Anna's own address, whoever wrote."""
    said = Inbound("email", ANNA, message_id or f"<{next(_numbers)}@x>", text, NOON)
    [replies] = await converse_many(core, [said])
    assert {reply.address for reply in replies} <= {ANNA}
    return "\n".join(reply.text for reply in replies)


def code_of(text: str) -> str:
    [code] = re.findall(r"\b\d{6}\b", text)
    return str(code)


@pytest.fixture
async def rich(cafe: Core) -> Core:
    await record(cafe, purchase("1", "300.00"))
    return cafe


async def points(core: Core) -> int:
    return (await balance(core, ref("anna"))).state.points


async def test_a_forged_mail_with_a_wish_and_another_with_a_yes_spend_nothing(rich: Core) -> None:
    before = await points(rich)
    await mails(rich, "redeem 1")
    assert "a yes is not enough" in await mails(rich, "yes")
    assert await mails(rich, "yes free_drink")
    assert (await points(rich), await count(rich, redemptions)) == (before, 0)


async def test_the_code_that_was_sent_to_anna_spends_once(rich: Core) -> None:
    before = await points(rich)
    code = code_of(await mails(rich, "redeem 1"))
    assert "Show this code at the counter" in await mails(rich, code, "<code@ok>")
    spent = before - await points(rich)
    assert spent > 0
    assert await mails(rich, code, "<code@ok>") == ""
    await mails(rich, code)
    assert (await points(rich), await count(rich, redemptions)) == (before - spent, 1)


async def test_the_code_of_an_earlier_question_does_not_confirm_a_later_one(rich: Core) -> None:
    before = await points(rich)
    first = code_of(await mails(rich, "redeem 1"))
    second = code_of(await mails(rich, "gift 5 to +36302222222"))
    if first != second:
        assert "That code is wrong" in await mails(rich, first)
    assert await points(rich) == before


async def test_past_the_days_tries_not_even_the_right_code_is_taken(rich: Core, clock: Watch) -> None:
    before = await points(rich)
    tried = 0
    while tried < mail_codes.TRIES_A_DAY:
        code = code_of(await mails(rich, "redeem 1") or "000000")
        for guess in range(min(confirming.TRIES - 1, mail_codes.TRIES_A_DAY - tried)):
            await mails(rich, f"{(int(code) + 1 + guess) % 1_000_000:06}")
            tried += 1
        # Answers are limited too; the next hour brings new ones.
        clock.moves(hours=1)
    assert "cannot be done now" in await mails(rich, "redeem 1")
    assert "cannot be done now" in await mails(rich, "gift 5 to +36302222222")
    assert await points(rich) == before
    clock.moves(days=1)
    await mails(rich, code_of(await mails(rich, "redeem 1")))
    assert await points(rich) < before


async def test_many_wrong_codes_for_many_members_close_it_for_all(
    rich: Core, clock: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_codes, "WRONG_A_DAY", 2)
    code = int(code_of(await mails(rich, "redeem 1")))
    for guess in (1, 2):
        assert "That code is wrong" in await mails(rich, f"{(code + guess) % 1_000_000:06}")
    assert "cannot be done now" in await mails(rich, f"{code:06}")
    clock.moves(days=1, seconds=1)
    assert code_of(await mails(rich, "redeem 1"))


def test_what_guessing_can_do_within_the_limits() -> None:
    codes = 10**DIGITS
    assert codes / mail_codes.TRIES_A_DAY / 365 > 130  # years of daily tries for one hit at one address
    assert mail_codes.WRONG_A_DAY / codes <= 0.0003  # a day, that anybody's is hit
    assert confirming.TRIES / codes <= 5e-6  # one question
