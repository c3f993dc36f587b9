"""About a message a second in one chat, for what we say unasked; answers never wait."""

from bot.messages import Purpose
from channels.telegram.client import open_bot
from channels.telegram.pacing import BURST, INTERVAL, LONGEST, Pace
from channels.telegram.recent import Recent
from channels.telegram.sending import Sender
from tests.channels.telegram_world import outbound
from tests.fakes.telegram import TOKEN, TelegramServer


def test_a_burst_leaves_at_once_and_then_one_a_second() -> None:
    pace = Pace()
    waits = [pace.take("anna", 100.0) for _ in range(BURST + 2)]
    assert waits == [0.0] * BURST + [INTERVAL, 2 * INTERVAL]
    assert pace.take("bence", 100.0) == 0.0


def test_who_kept_the_pace_never_waits() -> None:
    pace = Pace()
    assert [pace.take("anna", 100.0 + second) for second in range(100)] == [0.0] * 100


def test_nobody_waits_for_ever() -> None:
    pace = Pace()
    assert max(pace.take("anna", 0.0) for _ in range(1000)) == LONGEST


def test_what_is_remembered_is_bounded() -> None:
    recent: Recent[int, int] = Recent(most=2)
    for number in (1, 2, 1, 3):
        recent.put(number, number)
    assert (recent.get(1), recent.get(2), recent.take(3), 3 in recent) == (1, None, 3, False)


async def test_notices_wait_their_turn_and_replies_do_not() -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    async with TelegramServer() as telegram, open_bot(TOKEN, telegram.url) as bot:
        sender = Sender(bot, now=lambda: 100.0, sleep=sleep)
        for _ in range(BURST + 1):
            await sender.send(outbound(), None)
        assert waited == []
        await sender.send(outbound(purpose=Purpose.NOTICE), None)
        await sender.send(outbound(purpose=Purpose.MARKETING), None)
    assert waited == [2 * INTERVAL, 3 * INTERVAL]
