"""Who can have what: limits and orders hold for every history, and documents that make no sense are refused."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.loyalty.catalogue import Taken, in_order, is_plain, left, near, offer, offers, refused_in
from bot.loyalty.document import parse
from bot.loyalty.member import MemberState
from bot.loyalty.reward import Reward
from bot.loyalty.vouchers import ends, reminder, terms, value
from tests.actions.rewards import DOCUMENT
from tests.cast import CAFE, NOON, cafe, having

SHOP = parse(DOCUMENT)
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes))
REWARDS = st.builds(
    Reward,
    key=st.sampled_from("abcdefgh"),
    names=st.just({"en": "x"}),
    kind=st.just("sample"),
    cost=st.integers(0, 300),
    grant_only=st.booleans(),
    stock=st.none() | st.integers(1, 3),
    per_member=st.none() | st.integers(1, 3),
)


def with_reward(lines: str) -> str:
    return f'{CAFE}\n[[rewards]]\nkey = "more"\nname = {{ en = "More", hu = "Több" }}\n{lines}\n'


def faults(lines: str) -> dict[str, str]:
    with pytest.raises(BadInput) as caught:
        parse(with_reward(lines))
    return {fault.at.removeprefix("rewards.1."): fault.message for fault in caught.value.faults}


def test_who_owes_points_is_short_of_none_for_what_costs_none() -> None:
    free, sold = Reward("free", {"en": "x"}, "sample", 0), Reward("sold", {"en": "x"}, "sample", 10)
    told = [offer(SHOP, one, MemberState(points=-5), Taken(), NOON) for one in (free, sold)]
    assert [(one.why_not, one.short) for one in told] == [(None, 0), ("too_few_points", 15)]


@given(st.lists(MOMENTS, max_size=40), st.sampled_from(["day", "week", "month", "year"]), st.integers(1, 3))
def test_whoever_takes_whenever_they_may_never_gets_more_in_a_period_than_the_limit(
    tries: list[datetime], per: str, most: int
) -> None:
    reward = Reward("a", {"en": "A"}, "sample", 0, per_period=(most, per))
    mine: list[datetime] = []
    for now in sorted(tries):
        if offer(cafe(), reward, MemberState(), Taken(mine=tuple(mine)), now).why_not is None:
            mine.append(now)
    form = {"day": "%Y-%m-%d", "week": "%G-%V", "month": "%Y-%m", "year": "%Y"}[per]
    periods = [at.astimezone(cafe().zone).strftime(form) for at in mine]
    assert all(periods.count(one) <= most for one in periods)
    tried = {now.astimezone(cafe().zone).strftime(form) for now in tries}
    assert tried == set(periods)


@given(st.lists(REWARDS, max_size=8, unique_by=lambda one: one.key), st.integers(0, 300), st.integers(0, 3))
def test_what_can_be_had_stands_first_and_nothing_is_lost(rewards: list[Reward], points: int, taken: int) -> None:
    programme, state = having(cafe(), Reward, *rewards), MemberState(points=points)
    seen = {one.key: Taken(taken, (NOON,) * taken) for one in rewards}
    shown = offers(programme, state, seen, NOON)
    assert sorted(one.reward.key for one in shown) == sorted(one.key for one in rewards)
    can = [one.why_not is None for one in shown]
    assert can == sorted(can, reverse=True)
    costs = [one.reward.cost for one in shown if one.why_not is None]
    assert costs == sorted(costs)
    following = near(programme, points, refused_in(shown))
    missing = [one for one in shown if one.why_not == "too_few_points"]
    assert following is (missing[0].reward if missing else None)
    assert [one.reward for one in shown] == in_order(programme, points, refused_in(shown))


def test_a_week_begins_on_monday_at_the_business() -> None:
    reward = Reward("a", {"en": "A"}, "sample", 0, per_period=(1, "week"))
    sunday = datetime(2026, 3, 8, 22, 59, tzinfo=UTC)
    taken = Taken(mine=(sunday - timedelta(days=2),))
    assert offer(cafe(), reward, MemberState(), taken, sunday).why_not == "limit_reached"
    assert offer(cafe(), reward, MemberState(), taken, sunday + timedelta(minutes=1)).why_not is None


def test_a_tier_with_early_access_may_have_it_earlier() -> None:
    programme = parse(
        with_reward('kind = "sample"\ncost = { points = 1 }\nvalid = { from = "2026-03-06" }')
        + '[qualification]\nby = "points"\nperiod = "life"\n[[tiers]]\nkey = "gold"\nfrom = 5\n'
        + 'name = { en = "Gold", hu = "Arany" }\nbenefits = { early_access_hours = 48 }\n'
    )
    gold = MemberState(points=9, tier="gold", progress={"tiers": {"by": "points", "life": 9, "last": 1, "years": {}}})
    plain = MemberState(points=9)
    opens = datetime(2026, 3, 5, 23, tzinfo=UTC)
    reward = programme.rewards["more"]
    assert offer(programme, reward, plain, Taken(), opens).why_not is None
    assert offer(programme, reward, plain, Taken(), opens - timedelta(seconds=1)).why_not == "not_yet"
    early = opens - timedelta(hours=48)
    assert offer(programme, reward, gold, Taken(), early).why_not is None
    assert offer(programme, reward, gold, Taken(), early - timedelta(seconds=1)).why_not == "not_yet"


def test_the_cafes_only_reward_needs_no_more_than_points_to_decide() -> None:
    assert all(map(is_plain, cafe().rewards.values()))
    assert {one.key for one in SHOP.rewards.values() if is_plain(one)} == {"free_drink", "credit", "premium", "plant"}


def test_what_is_left_is_told_of_stock_seats_and_codes() -> None:
    assert left(SHOP.rewards["one_only"], Taken(of_stock=3)) == 0
    assert left(SHOP.rewards["cinema"], Taken(codes=2)) == 2
    assert left(SHOP.rewards["free_drink"], Taken()) is None


def test_a_voucher_holds_what_its_reward_is_worth() -> None:
    assert value(SHOP, SHOP.rewards["monthly"]) == "10%"
    assert terms(SHOP, SHOP.rewards["credit"]) == {
        "kind": "store_credit", "names": {"en": "5 EUR in credit"}, "value": "5.00", "currency": "EUR",
    }  # fmt: skip
    trial = SHOP.rewards["premium"]
    assert (ends(trial, NOON), reminder(trial, NOON)) == (NOON + timedelta(days=14), NOON + timedelta(days=11))
    assert ends(SHOP.rewards["free_drink"], NOON) is None


@pytest.mark.parametrize(
    ("lines", "at", "words"),
    [
        ('kind = "discount_percent"\ncost = { points = 1 }', "value", "is missing"),
        ('kind = "discount_percent"\nvalue = "10"\ncost = { points = 1 }', "value", 'write it like "10%"'),
        ('kind = "discount_percent"\nvalue = "101%"\ncost = { points = 1 }', "value", "no share"),
        ('kind = "gift_card"\nvalue = "5.001"\ncost = { points = 1 }', "value", "finer"),
        ('kind = "gift_card"\nvalue = "-5"\ncost = { points = 1 }', "value", "more than 0"),
        ('kind = "sample"\nvalue = "5.00"\ncost = { points = 1 }', "value", "means nothing"),
        ('kind = "trial"\ncost = { points = 1 }', "days", "is missing"),
        ('kind = "experience"\ncost = { points = 1 }', "seats", "is missing"),
        ('kind = "donation"\ncause = "sea"\ncost = { points = 1 }', "cause", "there is no cause"),
        ('kind = "sample"', "cost", "in one way"),
        ('kind = "sample"\ngrant_only = true\ncost = { points = 1 }', "cost", "in one way"),
        ('kind = "sample"\ncost = { points = 1, credit = "1.00" }', "cost", "one of them"),
        ('kind = "sample"\nfree = true', "free", "per_member"),
        ('kind = "sample"\ngrant_only = true\nper_member = 1', "grant_only", "given"),
        ('kind = "sample"\ncost = { points = 1 }\nvalid = { from = "soon" }', "valid.from", "no day"),
        (
            'kind = "sample"\ncost = { points = 1 }\nvalid = { from = "2026-03-02", to = "2026-03-01" }',
            "valid",
            "before it begins",
        ),
        ('kind = "sample"\ncost = { points = 1 }\nremind_days = 3', "remind_days", "fewer"),
        ('kind = "holiday"\ncost = { points = 1 }', "kind", "discount_percent"),
    ],
)
def test_a_reward_that_makes_no_sense_is_a_fault_at_its_place(lines: str, at: str, words: str) -> None:
    assert words in faults(lines)[at]
