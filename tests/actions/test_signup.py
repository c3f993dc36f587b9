"""Signing up pays once for each person, whichever way and however often they join."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.actions.balance import balance, history
from bot.actions.converse import converse_many
from bot.actions.core import Core
from bot.actions.enrol import Changes, NewMember, change, enrol, erase
from bot.actions.intake import MemberRef
from bot.actions.recording.record import Recorded, record_many
from bot.actions.signup import fingerprint
from bot.messages import Inbound
from bot.storage import fingerprints
from bot.storage.fingerprints import Print
from bot.storage.members import Address
from tests.actions.asking import unbroken
from tests.cast import ANNA, CAFE, NOON, SECRET, Watch, core, joins, purchase, ref

WELCOME = CAFE + '\n[[earning]]\nkey = "welcome"\non = "signup"\ngive = { points = 50 }\n'
CHARLIE = NewMember(
    name="Charlie",
    addresses=(Address("sms", "+36303333333"), Address("email", "charlie@example.com"), Address("telegram", "3333")),
    external_id="charlie",
)


@pytest.fixture
async def cafe(database_url: str, clock: Watch) -> AsyncIterator[Core]:
    async with core(database_url, clock, WELCOME) as cafe:
        yield cafe
        await unbroken(cafe)


async def points(cafe: Core, who: str = "charlie") -> int:
    return (await balance(cafe, ref(who))).state.points


async def test_who_joins_gets_the_bonus_as_a_line_of_the_ledger(cafe: Core) -> None:
    await joins(cafe, ANNA, CHARLIE)
    assert (await points(cafe, "anna"), await points(cafe)) == (50, 50)
    [line] = await history(cafe, ref("charlie"), 10, None)
    assert (line.kind, line.points, line.rule) == ("earn", 50, "welcome")


async def test_who_becomes_a_member_by_a_purchase_gets_it_before_that_is_counted(cafe: Core) -> None:
    told = [purchase("1", "12.99", who="charlie"), purchase("2", "5.00", who="charlie")]
    answers = await record_many(cafe, told, enrol_unknown=True)
    assert [one.outcomes[0]["balance"] for one in answers if isinstance(one, Recorded)] == [62, 67]
    assert [line.rule for line in await history(cafe, ref("charlie"), 10, None)] == ["spend", "spend", "welcome"]


async def test_who_joins_in_a_chat_gets_it_too(cafe: Core) -> None:
    for number, text in enumerate(("join", "Charlie", "skip", "no")):
        await converse_many(cafe, [Inbound("telegram", "3333", str(number), text, NOON)])
    assert (await balance(cafe, MemberRef(telegram="3333"))).state.points == 50


@pytest.mark.parametrize(
    "known_by",
    [
        NewMember(addresses=(Address("sms", "+36303333333"),), external_id="back"),
        NewMember(addresses=(Address("whatsapp", "+36303333333"),), external_id="back"),
        NewMember(addresses=(Address("email", "charlie@example.com"),), external_id="back"),
        NewMember(addresses=(Address("telegram", "3333"),), external_id="back"),
        NewMember(external_id="charlie"),
    ],
)
async def test_who_was_erased_and_comes_back_does_not_get_it_again(cafe: Core, known_by: NewMember) -> None:
    await enrol(cafe, CHARLIE)
    await erase(cafe, ref("charlie"))
    await enrol(cafe, known_by)
    assert await points(cafe, known_by.external_id or "") == 0


async def test_who_was_erased_and_comes_back_by_a_purchase_earns_that_alone(cafe: Core) -> None:
    await enrol(cafe, CHARLIE)
    await erase(cafe, ref("charlie"))
    await record_many(cafe, [purchase("1", "12.99", who="charlie")], enrol_unknown=True)
    assert await points(cafe) == 12


async def test_an_address_that_was_given_up_brings_it_nobody_again(cafe: Core) -> None:
    await enrol(cafe, CHARLIE)
    await change(cafe, ref("charlie"), Changes({"external_id": "charles"}, {"sms": "+36304444444"}))
    await enrol(cafe, NewMember(addresses=(Address("sms", "+36303333333"),), external_id="other"))
    await enrol(cafe, NewMember(external_id="charlie"))
    assert (await points(cafe, "charles"), await points(cafe, "other"), await points(cafe)) == (50, 0, 0)


async def test_a_change_that_gives_nothing_up_leaves_no_print(cafe: Core) -> None:
    await enrol(cafe, CHARLIE)
    await change(cafe, ref("charlie"), Changes({"name": "Charles"}))
    phone = fingerprint(SECRET, "phone", "+36303333333")
    async with cafe.database.read() as tx:
        assert await fingerprints.owners(tx, {phone}) == {}


async def test_a_stranger_with_addresses_of_their_own_gets_it(cafe: Core) -> None:
    await enrol(cafe, CHARLIE)
    await erase(cafe, ref("charlie"))
    await enrol(cafe, replace(CHARLIE, external_id="new", addresses=(Address("sms", "+36305555555"),)))
    assert await points(cafe, "new") == 50


async def test_a_print_is_of_its_kind_and_key_and_told_of_everybody_who_had_it(cafe: Core) -> None:
    prints = [fingerprint(SECRET, kind, "3333") for kind in ("telegram", "external_id")]
    prints.append(fingerprint(b"another secret of sixteen", "telegram", "3333"))
    assert len({one.hash for one in prints}) == 3
    assert not any(one.hash == "3333" for one in prints)
    async with cafe.database.write() as tx:
        await fingerprints.note(tx, [(prints[0], 1), (prints[0], 2), (prints[0], 1)])
        await fingerprints.note(tx, [(prints[0], 1)])
        asked = {*prints, Print("email", prints[0].hash)}
        assert await fingerprints.owners(tx, asked) == {prints[0]: {1, 2}}
        assert await fingerprints.owners(tx, ()) == {}


async def test_a_programme_without_such_a_rule_records_nothing(database_url: str) -> None:
    async with core(database_url) as cafe:
        await enrol(cafe, CHARLIE)
        assert await history(cafe, ref("charlie"), 10, None) == []
        again = await record_many(cafe, [purchase("1", "1.00", who="charlie")])
        assert isinstance(again[0], Recorded)
