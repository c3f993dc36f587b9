"""Two machines that answer each other: ours is the one that stops."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.actions import answering
from bot.actions.answering import Limits
from bot.actions.converse import converse_many
from bot.actions.core import Core
from bot.actions.enrol import NewMember, enrol, erase
from bot.messages import Inbound
from bot.storage.members import Address
from bot.storage.tables import answered
from tests.actions.asking import count
from tests.actions.test_converse import chat
from tests.cast import NOON, Watch, ref

ROBOT = "robot@ok.test"


def mail(number: int, text: str = "I am away until Monday", address: str = ROBOT, channel: str = "email") -> Inbound:
    return Inbound(channel, address, f"<{number}@ok.test>", text, NOON)


async def answers(cafe: Core, *mails: Inbound) -> list[int]:
    return [len(replies) for replies in await converse_many(cafe, mails)]


async def test_a_machine_that_always_answers_is_answered_twenty_times_and_told_of_once(cafe: Core) -> None:
    said, number = "hello", 0
    with capture_logs() as logs:
        while number < 100 and (replies := (await converse_many(cafe, [mail(number, said)]))[0]):
            said, number = f"Thank you for your mail: {replies[0].text}", number + 1
        assert await answers(cafe, mail(200), mail(201)) == [0, 0]
    assert number == 20
    assert [line for line in logs if line["event"] == "answers_limited"] == [
        {"event": "answers_limited", "log_level": "warning", "channel": "email", "per": "address", "limit": 20}
    ]


async def test_the_next_hour_begins_anew_and_the_old_one_is_forgotten(cafe: Core, clock: Watch) -> None:
    assert sum(await answers(cafe, *map(mail, range(25)))) == 20
    clock.now += timedelta(hours=1)
    assert await answers(cafe, mail(100)) == [1]
    clock.now += timedelta(hours=2)
    await answers(cafe, mail(101))
    assert await count(cafe, answered) == 2


async def test_stop_is_heard_also_from_whom_gets_no_answer_any_more(cafe: Core) -> None:
    await answers(cafe, *map(mail, range(20)))
    assert await answers(cafe, mail(21, "stop")) == [0]
    assert (await chat(cafe, ROBOT, "email")).stopped_at == NOON


async def test_a_whole_domain_has_a_limit_too_and_other_channels_have_none(
    cafe: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(answering.LIMITS, "email", Limits(address=2, domain=3))
    three = [mail(n, address=f"robot{n % 2}@ok.test") for n in range(5)]
    assert await answers(cafe, *three, mail(9, address="charlie@elsewhere.test")) == [1, 1, 1, 0, 0, 1]
    assert sum(await answers(cafe, *(mail(n, channel="telegram") for n in range(10)))) == 10


async def test_members_share_their_provider_without_being_silenced_by_each_other(
    cafe: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(answering.LIMITS, "email", Limits(address=2, domain=3))
    people = ["anna@ok.test", "bence@ok.test"]
    for address in people:
        await enrol(cafe, NewMember(addresses=(Address("email", address),)))
    assert await answers(cafe, *(mail(n, address=f"robot{n}@ok.test") for n in range(4))) == [1, 1, 1, 0]
    assert await answers(cafe, *(mail(n, "balance", person) for n, person in enumerate(people, 5))) == [1, 1]


async def test_no_address_is_written_down_to_count_it(cafe: Core) -> None:
    await answers(cafe, mail(1))
    async with cafe.database.read() as tx:
        kept = (await tx.execute(answered.select())).all()
    assert len(kept) == 2 and not any("robot" in str(row) or "ok.test" in str(row) for row in kept)


async def test_who_is_erased_is_counted_no_more(cafe: Core) -> None:
    await enrol(cafe, NewMember(addresses=(Address("email", "dora@ok.test"),), external_id="dora"))
    await answers(cafe, mail(1, address="dora@ok.test"))
    assert await count(cafe, answered) == 1
    await erase(cafe, ref("dora"))
    assert await count(cafe, answered) == 0
