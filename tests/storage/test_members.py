from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import IntegrityError

from bot.loyalty.member import MemberState, Profile
from bot.storage import chats, members, standings
from bot.storage.database import Database
from bot.storage.ids import new_id
from bot.storage.members import Address, Member, month_day
from tests.cast import NOON

ANNA = Member(1, "ANNA-23", "Anna", "hu", "Europe/Budapest", NOON, "anna", date(1992, 2, 29), "email")
WAYS = (Address("email", "anna@example.com", True), Address("sms", "+36301111111"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
async def anna(database: Database) -> Member:
    member = replace(ANNA, addresses=WAYS)
    async with database.write() as tx:
        await members.add(tx, [member, replace(ANNA, id=2, code="BENCE-2", name="Bence", external_id=None)])
    return member


async def test_a_member_comes_back_as_written(database: Database, anna: Member) -> None:
    async with database.read() as tx:
        assert await members.get(tx, 1) == anna
        loaded = await standings.load(tx, [1, 2, 3])
        assert {id_: state._replace(profile=None) for id_, state in loaded.items()} == {
            1: MemberState(),
            2: MemberState(),
        }
        assert loaded[1].profile == Profile(anna.joined_at, ZoneInfo(anna.timezone), anna.birthday, "hu")


async def test_a_member_is_found_in_every_way(database: Database, anna: Member) -> None:
    async with database.read() as tx:
        for kind, key in {
            "id": 1,
            "external_id": "anna",
            "code": "ANNA-23",
            "phone": "+36301111111",
            "email": "anna@example.com",
        }.items():
            assert await members.find(tx, kind, [key, 99 if kind == "id" else "nobody"]) == {key: 1}
        assert await members.find(tx, "telegram", ["+36301111111"]) == {}


async def test_a_stranger_is_nobody(database: Database) -> None:
    async with database.write() as tx:
        await chats.open_strangers(tx, "email", ["charlie@example.com"])
        assert await members.find(tx, "email", ["charlie@example.com"]) == {}


async def test_the_stop_of_a_stranger_holds_when_they_become_a_member(database: Database, anna: Member) -> None:
    async with database.write() as tx:
        await chats.open_strangers(tx, "telegram", ["1111"])
        await chats.mark(tx, "telegram", "1111", stopped_at=NOON, marketing=False)
        await members.put_address(tx, 1, Address("telegram", "1111"))
        [way] = [way for way in (await members.get(tx, 1)).addresses if way.channel == "telegram"]
    assert way == Address("telegram", "1111", False, NOON, None)


async def test_an_address_is_never_taken_from_another_member(database: Database, anna: Member) -> None:
    with pytest.raises(IntegrityError):
        async with database.write() as tx:
            await members.put_address(tx, 2, WAYS[0])
    async with database.read() as tx:
        assert await members.find(tx, "email", ["anna@example.com"]) == {"anna@example.com": 1}


async def test_an_address_that_is_dropped_is_forgotten_but_for_its_stop(database: Database, anna: Member) -> None:
    async with database.write() as tx:
        await chats.mark(tx, "sms", "+36301111111", stopped_at=NOON, marketing=False)
        for way in WAYS:
            await members.drop_address(tx, way.channel, way.address)
        assert (await members.get(tx, 1)).addresses == ()
        assert await chats.load(tx, "email", ["anna@example.com"]) == {}
        await members.put_address(tx, 2, Address("sms", "+36301111111"))
        assert (await members.get(tx, 2)).addresses == (Address("sms", "+36301111111", False, NOON),)


async def test_a_birthday_takes_its_look_up_number_along(database: Database, anna: Member) -> None:
    async with database.write() as tx:
        for birthday, number in ((date(1990, 12, 31), 1231), (None, None)):
            await members.change(tx, 1, {"birthday": birthday, "name": "Anna B."})
            assert (await members.get(tx, 1)).birthday == birthday
            row = (await tx.exec_driver_sql("SELECT birthday_md FROM members WHERE id = 1")).scalar_one()
            assert row == number
        await members.change(tx, 1, {})
        assert (await members.get(tx, 1)).name == "Anna B."


def test_the_leap_day_has_a_number_of_its_own() -> None:
    assert [month_day(day) for day in (date(1992, 2, 29), date(1992, 3, 1), None)] == [229, 301, None]


def test_ids_are_different_and_in_order_of_time() -> None:
    ids = [new_id() for _ in range(10_000)]
    assert len(set(ids)) == len(ids)
    assert all(0 < one < 2**63 for one in ids)
