"""Two readers of one grammar: what ``holds`` says of each member is what the database finds, on both databases."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.loyalty.asked import Question
from bot.loyalty.condition import (
    All,
    AnyOf,
    Birthday,
    Condition,
    FirstPurchase,
    Holds,
    InSegment,
    Not,
    OneOf,
    Speaks,
    Within,
)
from bot.loyalty.member import MemberState, Profile
from bot.storage import members, segments, standings
from bot.storage.database import Database
from bot.storage.members import Member

ZONES = ("Europe/Budapest", "Pacific/Kiritimati", "Pacific/Niue", "Asia/Kathmandu", "America/New_York")
TIERS = ("", "silver", "gold")
BADGES = ("regular", "early_bird", "x")
DAY = timedelta(days=1)
MOMENT = datetime(2027, 2, 28, 11, 30, tzinfo=UTC)
"""In Niue the 28th of February has just begun, in Kiritimati it is the first of March."""


def near(moment: datetime) -> st.SearchStrategy[datetime]:
    """Around a moment, whole days before it and a hair off them above all."""
    hair = st.sampled_from((timedelta(), timedelta(microseconds=1), -timedelta(microseconds=1), timedelta(hours=7)))
    return st.builds(lambda days, off: moment - days * DAY + off, st.integers(-1, 4), hair)


MOMENTS = st.sampled_from(
    (MOMENT, MOMENT + DAY, datetime(2028, 2, 28, 23, 30, tzinfo=UTC), MOMENT + timedelta(hours=13))
)
BIRTHDAYS = st.none() | st.dates(date(1990, 2, 26), date(1990, 3, 3)) | st.just(date(1992, 2, 29)) | st.dates()
PROFILES = st.builds(
    Profile,
    near(MOMENT),
    st.sampled_from(ZONES).map(ZoneInfo),
    BIRTHDAYS,
    st.sampled_from(("en", "hu", "hu-HU", "HU-hu", "hun", "pt-BR", "p%-BR", "zh-TW", "")),
)
SMALL = st.integers(0, 4)


def _state(told: dict[str, Any]) -> MemberState:
    return MemberState(**told)


STATES = st.fixed_dictionaries(
    {
        **dict.fromkeys(("points", "lifetime_points", "credit", "purchases", "spent"), SMALL),
        "last_purchase_at": st.none() | near(MOMENT),
        "tier": st.sampled_from(TIERS),
        "tier_until": st.none() | near(MOMENT),
        "progress": st.sets(st.sampled_from(BADGES)).map(
            lambda held: {"badges": dict.fromkeys(held, "2026-01-01"), "stamps": {"x": 3}} if held else {}
        ),
        "profile": PROFILES,
    }
).map(_state)
BOUND = st.none() | st.integers(0, 4)
NUMBERS = ("purchases", "spent", "points", "lifetime_points", "credit", "joined_days", "last_purchase_days")
LEAVES: st.SearchStrategy[Condition] = st.one_of(
    st.builds(Within, st.sampled_from(NUMBERS), BOUND, BOUND),
    st.builds(OneOf, st.just("tier"), st.frozensets(st.sampled_from(TIERS[1:]), min_size=1)),
    st.builds(Birthday, st.booleans()),
    st.builds(
        Speaks, st.lists(st.sampled_from(("en", "hu", "pt", "p%", "zh-Hant")), min_size=1).map(tuple), st.booleans()
    ),
    st.builds(Holds, st.lists(st.sampled_from((*BADGES, "none")), min_size=1).map(tuple)),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(All, st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Not, inner),
        st.builds(InSegment, st.just("some"), inner),
    ),
    max_leaves=8,
)


class Shop:
    """Members on a database; each look at them is taken back."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def found(self, people: Sequence[MemberState], when: Condition, now: datetime) -> set[int]:
        async with self.database.write() as tx:
            await put(tx, people)
            found = {one.id async for chunk in segments.chunks(tx, when, now, most=7) for one in chunk}
            assert await segments.count(tx, when, now) == len(found)
            await tx.rollback()
        return found


async def put(tx: AsyncConnection, people: Sequence[MemberState]) -> None:
    await members.add(tx, [_member(i, state.profile) for i, state in enumerate(people, 1) if state.profile])
    await standings.save(tx, dict(enumerate(people, 1)))


def _member(number: int, profile: Profile) -> Member:
    told: dict[str, Any] = {"locale": profile.locale, "timezone": profile.zone.key, "birthday": profile.birthday}
    return Member(number, f"C{number}", "Anna", joined_at=profile.joined_at, **told)


def _wanted(people: Sequence[MemberState], when: Condition, now: datetime) -> set[int]:
    return {i for i, state in enumerate(people, 1) if when.holds(Question(state, now))}


def test_what_holds_for_a_member_is_what_the_database_finds(database_url: str) -> None:
    with asyncio.Runner() as runner:
        database = Database(database_url)
        shop = Shop(database)

        @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
        @example(
            [MemberState(profile=Profile(MOMENT, ZoneInfo(ZONES[0])))], Not(Within("last_purchase_days", 3)), MOMENT
        )
        @given(st.lists(STATES, min_size=15, max_size=30), CONDITIONS, MOMENTS)
        def agree(people: list[MemberState], when: Condition, now: datetime) -> None:
            assert runner.run(shop.found(people, when, now)) == _wanted(people, when, now)

        try:
            agree()
        finally:
            runner.run(database.close())


async def test_both_agree_to_the_microsecond_on_how_many_days_ago_it_was(database_url: str) -> None:
    hair = timedelta(microseconds=1)
    moments = [MOMENT - days * DAY + off for days in range(-1, 4) for off in (-hair, timedelta(), hair)]
    people = [
        MemberState(
            last_purchase_at=at, tier="gold", tier_until=at, profile=Profile(at, ZoneInfo(ZONES[0]), None, "en")
        )
        for at in moments
    ]
    bounds = [(low, high) for low in (None, 0, 1, 2) for high in (None, 0, 1, 2)]
    asked: list[Condition] = [Within(name, *both) for name in ("joined_days", "last_purchase_days") for both in bounds]
    database = Database(database_url)
    async with database.write() as tx:
        await put(tx, people)
        for when in (*asked, OneOf("tier", frozenset({"gold"}))):
            found = {one.id for one in await segments.page(tx, when, MOMENT)}
            assert found == _wanted(people, when, MOMENT), when
    await database.close()


async def test_a_condition_of_the_greatest_depth_is_still_a_statement(database_url: str) -> None:
    when: Condition = Within("points", 0)
    for i in range(12):
        when = Not(All((Holds(("x",)), when))) if i % 2 else AnyOf((Birthday(False), when))
    database, people = Database(database_url), [MemberState(profile=Profile(MOMENT, ZoneInfo(ZONES[0])))]
    assert await Shop(database).found(people, when, MOMENT) == _wanted(people, when, MOMENT)
    await database.close()


async def test_who_is_erased_is_in_no_segment(database_url: str) -> None:
    database = Database(database_url)
    async with database.write() as tx:
        await put(tx, [MemberState(profile=Profile(MOMENT, ZoneInfo(ZONES[0])))] * 2)
        await members.change(tx, 1, {"erased_at": MOMENT})
        assert [one.id for one in await segments.page(tx, Within("points", 0), MOMENT)] == [2]
    await database.close()


@pytest.mark.parametrize("asked", [FirstPurchase(), Within("amount", 1), OneOf("weekday", frozenset({"mon"}))])
async def test_what_is_asked_of_an_activity_cannot_be_asked_of_the_database(asked: Condition, sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with pytest.raises(TypeError, match="is not asked of members"):
        await Shop(database).found([], asked, MOMENT)
    await database.close()
