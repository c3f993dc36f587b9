"""A gone address is no end: what is meant for the person is said once more, by their next address."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.errors import AddressGone, Rejected
from bot.messages import Outbound, Purpose, Receipt, ReceiptState
from bot.storage.ids import new_id
from bot.storage.members import Address
from bot.storage.outbox import Draft
from bot.storage.tables import addresses, members, messages
from tests.storage.campaign_world import ANNA, World, anna

PHONE = "+36200000001"
MAIL = Address("email", "anna@example.com", True)


@pytest.fixture
async def told(world: World) -> World:
    """Anna, on Telegram first, by SMS and by mail."""
    await world.join(anna(addresses=(*anna().addresses, MAIL)))
    return world


def to_anna(purpose: Purpose = Purpose.NOTICE, text: str = "Your table is free", *, to_member: bool = True) -> Draft:
    message = Outbound(new_id(), "telegram", "101", purpose, text, "A table", thread="t1")
    return Draft(message, ANNA, "tables", to_member=to_member)


async def deliver(world: World) -> None:
    delivery = world.delivery()
    await delivery.deliver_due()
    await delivery.flush()


def sent(world: World) -> dict[str, list[str]]:
    return {name: [message.text for message in channel.sent] for name, channel in world.channels.items()}


async def consent(world: World, channel: str, **values: object) -> None:
    async with world.database.write() as tx:
        await tx.execute(update(addresses).where(addresses.c.channel == channel).values(values))


@pytest.mark.parametrize("purpose", [Purpose.NOTICE, Purpose.MARKETING])
async def test_what_finds_its_address_gone_is_said_once_by_the_next(told: World, purpose: Purpose) -> None:
    told.telegram.answers.append(AddressGone("403 blocked"))
    await told.queue(to_anna(purpose))
    for _ in range(3):
        await deliver(told)
    assert sent(told) == {"telegram": [], "sms": ["Your table is free"], "email": []}
    first, second = await told.rows(messages)
    assert (first.state, first.reason) == ("failed", "403 blocked; said on sms instead")
    assert (second.state, second.instead_of, second.campaign, second.thread) == ("sent", first.id, "tables", "")


@pytest.mark.parametrize(
    ("draft", "error"),
    [
        (to_anna(Purpose.REPLY), AddressGone("403")),
        (to_anna(to_member=False), AddressGone("403")),
        (to_anna(), Rejected("too long")),
        (to_anna(), AddressGone("21610", opted_out=True)),
    ],
)
async def test_replies_codes_what_was_refused_and_who_opted_out_are_not_followed(
    told: World, draft: Draft, error: Exception
) -> None:
    told.telegram.answers.append(error)
    await told.queue(replace(draft, message=replace(draft.message, id=new_id())))
    await deliver(told)
    assert sent(told) == {"telegram": [], "sms": [], "email": []}
    assert len(await told.rows(messages)) == 1


async def test_offers_go_only_where_they_were_agreed_to_and_nothing_where_stop_was_said(told: World) -> None:
    await consent(told, "sms", marketing=None)
    told.telegram.answers.append(AddressGone("403"))
    await told.queue(to_anna(Purpose.MARKETING, "Offer"))
    await deliver(told)
    assert sent(told) == {"telegram": [], "sms": [], "email": ["Offer"]}
    await consent(told, "sms", stopped_at=told.clock())
    await consent(told, "email", notices=False)
    await told.queue(to_anna())
    await deliver(told)
    assert sent(told)["sms"] == []
    assert sent(told)["email"] == ["Offer"]


async def test_there_is_one_other_way_and_no_chain_of_them(told: World) -> None:
    told.telegram.answers.append(AddressGone("403"))
    told.channels["sms"].answers.append(AddressGone("30005 unknown"))
    await told.queue(to_anna())
    for _ in range(2):
        await deliver(told)
    assert [(row.channel, row.reason) for row in await told.rows(messages)] == [
        ("telegram", "403; said on sms instead"),
        ("sms", "30005 unknown"),
    ]


async def test_what_was_queued_before_the_address_was_gone_goes_elsewhere_too(told: World) -> None:
    await told.queue(to_anna())
    await consent(told, "telegram", gone_at=told.clock())
    await deliver(told)
    assert sent(told)["sms"] == ["Your table is free"]
    assert (await told.states())[0] == ("suppressed", "address gone; said on sms instead")


async def test_what_the_address_takes_no_more_goes_elsewhere_at_once_or_later_and_the_address_stays(
    told: World,
) -> None:
    told.telegram.answers.append(Rejected("63016", elsewhere=True))
    await told.queue(to_anna(text="Refused"))
    for _ in range(2):
        await deliver(told)
    await told.queue(to_anna(text="Refused later"))
    await deliver(told)
    row = next(row for row in await told.rows(messages) if row.provider_id and row.channel == "telegram")
    for _ in range(2):
        late = Receipt("telegram", row.provider_id, ReceiptState.FAILED, "63016", elsewhere=True)
        await told.delivery().settle_receipts([late])
        await deliver(told)
    assert sent(told)["sms"] == ["Refused", "Refused later"]
    assert (await told.states())[:2] == [("failed", "63016; said on sms instead"), ("sent", "")]
    assert [row.gone_at for row in await told.rows(addresses)] == [None] * 3


async def test_a_bounce_that_is_told_later_sends_it_elsewhere_once(told: World) -> None:
    await told.queue(to_anna())
    await deliver(told)
    [row] = await told.rows(messages)
    bounce = Receipt("telegram", row.provider_id, ReceiptState.FAILED, "5.1.1", address_gone=True)
    for _ in range(2):
        await told.delivery().settle_receipts([bounce])
        await deliver(told)
    assert sent(told)["sms"] == ["Your table is free"]
    assert (await told.states())[0] == ("failed", "5.1.1; said on sms instead")


async def test_a_bounce_days_later_sends_nothing_old(told: World) -> None:
    await told.queue(to_anna())
    await deliver(told)
    told.clock.pass_by(days=2)
    [row] = await told.rows(messages)
    await told.delivery().settle_receipts(
        [Receipt("telegram", row.provider_id, ReceiptState.FAILED, "5.1.1", address_gone=True)]
    )
    await deliver(told)
    assert sent(told)["sms"] == []


async def test_who_has_no_other_address_stays_unreached_with_the_reason(world: World) -> None:
    await world.join(anna(addresses=(Address("telegram", "101", True),)))
    world.telegram.answers.append(AddressGone("403"))
    await world.queue(to_anna())
    await deliver(world)
    assert await world.states() == [("failed", "403")]


async def test_reminders_that_were_switched_off_stay_away_and_codes_come_all_the_same(told: World) -> None:
    await told.queue(to_anna(), to_anna(text="Your code", to_member=False))
    await consent(told, "telegram", notices=False)
    await deliver(told)
    assert sent(told)["telegram"] == ["Your code"]
    assert await told.states() == [("suppressed", "reminders off"), ("sent", "")]


@pytest.mark.parametrize(("hours", "until"), [("08:30-09:45", 45), ("23:00-08:30", 0), ("08:00-12:00", 180)])
async def test_own_quiet_hours_hold_offers_and_reminders_and_nothing_else(told: World, hours: str, until: int) -> None:
    """It is nine in Budapest; the programme's own end at nine."""
    async with told.database.write() as tx:
        await tx.execute(update(members).values(quiet_hours=hours))
    await told.queue(
        to_anna(Purpose.MARKETING, "Offer"), to_anna(text="Reminder"), to_anna(text="Code", to_member=False)
    )
    await deliver(told)
    assert sent(told)["telegram"] == (["Code"] if until else ["Reminder", "Code", "Offer"])
    due = {row.text: row.due_at - told.clock() for row in await told.rows(messages)}
    assert due == {"Offer": timedelta(minutes=until), "Reminder": timedelta(minutes=until), "Code": timedelta(0)}


async def test_a_campaign_waits_for_the_end_of_ones_own_quiet_hours(told: World) -> None:
    async with told.database.write() as tx:
        await tx.execute(update(members).values(quiet_hours="22:00-10:30"))
    await told.run_due(told.clock())
    [row] = await told.rows(messages)
    assert row.due_at - told.clock() == timedelta(minutes=90)
    assert row.to_member
