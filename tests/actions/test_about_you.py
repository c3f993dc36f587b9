"""Name and birthday, corrected in a chat: kept at once, a birthday once a year."""

from datetime import date
from typing import Any

import pytest

from bot.actions.balance import member
from bot.actions.converse import converse_many
from bot.actions.core import Core
from bot.actions.privacy import personal_data
from bot.messages import Inbound
from bot.storage.ids import new_id
from tests.cast import Watch, ref


async def says(core: Core, *texts: str, channel: str = "telegram", address: str = "2222") -> str:
    for text in texts:
        [replies] = await converse_many(core, [Inbound(channel, address, str(new_id()), text, core.clock())])
    return "\n".join(reply.text for reply in replies)


async def test_a_name_is_kept_and_told_back(cafe: Core) -> None:
    assert "Név: Bence Nagy" in await says(cafe, "settings name", "Bence Nagy")
    assert (await member(cafe, ref("bence"))).name == "Bence Nagy"


async def test_a_first_birthday_may_be_corrected_and_then_not_for_a_year(cafe: Core) -> None:
    for born in ("1991-05-12", "1991-05-13"):
        assert "Elmentettem" in await says(cafe, "settings birthday", born)
    refused = await says(cafe, "settings birthday", "1991-12-01")
    assert "Elmentettem" not in refused and "1991. május 13. (ha javítanád" in refused
    assert (await member(cafe, ref("bence"))).birthday == date(1991, 5, 13)
    assert isinstance(cafe.clock, Watch)
    cafe.clock.moves(days=365)
    assert "1991. december 1." in await says(cafe, "settings birthday", "1991-12-01")


async def test_the_same_birthday_again_is_no_correction(cafe: Core) -> None:
    for born in ("1991-05-12", "1991-05-12", "1991-05-13"):
        assert "Elmentettem" in await says(cafe, "settings birthday", born)


@pytest.mark.parametrize("said", [("settings name", "Eve"), ("settings birthday", "1980-01-01")])
async def test_a_mail_changes_neither(cafe: Core, said: tuple[str, str]) -> None:
    await says(cafe, *said, channel="email", address="anna@example.com")
    anna: Any = await member(cafe, ref("anna"))
    assert (anna.name, anna.birthday) == ("Anna", date(1990, 3, 12))


async def test_what_is_kept_of_a_correction_is_among_ones_own_data(cafe: Core) -> None:
    await says(cafe, "settings birthday", "1991-05-12", "settings birthday", "1991-05-13")
    assert "1991-05-13" in str((await personal_data(cafe, ref("bence")))["choices"])
