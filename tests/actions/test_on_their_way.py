"""Points that were earned and are still to come: the chat tells them as the API does."""

import pytest

from bot.actions.balance import balance
from bot.actions.confirm import confirm
from bot.actions.converse import converse_many
from bot.actions.core import Core
from bot.actions.recording.record import record
from bot.messages import Inbound
from tests.cast import ANNA, CAFE, Watch, core, joins, purchase, ref

RULE = '\n[[earning]]\nkey = "extra"\non = "purchase"\ngive = {{ points = 30 }}\n{}\n'


async def told(cafe: Core, name: str) -> list[str]:
    [replies] = await converse_many(cafe, [Inbound("sms", "+36301111111", name, "balance", cafe.clock())])
    return replies[0].text.splitlines()


@pytest.mark.parametrize("waits", ["pending_days = 14", 'pending = "confirmed"'])
async def test_the_balance_in_a_chat_tells_what_is_still_to_come(database_url: str, clock: Watch, waits: str) -> None:
    async with core(database_url, clock, CAFE + RULE.format(waits)) as cafe:
        await joins(cafe, ANNA)
        assert "to come" not in " ".join(await told(cafe, "1"))
        await record(cafe, purchase("1", "12.00"))
        assert (await balance(cafe, ref("anna"))).pending == 30
        assert (await told(cafe, "3"))[:2] == ["You have 12 points.", "Still to come: 30 points."]
        await confirm(cafe, "till", "1")
        clock.moves(days=15)
        assert (await told(cafe, "4"))[0] == "You have 42 points."
        assert "to come" not in " ".join(await told(cafe, "5"))
