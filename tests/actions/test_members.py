"""Joining, changing and erasing members."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import column, insert, select

from bot.actions import linking
from bot.actions.balance import balance, history, member
from bot.actions.core import Core
from bot.actions.enrol import Changes, NewMember, change, enrol, erase
from bot.actions.recording.record import record
from bot.actions.redeem import redeem
from bot.actions.vouchers import look_up
from bot.errors import Conflict, NotFound
from bot.messages import Inbound, Outbound, Picture, Purpose
from bot.storage import chats, opt_ins, outbox, tries
from bot.storage.ids import new_id
from bot.storage.members import Address
from bot.storage.opt_ins import OptIn
from bot.storage.tables import addresses, consents, link_tokens, messages, metadata, self_stamps
from tests.cast import NOON, core, joins, purchase, ref
from tests.cast import cafe as programme

CHARLIE = NewMember(
    name="Charlie",
    addresses=(Address("email", "charlie@example.com", True), Address("telegram", "3333")),
    birthday=date(1992, 2, 29),
    external_id="charlie",
    source="api",
    words="May we write to you?",
)
TRACES = (
    *("Charlie", "charlie", "3333'", "1992-02-29", "Secret Street", "Flat white", "hello from me"),
    *("01:23-04:56", "Secret words", "secret token"),
)


async def everything(core: Core) -> dict[str, str]:
    """All rows of each table, as text."""
    async with core.database.read() as tx:
        return {name: str((await tx.execute(select(table))).all()) for name, table in metadata.tables.items()}


async def test_who_joins_has_a_card_a_zone_and_no_language_that_nobody_told(cafe: Core) -> None:
    charlie = await enrol(cafe, CHARLIE)
    assert (charlie.locale, charlie.timezone, charlie.joined_at) == ("", "Europe/Budapest", NOON)
    assert await member(cafe, ref("charlie")) == charlie
    assert (await balance(cafe, ref("charlie"))).stamps == [("coffee", 0, 10)]


async def test_consent_is_kept_with_the_words_that_were_shown(cafe: Core) -> None:
    charlie = await enrol(cafe, CHARLIE)
    async with cafe.database.read() as tx:
        [row] = (await tx.execute(select(consents).where(consents.c.member_id == charlie.id))).all()
    assert (row.channel, row.granted, row.source, row.words) == ("email", True, "api", "May we write to you?")


@pytest.mark.parametrize(
    "taken",
    [
        {"external_id": "anna"},
        {"addresses": (Address("email", "anna@example.com"),)},
        {"addresses": (Address("sms", "+36301111111"),)},
    ],
)
async def test_what_belongs_to_a_member_is_refused_and_names_them(cafe: Core, taken: dict[str, Any]) -> None:
    anna = await member(cafe, ref("anna"))
    with pytest.raises(Conflict) as caught:
        await enrol(cafe, replace(NewMember(name="Not Anna"), **taken))
    assert caught.value.facts == {"member": str(anna.id)}


async def test_of_twenty_who_join_with_one_address_one_becomes_a_member(cafe: Core, database_url: str) -> None:
    async with core(database_url) as other:
        answers = await asyncio.gather(
            *(enrol((cafe, other)[n % 2], CHARLIE) for n in range(20)), return_exceptions=True
        )
    assert sum(isinstance(answer, Conflict) for answer in answers) == 19


async def test_a_change_changes_what_it_names_and_nothing_else(cafe: Core) -> None:
    before = await member(cafe, ref("anna"))
    after = await change(cafe, ref("anna"), Changes({"name": "Anna B.", "birthday": None}))
    assert after == replace(before, name="Anna B.", birthday=None)


async def test_a_new_address_begins_without_consent_and_the_old_one_is_free(cafe: Core) -> None:
    after = await change(cafe, ref("anna"), Changes(addresses={"email": "anna.b@example.com"}))
    assert Address("email", "anna.b@example.com") in after.addresses
    await joins(cafe, NewMember(addresses=(Address("email", "anna@example.com"),)))


async def test_consent_withdrawn_is_kept_in_the_log(cafe: Core) -> None:
    after = await change(cafe, ref("anna"), Changes(consents={"email": False}))
    assert Address("email", "anna@example.com", False) in after.addresses
    async with cafe.database.read() as tx:
        granted = select(consents.c.granted).where(consents.c.channel == "email").order_by(consents.c.id)
        assert list((await tx.execute(granted)).scalars()) == [True, False]


@pytest.mark.parametrize(
    "wrong", [Changes({"external_id": "bence"}), Changes(addresses={"telegram": "2222"}, values={"name": "X"})]
)
async def test_what_is_bences_does_not_become_annas_and_nothing_is_changed(cafe: Core, wrong: Changes) -> None:
    before = await member(cafe, ref("anna"))
    with pytest.raises(Conflict):
        await change(cafe, ref("anna"), wrong)
    assert await member(cafe, ref("anna")) == before


async def test_to_say_again_what_is_so_is_no_conflict(cafe: Core) -> None:
    before = await member(cafe, ref("anna"))
    same = Changes({"external_id": "anna"}, {"email": "anna@example.com"})
    assert await change(cafe, ref("anna"), same) == before


async def test_who_is_not_there_cannot_be_changed_or_erased(cafe: Core) -> None:
    with pytest.raises(NotFound):
        await change(cafe, ref("charlie"), Changes({"name": "X"}))
    with pytest.raises(NotFound):
        await erase(cafe, ref("charlie"))


@pytest.fixture
async def voucher(cafe: Core) -> str:
    """Charlie lives a full life: talks, joins, buys, redeems, moves, is written to, asks for codes."""
    said = [
        Inbound("telegram", "3333", "t1", "hello from me", NOON),
        Inbound("email", "charlie@example.com", "<m1@mail>", "hello from me", NOON),
    ]
    async with cafe.database.write() as tx:
        for one in said:
            await chats.note(tx, [one])
            await chats.open_strangers(tx, one.channel, [one.address])
            await chats.save_dialogs(tx, one.channel, {one.address: {"flow": "join", "name": "Charlie"}})
            hello = Outbound(
                new_id(), one.channel, one.address, Purpose.REPLY, "Hello Charlie", "Charlie", (), "charlie"
            )
            await outbox.add(tx, [outbox.Draft(hello, None)], NOON)
    charlie = await enrol(cafe, CHARLIE)
    await record(cafe, purchase("1", "130.00", who="charlie", coffees=3, location="Secret Street"))
    code = (await redeem(cafe, ref("charlie"), "free_drink", "r1")).voucher
    await change(cafe, ref("charlie"), Changes({"name": "Charlie C."}, {"email": "charlie.c@example.com"}))
    offer = Outbound(new_id(), "email", "charlie.c@example.com", Purpose.MARKETING, "Dear Charlie", "For Charlie")
    async with cafe.database.write() as tx:
        await outbox.add(tx, [outbox.Draft(offer, charlie.id)], NOON)
        shown = Picture("card", {"name": "Charlie"}, "Card of Charlie")
        await outbox.add(tx, [outbox.Draft(replace(offer, id=new_id(), picture=shown), charlie.id)], NOON)
        await tx.execute(messages.update().values(reason="550 no such user <charlie@example.com>"))
        wishes = {"goal": "Charlie's goal", "quiet_hours": "01:23-04:56"}
        await tx.execute(metadata.tables["members"].update().where(column("id") == charlie.id).values(wishes))
        await tx.execute(insert(self_stamps).values(member_id=charlie.id, location="Secret Street", step=1, at=NOON))
        await tx.execute(insert(link_tokens).values(token_hash="secret token", member_id=charlie.id, expires_at=NOON))
        await tries.count(tx, "self-stamp:telegram:3333", NOON, timedelta(days=1))
        asking = OptIn("email", "charlie.c@example.com", charlie.id, "hash", "Secret words", NOON, NOON)
        await opt_ins.put(tx, asking)
        await linking.ask(tx, programme(), b"key", "web", "a window", "charlie.c@example.com", NOON)
    return code


async def test_who_is_erased_leaves_no_trace_in_any_table(cafe: Core, voucher: str) -> None:
    found = {trace for trace in TRACES if any(trace in rows for rows in (await everything(cafe)).values())}
    assert found == set(TRACES), "the test looks for what was there"
    await erase(cafe, ref("charlie"))
    left = {name: [t for t in TRACES if t in rows] for name, rows in (await everything(cafe)).items()}
    assert {name: traces for name, traces in left.items() if traces} == {}


async def test_erasing_changes_no_sum_and_no_voucher(cafe: Core, voucher: str) -> None:
    charlie = (await balance(cafe, ref("charlie"))).member
    sums = [await rows_of(cafe, name) for name in ("entries", "lots", "standings", "redemptions", "vouchers")]
    await erase(cafe, ref("charlie"))
    assert [await rows_of(cafe, name) for name in ("entries", "lots", "standings", "redemptions", "vouchers")] == sums
    assert (await look_up(cafe, voucher)).member_id == charlie.id


async def rows_of(core: Core, name: str) -> str:
    return (await everything(core))[name]


async def test_the_others_keep_all_that_is_theirs(cafe: Core, voucher: str) -> None:
    await record(cafe, purchase("anna", "10.00", location="Main Street"))
    before = await everything(cafe)
    await erase(cafe, ref("charlie"))
    assert await member(cafe, ref("anna")) is not None
    after = await everything(cafe)
    for trace in ("anna@example.com", "+36301111111", "Main Street", "Bence", "2222"):
        assert sum(rows.count(trace) for rows in after.values()) == sum(rows.count(trace) for rows in before.values())


async def test_an_old_address_that_is_anothers_by_now_stays_theirs(cafe: Core, voucher: str) -> None:
    await joins(cafe, NewMember(name="Dora", addresses=(Address("email", "charlie@example.com"),), external_id="dora"))
    await erase(cafe, ref("charlie"))
    assert (await member(cafe, ref("dora"))).address("email") == "charlie@example.com"


async def test_who_is_erased_is_found_no_more_in_any_way(cafe: Core, voucher: str) -> None:
    charlie = await member(cafe, ref("charlie"))
    await erase(cafe, ref("charlie"))
    for told in ({"id": str(charlie.id)}, {"code": charlie.code}, {"external_id": "charlie"}, {"telegram": "3333"}):
        with pytest.raises(NotFound):
            await record(cafe, purchase("2", "1.00", member=told))
    with pytest.raises(NotFound):
        await erase(cafe, ref("charlie"))


async def test_who_was_erased_can_join_again_as_somebody_new(cafe: Core, voucher: str) -> None:
    before = await member(cafe, ref("charlie"))
    await erase(cafe, ref("charlie"))
    again = await enrol(cafe, CHARLIE)
    assert again.id != before.id
    assert await history(cafe, ref("charlie"), 10, None) == []


async def test_what_waits_to_be_sent_to_the_erased_is_held_back_with_a_reason(cafe: Core, voucher: str) -> None:
    await erase(cafe, ref("charlie"))
    async with cafe.database.read() as tx:
        rows = (await tx.execute(select(messages.c.state, messages.c.reason))).all()
    assert [tuple(row) for row in rows] == [("suppressed", "member erased")] * 4


async def test_an_unconnected_stranger_stays_as_they_are(cafe: Core, voucher: str) -> None:
    async with cafe.database.write() as tx:
        await tx.execute(insert(addresses).values(channel="sms", address="+36309999999", stopped_at=NOON))
    await erase(cafe, ref("charlie"))
    async with cafe.database.read() as tx:
        assert (await chats.load(tx, "sms", ["+36309999999"]))["+36309999999"].stopped_at == NOON
