"""A message that answering breaks over, in a way that nobody foresaw: taken once, and in nobody's way."""

import asyncio
from functools import partial
from typing import Any

import pytest
from sqlalchemy.exc import DataError, OperationalError, StatementError

from bot.actions import converse
from bot.actions.batching import Batcher
from bot.actions.core import Core
from bot.actions.receiving import receive_many
from bot.app import Service
from bot.conversation.facts import Facts, Turn
from bot.conversation.understanding import understand
from bot.messages import InboundKind
from bot.storage import programmes
from channels.memory import MemoryChannel
from config.settings import read_settings
from tests.actions.test_converse import BENCE, CHARLIE, chat, said, words
from tests.cast import CAFE

BROKEN = "over this"
SORRY = "Sajnos ez nem sikerült. Semmi sem változott."


class OutOfRange(Exception):
    sqlstate = "22003"


@pytest.fixture(autouse=True)
def breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    def perhaps(facts: Facts, text: str) -> Turn:
        return Turn() if text == BROKEN and 1 // 0 else understand(facts, text)

    monkeypatch.setattr(converse, "understand", perhaps)


async def test_it_is_apologised_for_once_and_who_spoke_at_the_same_time_is_answered(cafe: Core) -> None:
    receive = Batcher(partial(receive_many, cafe), lanes=1)
    first = asyncio.create_task(receive(said("help")))
    await asyncio.sleep(0)
    again = said(BROKEN)
    replies = await asyncio.gather(receive(again), receive(said("help", CHARLIE)))
    await first
    assert words(replies[0]) == SORRY
    assert "You can write" in words(replies[1])
    assert await receive(again) == []


@pytest.mark.parametrize("before", ["STOP", "ember"])
async def test_who_said_stop_or_talks_with_staff_hears_nothing_of_it(cafe: Core, before: str) -> None:
    await receive_many(cafe, [said(before, BENCE)])
    assert await receive_many(cafe, [said(BROKEN, BENCE)]) == [[]]


@pytest.mark.parametrize("how", [{}, {"kind": InboundKind.STOPPED, "answered": True}])
async def test_who_leaves_has_left_whatever_it_breaks_over(
    cafe: Core, monkeypatch: pytest.MonkeyPatch, how: dict[str, Any]
) -> None:
    monkeypatch.setattr(converse, "member_facts", lambda *_: 1 // 0)
    assert await receive_many(cafe, [said("leiratkozom", BENCE, **how)]) == [[]]
    assert (await chat(cafe, BENCE)).stopped_at


@pytest.mark.parametrize(
    "refused", [DataError("", {}, OutOfRange()), StatementError("", "", {}, OverflowError())], ids=["value", "type"]
)
async def test_a_value_that_the_database_never_takes_is_no_outage(
    cafe: Core, monkeypatch: pytest.MonkeyPatch, refused: Exception
) -> None:
    async def member_facts(*_: object) -> None:
        raise refused

    monkeypatch.setattr(converse, "member_facts", member_facts)
    [replies] = await receive_many(cafe, [said("egyenleg")])
    assert words(replies) == SORRY


async def test_what_may_pass_is_not_taken_so_that_it_is_brought_again(
    cafe: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(facts: Facts, text: str) -> Turn:
        raise OperationalError("", {}, ConnectionRefusedError())

    message = said("help")
    with monkeypatch.context() as outage:
        outage.setattr(converse, "understand", away)
        with pytest.raises(OperationalError):
            await receive_many(cafe, [message])
    assert (await receive_many(cafe, [message]))[0]


async def test_who_was_answered_hears_it_at_once_though_another_has_to_be_brought_again(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(facts: Facts, text: str) -> Turn:
        if text == BROKEN:
            raise OperationalError("", {}, ConnectionRefusedError())
        return understand(facts, text)

    monkeypatch.setattr(converse, "understand", away)
    channel = MemoryChannel("telegram")
    settings = read_settings(database_url=sqlite_url, secret_key="a secret of sixteen or more", http_port=0)
    service = Service(settings, roles=(), stand_ins={"telegram": channel})
    async with service.core.database.write() as tx:
        await programmes.publish(tx, CAFE, service.core.clock())
    await service.start()
    with pytest.raises(OperationalError):
        await service.receive([said(BROKEN), said("help", CHARLIE)])
    await service.close()
    assert [one.address for one in channel.sent] == [CHARLIE]
