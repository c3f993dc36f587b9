"""The way out: who gets a message, when it is tried again, and that nobody gets it twice."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from bot.errors import AddressGone, Rejected, RetryLater
from bot.messages import Outbound, Purpose, Receipt, ReceiptState
from bot.storage.database import Database
from bot.storage.ids import new_id
from bot.storage.outbox import Draft
from bot.storage.tables import addresses, messages, senders
from campaigns.delivery import Delivery
from channels.memory import MemoryChannel
from tests.storage.campaign_world import ANNA, NINE, World, anna, message


@pytest.fixture
async def anna_joined(world: World) -> World:
    await world.join(anna())
    return world


def texts(channel: MemoryChannel) -> list[str]:
    return [sent.text for sent in channel.sent]


async def due(world: World) -> list[float]:
    return [(row.due_at - world.clock()).total_seconds() for row in await world.rows(messages)]


async def test_a_message_that_is_due_leaves_once_and_is_settled(anna_joined: World) -> None:
    world, delivery = anna_joined, anna_joined.delivery()
    await world.queue(message())
    assert await delivery.deliver_due() == 1
    assert await delivery.deliver_due() == 0

    [row] = await world.rows(messages)
    assert (row.state, row.provider_id, row.settled_at, row.attempts) == ("sent", f"telegram:{row.id}", NINE, 1)
    assert texts(world.telegram) == ["Hello"]


async def test_consent_withdrawn_between_queue_and_send_holds_marketing_back_and_not_a_notice(
    anna_joined: World,
) -> None:
    world = anna_joined
    await world.queue(message(), message(Purpose.NOTICE, text="Your voucher"))
    await world.change(addresses, marketing=False)
    await world.delivery().deliver_due()
    assert texts(world.telegram) == ["Your voucher"]
    assert await world.states() == [("suppressed", "no consent"), ("sent", "")]


@pytest.mark.parametrize(("column", "reason"), [("stopped_at", "stopped"), ("gone_at", "address gone")])
async def test_after_stop_nothing_queued_leaves_not_even_a_reply(anna_joined: World, column: str, reason: str) -> None:
    world = anna_joined
    await world.queue(*(message(purpose) for purpose in Purpose))
    await world.change(addresses, **{column: NINE})
    assert await world.delivery().deliver_due() == 0
    assert await world.states() == [("suppressed", reason)] * 3


async def test_the_confirmation_of_a_stop_leaves_because_the_conversation_sends_it(anna_joined: World) -> None:
    world, delivery = anna_joined, anna_joined.delivery()
    confirmation = message(Purpose.REPLY, text="You will hear no more from us.")
    await world.queue(confirmation, leased=True)
    await world.change(addresses, stopped_at=NINE)
    await delivery.send_now([confirmation.message])
    await delivery.flush()
    assert texts(world.telegram) == ["You will hear no more from us."]
    assert await world.states() == [("sent", "")]


async def test_marketing_that_became_due_in_quiet_hours_waits_for_the_morning(anna_joined: World) -> None:
    world = anna_joined
    world.clock.pass_by(hours=12)  # 21:00 in Budapest
    await world.queue(message(), message(Purpose.NOTICE, text="notice"), message(Purpose.REPLY, text="reply"))
    delivery = world.delivery()
    await delivery.deliver_due()
    assert sorted(texts(world.telegram)) == ["notice", "reply"]

    world.clock.pass_by(hours=11, minutes=59)
    assert await delivery.deliver_due() == 0
    world.clock.pass_by(minutes=1)
    assert await delivery.deliver_due() == 1


async def test_marketing_that_could_not_leave_for_a_day_is_dropped(anna_joined: World) -> None:
    world = anna_joined
    await world.queue(message(), message(Purpose.NOTICE))
    world.clock.pass_by(hours=24, seconds=1)
    await world.delivery().deliver_due()
    assert await world.states() == [("suppressed", "too late"), ("sent", "")]


async def test_the_providers_retry_after_is_honoured(anna_joined: World) -> None:
    world, delivery = anna_joined, anna_joined.delivery()
    world.telegram.answers.append(RetryLater("busy", after=42))
    await world.queue(message())
    await delivery.deliver_due()
    assert await world.states() == [("queued", "busy")]
    assert await due(world) == [42]
    world.clock.pass_by(seconds=41.9)
    assert await delivery.deliver_due() == 0
    world.clock.pass_by(seconds=0.1)
    assert await delivery.deliver_due() == 1
    assert await world.states() == [("sent", "")]


async def test_without_a_word_from_the_provider_pauses_double_and_end_after_eight_attempts(anna_joined: World) -> None:
    world, delivery = anna_joined, anna_joined.delivery()
    world.telegram.answers.extend([RetryLater("down")] * 8)
    await world.queue(message(Purpose.NOTICE))
    waits = []
    for _ in range(7):
        await delivery.deliver_due()
        [wait] = await due(world)
        waits.append(wait)
        world.clock.pass_by(seconds=wait)
    await delivery.deliver_due()
    assert waits == [5, 10, 20, 40, 80, 160, 320]
    assert await world.states() == [("failed", "given up after 8 attempts: down")]


async def test_flood_control_pauses_the_whole_sender_for_every_process(anna_joined: World) -> None:
    world = anna_joined
    world.telegram.answers.append(RetryLater("flood control", after=30, whole_sender=True))
    await world.queue(message(text="first"))
    await world.delivery().deliver_due()
    await world.queue(message(Purpose.REPLY, text="reply"), message(channel="sms", to="+36200000001", text="by sms"))

    other = world.delivery()
    assert await other.deliver_due() == 1
    assert texts(world.channels["sms"]) == ["by sms"]
    world.clock.pass_by(seconds=30)
    await other.deliver_due()
    assert texts(world.telegram) == ["reply", "first"]
    assert {row.attempts for row in await world.rows(messages)} == {1}


async def test_a_reply_sent_at_once_respects_a_pause(anna_joined: World) -> None:
    world, delivery = anna_joined, anna_joined.delivery()
    world.telegram.answers.append(RetryLater("flood control", after=30, whole_sender=True))
    first, second = message(Purpose.REPLY, text="first"), message(Purpose.REPLY, text="second", to="102")
    await world.queue(first, second, leased=True)
    await delivery.send_now([first.message])
    await delivery.send_now([second.message])
    await delivery.flush()
    assert texts(world.telegram) == []
    assert await due(world) == [30, 30]
    world.clock.pass_by(seconds=30)
    assert await delivery.deliver_due() == 2


@pytest.mark.parametrize(("opted_out", "column"), [(False, "gone_at"), (True, "stopped_at")])
async def test_a_gone_address_fails_and_gets_nothing_more(anna_joined: World, opted_out: bool, column: str) -> None:
    world, delivery = anna_joined, anna_joined.delivery()
    world.telegram.answers.append(AddressGone("bot was blocked", opted_out=opted_out))
    await world.queue(message())
    await delivery.deliver_due()
    assert await world.states() == [("failed", "bot was blocked")]
    marked = {row.channel: getattr(row, column) for row in await world.rows(addresses)}
    assert marked == {"telegram": NINE, "sms": None}

    await world.queue(message(Purpose.NOTICE))
    await delivery.deliver_due()
    assert len(world.telegram.sent) == 0


async def test_a_rejected_message_fails_with_the_reason_and_the_address_stays_good(anna_joined: World) -> None:
    world, delivery = anna_joined, anna_joined.delivery()
    world.telegram.answers.append(Rejected("text too long"))
    await world.queue(message())
    await delivery.deliver_due()
    assert await world.states() == [("failed", "text too long")]
    assert all(row.gone_at is None for row in await world.rows(addresses))


@pytest.mark.parametrize("error", [RetryLater("no answer", code="unknown"), ZeroDivisionError("+3620123")])
async def test_what_may_have_left_is_not_sent_again_when_it_is_marketing(anna_joined: World, error: Exception) -> None:
    world, delivery = anna_joined, anna_joined.delivery()
    world.telegram.answers.extend([error, error])
    await world.queue(message(), message(Purpose.NOTICE, to="102"))
    await delivery.deliver_due()
    marketing, notice = await world.states()
    assert marketing[0] == "unknown"
    assert notice[0] == "queued"
    assert "+3620123" not in marketing[1] + notice[1]


async def test_one_chat_keeps_its_order_when_a_message_has_to_wait(anna_joined: World) -> None:
    world, delivery = anna_joined, anna_joined.delivery()
    world.telegram.answers.append(RetryLater("busy", after=5))
    await world.queue(*(message(Purpose.REPLY, text=str(i)) for i in range(5)))
    await delivery.deliver_due()
    assert texts(world.telegram) == []
    world.clock.pass_by(seconds=5)
    await delivery.deliver_due()
    assert texts(world.telegram) == ["0", "1", "2", "3", "4"]


async def test_replies_to_one_chat_sent_at_the_same_time_leave_in_order(anna_joined: World) -> None:
    world, delivery = anna_joined, anna_joined.delivery()
    replies = [message(Purpose.REPLY, text=str(i)) for i in range(20)]
    await world.queue(*replies, leased=True)
    world.telegram.open.clear()
    sending = [asyncio.create_task(delivery.send_now([reply.message])) for reply in replies]
    await world.telegram.tried.wait()
    world.telegram.open.set()
    await asyncio.gather(*sending)
    assert texts(world.telegram) == [str(i) for i in range(20)]
    await delivery.flush()
    assert await world.states() == [("sent", "")] * 20


async def test_budgets_hold_marketing_back_and_let_replies_go(anna_joined: World) -> None:
    world = anna_joined
    world.channels["telegram"] = MemoryChannel("telegram", rate=10)
    await world.queue(*(message() for _ in range(25)), *(message(Purpose.REPLY, text="reply") for _ in range(15)))
    first, second = world.delivery(), world.delivery()

    assert await first.deliver_due() == 25
    assert texts(world.telegram).count("reply") == 15
    assert await second.deliver_due() == 0
    world.clock.pass_by(seconds=1)
    assert await second.deliver_due() == 10
    world.clock.pass_by(seconds=1)
    assert await first.deliver_due() == 5


async def test_what_counts_for_more_takes_more_of_the_budget(anna_joined: World) -> None:
    class Heavy(MemoryChannel):
        def weight(self, message: Outbound) -> int:
            return len(message.text)

    world = anna_joined
    world.channels["telegram"] = Heavy("telegram", rate=1)
    await world.queue(message(text="abc"), message(text="a"), message(Purpose.REPLY, text="reply"), message(text="b"))
    delivery, sent = world.delivery(), []
    for _ in range(6):
        await delivery.deliver_due()
        sent.append("".join(texts(world.telegram)))
        world.clock.pass_by(seconds=1)
    assert sent == ["replyabc"] * 3 + ["replyabca"] + ["replyabcab"] * 2


async def test_more_than_a_batch_leaves_in_one_go(anna_joined: World) -> None:
    world = anna_joined
    await world.queue(*(message(Purpose.REPLY, to=str(i)) for i in range(250)))
    assert await world.delivery().deliver_due() == 250
    assert max(Counter(sent.id for sent in world.telegram.sent).values()) == 1


async def test_two_workers_never_send_the_same_message_twice(two_worlds: tuple[World, World]) -> None:
    one, other = two_worlds
    await one.join(anna())
    await one.queue(*(message(Purpose.NOTICE, to=str(i % 50)) for i in range(500)))
    counts = await asyncio.gather(one.delivery().deliver_due(), other.delivery().deliver_due())
    sent = Counter(sent.id for world in two_worlds for sent in world.telegram.sent)
    assert sum(counts) == len(sent) == 500
    assert max(sent.values()) == 1
    assert {state for state, _ in await one.states()} == {"sent"}


async def test_after_a_crash_while_sending_the_reply_goes_again_and_marketing_is_shown_as_unknown(
    anna_joined: World,
) -> None:
    world = anna_joined
    await world.queue(message(Purpose.REPLY, text="reply"), message(text="offer"), leased=True)
    delivery = world.delivery()
    assert await delivery.deliver_due() == 0
    world.clock.pass_by(seconds=61)
    assert await delivery.recover() == 2
    assert await delivery.deliver_due() == 1
    assert texts(world.telegram) == ["reply"]
    assert await world.states() == [("sent", ""), ("unknown", "the service stopped while sending")]


async def test_a_lease_that_is_nearly_over_is_given_back_unsent(anna_joined: World) -> None:
    world, delivery = anna_joined, anna_joined.delivery()
    slow, late = message(text="slow"), message(text="late")
    await world.queue(slow, late, leased=True)
    world.telegram.open.clear()
    sending = asyncio.create_task(delivery.send_now([slow.message, late.message]))
    await world.telegram.tried.wait()
    world.clock.pass_by(seconds=31)
    world.telegram.open.set()
    await sending
    await delivery.flush()
    assert texts(world.telegram) == ["slow"]
    assert [state for state, _ in await world.states()] == ["sent", "queued"]


async def test_a_receipt_that_overtakes_the_answer_to_the_send_is_not_lost(anna_joined: World) -> None:
    world, delivery = anna_joined, anna_joined.delivery()
    first = message()
    await world.queue(first)
    await delivery.settle_receipts([Receipt("telegram", f"telegram:{first.message.id}", ReceiptState.DELIVERED)])
    await delivery.deliver_due()
    await delivery.deliver_due()
    assert await world.states() == [("delivered", "")]


async def test_a_receipt_that_came_too_early_outlives_a_database_that_is_away(
    anna_joined: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(database: Database) -> None:
        raise ConnectionRefusedError

    world, delivery = anna_joined, anna_joined.delivery()
    first = message()
    await delivery.settle_receipts([Receipt("telegram", f"telegram:{first.message.id}", ReceiptState.DELIVERED)])
    await world.queue(first)
    with monkeypatch.context() as outage:
        outage.setattr(Database, "write", away)
        with pytest.raises(ConnectionRefusedError):
            await delivery.deliver_due()
    await delivery.deliver_due()
    await delivery.deliver_due()
    assert await world.states() == [("delivered", "")]


async def test_a_message_of_a_channel_that_is_off_here_goes_back_to_the_queue(anna_joined: World) -> None:
    world = anna_joined
    reply = message(Purpose.REPLY)
    await world.queue(reply, leased=True)
    off = Delivery(world.database, {}, world.clock)
    await off.send_now([reply.message])
    await off.close()
    assert (await world.states())[0][0] == "queued"
    assert await world.delivery().deliver_due() == 1


async def test_marketing_mail_carries_a_way_to_unsubscribe_and_other_mail_does_not(world: World) -> None:
    ways = anna().addresses[0]
    await world.join(anna(addresses=(type(ways)("email", "anna@example.com", True),)))
    delivery = Delivery(
        world.database, world.channels, world.clock, unsubscribe_url=lambda channel, address: f"/u/{channel}:{address}"
    )
    for purpose in (Purpose.MARKETING, Purpose.NOTICE):
        mail = Outbound(new_id(), "email", "anna@example.com", purpose, "Hello")
        await world.queue(Draft(mail, ANNA))
    await delivery.deliver_due()
    urls = {sent.purpose: sent.unsubscribe_url for sent in world.channels["email"].sent}
    assert urls == {Purpose.MARKETING: "/u/email:anna@example.com", Purpose.NOTICE: ""}


async def test_closing_waits_for_what_is_under_way_and_writes_it_down(anna_joined: World) -> None:
    world, delivery = anna_joined, anna_joined.delivery()
    await world.queue(message())
    world.telegram.open.clear()
    delivering = asyncio.create_task(delivery.deliver_due())
    await world.telegram.tried.wait()
    closing = asyncio.create_task(delivery.close())
    world.telegram.open.set()
    await closing
    assert await world.states() == [("sent", "")]
    assert await delivering == 1


async def test_draining_waits_for_the_budget_and_leaves_what_has_to_wait_long(anna_joined: World) -> None:
    world = anna_joined
    world.telegram.answers.append(RetryLater("flood control", after=3600, whole_sender=True))
    await world.queue(*(message() for _ in range(3)))
    assert await world.delivery().drain(NINE + timedelta(hours=2)) == 0
    [sender] = await world.rows(senders)
    assert sender.paused_until == NINE + timedelta(hours=1)


async def test_a_receipt_that_nobody_knows_after_a_minute_is_forgotten(anna_joined: World) -> None:
    world, delivery = anna_joined, anna_joined.delivery()
    first = message()
    await delivery.settle_receipts([Receipt("telegram", f"telegram:{first.message.id}", ReceiptState.DELIVERED)])
    world.clock.pass_by(seconds=60)
    await delivery.deliver_due()
    await world.queue(first)
    await delivery.deliver_due()
    await delivery.deliver_due()
    assert await world.states() == [("sent", "")]
