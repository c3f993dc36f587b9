"""What leaves by WhatsApp within a day of a customer's last message, and what later, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot.messages import Purpose, Template
from bot.storage.members import Address
from bot.storage.outbox import Draft
from bot.storage.tables import inbound, messages, touches
from campaigns.document import check
from campaigns.windows import WINDOW_OVER
from channels.memory import MemoryChannel
from tests.storage.campaign_world import ANNA, CAFE, NINE, World, anna, message

HERS = "+36201234567"
EN, HU = "HX" + "e" * 32, "HX" + "f" * 32
TEMPLATE = (
    f'whatsapp = {{ template = {{ en = "{EN}", hu = "{HU}" }}, '
    'variables = ["{{ member.first_name }}", "{{ bonus }}"] }\n'
)


@pytest.fixture
async def on_whatsapp(world: World) -> World:
    """Anna is reached by WhatsApp alone."""
    world.channels["whatsapp"] = MemoryChannel("whatsapp")
    await world.join(anna(addresses=(Address("whatsapp", HERS, True),), locale="hu"))
    return world


async def heard(world: World, **ago: float) -> None:
    """Anna wrote a while ago; and someone else did just now, and she did elsewhere."""
    told = [("whatsapp", HERS, timedelta(**ago)), ("whatsapp", "+36200000009", timedelta()), ("sms", HERS, timedelta())]
    async with world.database.write() as tx:
        for n, (channel, address, since) in enumerate(told):
            row = {"channel": channel, "provider_id": f"SM{n}", "id": n, "address": address, "text": "hi"}
            await tx.execute(insert(inbound).values(**row, at=NINE - since))


def on_it(purpose: Purpose = Purpose.NOTICE, template: Template | None = None) -> Draft:
    draft = message(purpose, "whatsapp", HERS)
    return replace(draft, message=replace(draft.message, template=template))


async def test_within_a_day_free_text_leaves(on_whatsapp: World) -> None:
    world = on_whatsapp
    await heard(world, hours=23, minutes=59)
    await world.queue(on_it(), on_it(Purpose.MARKETING, Template(EN)))
    assert await world.delivery().deliver_due() == 2
    assert [sent.template for sent in world.channels["whatsapp"].sent] == [None, None]


@pytest.mark.parametrize("hours", [24, 300])
async def test_later_only_a_template_leaves_and_the_rest_has_a_reason(on_whatsapp: World, hours: int) -> None:
    world = on_whatsapp
    await heard(world, hours=hours)
    await world.queue(on_it(), on_it(Purpose.REPLY), on_it(Purpose.MARKETING, Template(EN, {"1": "Anna"})))
    await world.delivery().deliver_due()
    assert sorted(await world.states()) == [
        ("sent", ""),
        ("suppressed", "outside WhatsApp's 24 hours, and no approved template"),
        ("suppressed", "outside WhatsApp's 24 hours, and no approved template"),
    ]
    assert [sent.template for sent in world.channels["whatsapp"].sent] == [Template(EN, {"1": "Anna"})]


async def test_a_campaign_without_a_template_tells_why_and_gives_no_bonus(on_whatsapp: World) -> None:
    world = on_whatsapp
    await heard(world, hours=30)
    reports = await world.run_due(NINE)
    assert (reports["birthday"].queued, reports["birthday"].suppressed) == (0, 1)
    assert [row.suppressed for row in await world.rows(touches)] == [WINDOW_OVER]
    assert await world.points(ANNA) == 0


@pytest.mark.parametrize(("hours", "by"), [(30, "sms"), (2, "whatsapp")])
async def test_a_campaign_goes_by_sms_where_whatsapp_takes_it_no_more(world: World, hours: int, by: str) -> None:
    world.channels["whatsapp"] = MemoryChannel("whatsapp")
    ways = (Address("whatsapp", HERS, True), Address("sms", HERS, True))
    await world.join(anna(addresses=ways, preferred_channel="whatsapp"))
    await heard(world, hours=hours)
    await world.run_due(NINE)
    await world.delivery().deliver_due()
    assert {name: len(channel.sent) for name, channel in world.channels.items() if channel.sent} == {by: 1}


async def test_a_notice_that_whatsapp_takes_no_more_is_said_elsewhere(world: World) -> None:
    world.channels["whatsapp"] = MemoryChannel("whatsapp")
    await world.join(anna(addresses=(Address("whatsapp", HERS), Address("sms", HERS))))
    await world.queue(replace(on_it(), to_member=True))
    await world.delivery().deliver_due()
    assert [sent.text for sent in world.channels["sms"].sent] == ["Hello"]
    assert ("suppressed", f"{WINDOW_OVER}; said on sms instead") in await world.states()


async def test_who_never_wrote_gets_a_campaigns_template_in_their_language(on_whatsapp: World) -> None:
    world = on_whatsapp
    world.programme, world.campaigns = check(CAFE.replace('at = "09:00"\n', f'at = "09:00"\n{TEMPLATE}', 1))
    await world.run_due(NINE)
    await world.delivery().deliver_due()
    [sent] = world.channels["whatsapp"].sent
    assert sent.template == Template(HU, {"1": "Anna", "2": "50 pont"})
    assert "Anna" in sent.text
    assert [row.template for row in await world.rows(messages)] == [[HU, {"1": "Anna", "2": "50 pont"}]]
