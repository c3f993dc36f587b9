"""What leaves by WhatsApp within a day of a customer's last message, and what later, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot.messages import Purpose, Template
from bot.storage.members import Address
from bot.storage.outbox import Draft
from bot.storage.tables import inbound, messages
from campaigns.document import check
from channels.memory import MemoryChannel
from tests.storage.campaign_world import CAFE, NINE, World, anna, message

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


async def test_who_never_wrote_gets_a_campaigns_template_in_their_language(on_whatsapp: World) -> None:
    world = on_whatsapp
    world.programme, world.campaigns = check(CAFE.replace('at = "09:00"\n', f'at = "09:00"\n{TEMPLATE}', 1))
    await world.run_due(NINE)
    await world.delivery().deliver_due()
    [sent] = world.channels["whatsapp"].sent
    assert sent.template == Template(HU, {"1": "Anna", "2": "50 pont"})
    assert "Anna" in sent.text
    assert [row.template for row in await world.rows(messages)] == [[HU, {"1": "Anna", "2": "50 pont"}]]
