from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.loyalty.activity import Item
from bot.loyalty.condition import Condition, celebrated
from bot.loyalty.conditions import REWARDS, SEGMENTS, compile_condition
from bot.loyalty.member import Draft, MemberState
from bot.loyalty.parts import Compiling
from tests.cast import cafe
from tests.unit.loyalty.asking import ANNA, BUDAPEST, NOON, purchase, shape, visit, when

COFFEES, CAKE = Item("coffee", 2, "flat_white", price=700), Item("cake", 1, "brownie", price=400)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ('{ type = "purchase" }', True),
        ('{ type = ["review", "survey"] }', False),
        ('{ amount = { at_least = "7.00" } }', True),
        ('{ amount = { over = "7.00" } }', False),
        ('{ amount = { at_most = "7.00" } }', True),
        ('{ amount = { under = "7.00" } }', False),
        ('{ amount = { over = "6.99", under = "7.01" } }', True),
        ('{ location = ["buda", "pest"] }', True),
        ('{ location = "buda" }', False),
        ('{ source = "till" }', True),
        ('{ source = "web" }', False),
        ('{ category = ["tea", "cake"] }', True),
        ('{ category = "tea" }', False),
        ('{ sku = "brownie" }', True),
        ('{ sku = "cake" }', False),
        ('{ units = { category = "coffee", at_least = 2 } }', True),
        ('{ units = { category = "coffee", at_least = 3 } }', False),
        ("{ units = { at_least = 3 } }", True),
        ('{ units = { sku = ["brownie", "flat_white"], under = 3 } }', False),
        ('{ units = { sku = "brownie", category = "coffee", at_least = 1 } }', False),
        ("{ first_purchase = true }", True),
        ("{ first_purchase = false }", False),
    ],
)
def test_a_purchase_is_asked_what_was_told_of_it(text: str, holds: bool) -> None:
    asked = purchase(NOON, ANNA, COFFEES, CAKE, amount=700, location="pest")
    assert when(text).holds(asked) is holds


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ('{ attribute = { name = "stars", is = 5 } }', True),
        ('{ attribute = { name = "stars", is = "5" } }', False),
        ('{ attribute = { name = "stars", in = [4, 5] } }', True),
        ('{ attribute = { name = "stars", at_least = 4, at_most = 5 } }', True),
        ('{ attribute = { name = "stars", at_least = 5.5 } }', False),
        ('{ attribute = { name = "verified", is = 1 } }', False),
        ('{ attribute = { name = "verified", at_least = 0 } }', False),
        ('{ attribute = { name = "with_photo", is = false } }', False),
        ("{ verified = true }", True),
        ("{ verified = false }", False),
    ],
)
def test_yes_one_and_a_text_are_different_attributes(text: str, holds: bool) -> None:
    asked = purchase(type="review", attributes={"stars": 5, "verified": True})
    assert when(text).holds(asked) is holds


def test_an_activity_that_tells_nothing_more_is_not_verified_and_has_no_amount() -> None:
    asked = purchase(type="review")
    assert when("{ verified = false }").holds(asked)
    assert not when('{ amount = { at_least = "0" } }').holds(asked)
    assert not when('{ amount = { at_most = "5.00" } }').holds(asked)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ('{ tier = ["silver", "gold"] }', True),
        ('{ tier = "silver" }', False),
        ("{ purchases = { at_least = 3 } }", True),
        ("{ purchases = { over = 3 } }", False),
        ('{ spent = { at_least = "43.00" } }', True),
        ('{ spent = { under = "43.00" } }', False),
        ("{ joined_days = { at_least = 62, at_most = 62 } }", True),
        ("{ joined_days = { over = 62 } }", False),
        ("{ last_purchase_days = { at_least = 30 } }", True),
        ("{ last_purchase_days = { under = 30 } }", False),
        ('{ language = ["en", "hu"] }', True),
        ('{ language = "en" }', False),
        ("{ birthday = true }", False),
        ("{ birthday_month = true }", True),
        ('{ badge = ["early", "regular"] }', True),
        ('{ badge = "early" }', False),
        ("{ points = { at_least = 10 } }", True),
        ("{ points = { at_most = 9 } }", False),
        ("{ lifetime_points = { over = 99 } }", True),
        ('{ credit = { at_least = "2.50" } }', True),
        ('{ credit = { over = "2.50" } }', False),
    ],
)
def test_a_member_is_asked_for_what_they_have_and_are(text: str, holds: bool) -> None:
    asked = visit(
        points=10,
        lifetime_points=100,
        credit=250,
        purchases=3,
        spent=4300,
        last_purchase_at=NOON - 30 * DAY,
        tier="gold",
        progress={"badges": {"regular": "2026-02-01"}},
    )
    there = {"tiers": {"silver": 1, "gold": 2}, "badges": {"early": 1, "regular": 2}}
    assert when(text, SEGMENTS, **there).holds(asked) is holds


def test_who_never_bought_has_no_last_purchase_however_long_ago() -> None:
    assert not when("{ last_purchase_days = { at_least = 0 } }").holds(visit())
    assert not when("{ last_purchase_days = { at_most = 9999 } }").holds(visit())


def test_a_tier_that_has_ended_is_no_tier() -> None:
    gold = when('{ tier = "gold" }', tiers={"gold": 1})
    assert gold.holds(visit(tier="gold", tier_until=NOON + DAY))
    assert not gold.holds(visit(tier="gold", tier_until=NOON))


def test_a_language_is_meant_with_every_region_but_a_region_alone() -> None:
    profile = ANNA.profile
    assert profile
    brazil, portugal = (visit(profile=profile._replace(locale=tag)) for tag in ("pt-BR", "pt-PT"))
    assert when('{ language = "pt" }').holds(brazil)
    assert when('{ language = "pt-BR" }').holds(brazil)
    assert not when('{ language = "pt-BR" }').holds(portugal)


@pytest.mark.parametrize(("locale", "script"), [("zh-TW", "zh-Hant"), ("zh-HK", "zh-Hant"), ("zh-CN", "zh-Hans")])
def test_who_writes_chinese_in_a_country_writes_its_script(locale: str, script: str) -> None:
    profile = ANNA.profile
    assert profile
    anna = visit(profile=profile._replace(locale=locale))
    assert [when(f'{{ language = "{one}" }}').holds(anna) for one in ("zh-Hans", "zh-Hant", "zh")] == [
        script == "zh-Hans",
        script == "zh-Hant",
        True,
    ]


@pytest.mark.parametrize(
    ("language", "holds"), [('"en"', True), ('["hu", "en"]', True), ('"en-GB"', False), ('"hu"', False)]
)
def test_who_told_no_language_is_talked_to_in_the_programmes_first(language: str, holds: bool) -> None:
    profile = ANNA.profile
    assert profile
    assert when(f"{{ language = {language} }}").holds(visit(profile=profile._replace(locale=""))) is holds


@pytest.mark.parametrize(
    ("at", "text", "holds"),
    [
        # 23:30 on a Sunday in UTC is Monday in Budapest.
        (datetime(2026, 3, 1, 23, 30, tzinfo=UTC), '{ weekday = "mon" }', True),
        (datetime(2026, 3, 1, 22, 30, tzinfo=UTC), '{ weekday = "mon" }', False),
        (datetime(2026, 3, 1, 23, 30, tzinfo=UTC), '{ weekday = ["sat", "sun"] }', False),
        (NOON, '{ time = { from = "12:00", to = "14:00" } }', True),
        (NOON - timedelta(microseconds=1), '{ time = { from = "12:00", to = "14:00" } }', False),
        (NOON + timedelta(hours=2), '{ time = { from = "12:00", to = "14:00" } }', False),
        (NOON.replace(hour=22), '{ time = { from = "22:00", to = "02:00" } }', True),
        (NOON.replace(hour=0), '{ time = { from = "22:00", to = "02:00" } }', True),
        (NOON.replace(hour=1), '{ time = { from = "22:00", to = "02:00" } }', False),
        # The night of 29 March has no 02:30, that of 25 October has it twice.
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), '{ time = { from = "02:00", to = "03:00" } }', False),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), '{ time = { from = "03:00", to = "04:00" } }', True),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), '{ time = { from = "02:00", to = "03:00" } }', True),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), '{ time = { from = "02:00", to = "03:00" } }', True),
        (datetime(2026, 10, 25, 2, 0, tzinfo=UTC), '{ time = { from = "02:00", to = "03:00" } }', False),
        (NOON, "{ date = { from = 2026-03-04, to = 2026-03-04 } }", True),
        (NOON, "{ date = { from = 2026-03-05 } }", False),
        (NOON, "{ date = { to = 2026-03-03 } }", False),
        # Already the 5th in Budapest.
        (datetime(2026, 3, 4, 23, 0, tzinfo=UTC), "{ date = { from = 2026-03-05, to = 2026-03-05 } }", True),
    ],
)
def test_days_and_times_are_those_of_the_business(at: datetime, text: str, holds: bool) -> None:
    assert when(text).holds(purchase(at)) is holds


@pytest.mark.parametrize(
    ("born", "day", "holds"),
    [
        ("1992-02-29", "2026-02-28", True),
        ("1992-02-29", "2028-02-28", False),
        ("1992-02-29", "2028-02-29", True),
        ("1992-02-29", "2026-03-01", False),
        ("1990-02-28", "2026-02-28", True),
        ("1990-03-12", "2026-03-12", True),
        ("1990-03-12", "2026-03-13", False),
    ],
)
def test_a_birthday_comes_every_year(born: str, day: str, holds: bool) -> None:
    profile = ANNA.profile
    assert profile
    asked = visit(
        datetime.fromisoformat(f"{day}T12:00Z"), profile=profile._replace(birthday=datetime.fromisoformat(born).date())
    )
    assert when("{ birthday = true }").holds(asked) is holds
    assert when("{ birthday = false }").holds(asked) is not holds


def test_a_birthday_is_a_day_where_the_member_lives() -> None:
    profile = ANNA.profile
    assert profile
    in_kiritimati = profile._replace(zone=ZoneInfo("Pacific/Kiritimati"))
    eve = datetime(2026, 3, 11, 12, tzinfo=UTC)
    assert when("{ birthday = true }").holds(visit(eve, profile=in_kiritimati))
    assert not when("{ birthday = true }").holds(visit(eve))
    assert not when("{ birthday = true, birthday_month = true }").holds(visit(profile=profile._replace(birthday=None)))


@given(st.dates())
def test_everybody_celebrates_once_a_year(day: datetime) -> None:
    assert celebrated(day)[0] == day.month * 100 + day.day
    assert (229 in celebrated(day)) == ((day + DAY).month == 3 and day.month == 2)


def test_all_any_and_not_are_what_they_say() -> None:
    def holds(text: str) -> bool:
        return when(text).holds(purchase(amount=700))

    assert holds('{ all = [{ weekday = ["wed"] }, { amount = { at_least = "5.00" } }] }')
    assert not holds('{ all = [{ weekday = ["mon"] }, { amount = { at_least = "5.00" } }] }')
    assert holds('{ any = [{ weekday = ["mon"] }, { amount = { at_least = "5.00" } }] }')
    assert not holds('{ any = [{ weekday = ["mon"] }, { amount = { over = "7.00" } }] }')
    assert holds('{ not = { weekday = "mon" } }')
    assert not holds('{ weekday = "wed", not = { amount = { at_least = "5.00" } } }')
    assert not holds('{ weekday = "mon", any = [{ weekday = "wed" }] }')
    assert holds('{ weekday = "wed", amount = { at_least = "5.00" }, any = [{ sku = "x" }, { type = "purchase" }] }')


def test_a_segment_is_asked_by_its_name() -> None:
    regulars = SimpleNamespace(when=shape("{ purchases = { at_least = 3 } }"))
    nobody = SimpleNamespace(when=shape("{ purchases = { under = 0 } }"))
    near = SimpleNamespace(when=shape('{ segment = "regulars", language = "hu" }'))
    asked = when('{ segment = ["nobody", "near"] }', segments={"regulars": regulars, "near": near, "nobody": nobody})
    assert asked.holds(visit(purchases=3))
    assert not asked.holds(visit(purchases=2))


def test_the_engine_s_own_draft_can_be_asked() -> None:
    asked = purchase(amount=700)
    assert asked.activity
    draft = Draft(cafe(), MemberState(), asked.activity, NOON + 9 * DAY)
    asks: Condition = when('{ weekday = "wed", first_purchase = true, amount = { at_least = "5.00" } }')
    assert asks.holds(draft)


def test_no_condition_means_always() -> None:
    assert compile_condition(None, Compiling(2, "en")) is None


def test_a_reward_may_be_had_only_at_times() -> None:
    happy_hour = when('{ time = { from = "14:00", to = "16:00" }, points = { at_least = 5 } }', REWARDS)
    assert happy_hour.holds(visit(NOON + timedelta(hours=2), points=5))
    assert not happy_hour.holds(visit(NOON, points=5))
    assert visit().local.tzinfo is BUDAPEST
