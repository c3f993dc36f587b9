"""Anna on WhatsApp: told by the shop, answered, written to, and read."""

from typing import Any

from aiohttp import ClientSession

from tests.cast import NOON, Watch
from tests.fakes.twilio import WHATSAPP_NUMBER
from tests.journeys.world import Town, until

ANNA = "+36301234567"
HERS = f"whatsapp:{ANNA}"
TOLD = {"name": "Anna", "phone": ANNA, "consent": {"whatsapp": True, "sms": False}, "preferred_channel": "whatsapp"}


async def call(town: Town, path: str, body: dict[str, Any]) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {town.key}"}
    async with ClientSession(headers=headers) as client, client.post(f"{town.url}/api/v1/{path}", json=body) as answer:
        assert answer.status == 201
        return dict(await answer.json())


async def states(town: Town) -> list[tuple[str, str, str]]:
    return [(row.channel, row.state, row.reason) for row in await town.rows("messages")]


async def test_a_member_told_by_the_shop_is_talked_with_and_written_to(sqlite_town: Town) -> None:
    town = sqlite_town
    town.channels = ("twilio",)
    async with town.service(Watch(), twilio_from=None, twilio_whatsapp_from=WHATSAPP_NUMBER) as service:
        assert service.channels["whatsapp"].contact == WHATSAPP_NUMBER
        anna = await call(town, "members", TOLD)
        assert (anna["phone"], anna["consent"]) == (ANNA, {"sms": False, "whatsapp": True})

        await call(town, "activities", {"type": "purchase", "id": "1", "source": "till", "member": {"phone": ANNA},
                                        "occurred_at": NOON.isoformat(), "amount": "99.00"})  # fmt: skip
        await until(lambda: town.has("touches", 1))
        [touch] = await town.rows("touches")
        assert touch.suppressed == "outside WhatsApp's 24 hours, and no approved template"

        heard = await town.twilio.says(HERS, "balance", to_url=town.url)
        assert heard.status == 200
        [answer] = await town.twilio.sent(1)
        assert (answer.to, answer.body.splitlines()[0]) == (HERS, "You have 99 points.")

        await until(town.settled)
        for state in ("read", "delivered", "read"):
            await town.twilio.status(answer.sid, state, to_url=town.url, to=HERS)
        assert await states(town) == [("whatsapp", "read", "")]
