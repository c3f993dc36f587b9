"""What rules give, each case a rule as it is written and what a purchase brings by it."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given as supposing
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.loyalty.activity import Activity, Attributes
from bot.loyalty.member import CREDIT, MemberState, Outcome, Posting
from bot.loyalty.ratios import Round, percent, ratio, rounded
from tests.cast import NOON
from tests.unit.loyalty.purchases import after, bought
from tests.unit.loyalty.rules import first, given, item, rules

SPEND = 'on = "purchase", give = { points = 1, per = "1.00" }'
MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
BASKET = (item("coffee", 2, 700, "latte"), item("cake", 1, 450), item("gift_card", 1, 5000, "GC50"))


def basket(amount: int | None = 6150, **attributes: str | int) -> Activity:
    return Activity("purchase", "till", "1", NOON, amount, BASKET, "", attributes or None)


@pytest.mark.parametrize(
    ("rule", "points", "credit"),
    [
        (SPEND, 61, 0),
        ('on = "purchase", give = { points = 5 }', 5, 0),
        ('on = "visit", give = { points = 5 }', 0, 0),
        ('on = "purchase", give = { points = 2, per_item = true }', 8, 0),
        ('on = "purchase", give = { points = 2, per_item = true }, items = { category = "coffee" }', 4, 0),
        ('on = "purchase", give = { points = 2, per_item = true }, items = { sku = ["latte", "GC50"] }', 6, 0),
        ('on = "purchase", give = { points = 2, per_item = true }, items = { category = "tea" }', 0, 0),
        ('on = "purchase", give = { points = 9 }, items = { category = "cake" }', 9, 0),
        ('on = "purchase", give = { points = 9 }, items = { category = "tea" }', 0, 0),
        ('on = "purchase", give = { points = 1, per = "1.00" }, items = { category = ["coffee", "cake"] }', 11, 0),
        ('on = "purchase", give = { credit = "5%" }', 0, 307),
        ('on = "purchase", give = { credit = "5%", round = "up" }', 0, 308),
        ('on = "purchase", give = { credit = "2.5%", round = "half_up" }', 0, 154),
        ('on = "purchase", give = { credit = "0.50", per = "10.00" }', 0, 307),
        ('on = "purchase", give = { credit = "0.50" }', 0, 50),
        ('on = "purchase", give = { credit = "0.10", per_item = true }, items = { category = "coffee" }', 0, 20),
        (f'{SPEND}, minimum = "61.50"', 61, 0),
        (f'{SPEND}, minimum = "61.51"', 0, 0),
        (f'{SPEND}, when = {{ amount = {{ at_least = "61.51" }} }}', 0, 0),
        (f'{SPEND}, when = {{ weekday = "wed" }}', 61, 0),
        (f'{SPEND}, when = {{ weekday = "mon" }}', 0, 0),
    ],
)
def test_a_rule_gives_what_it_says(rule: str, points: int, credit: int) -> None:
    assert given(first(rules(rule), basket())) == (points, credit)


@pytest.mark.parametrize(
    ("basis", "amount", "attributes", "points"),
    [
        ('{ exclude = { category = "gift_card" } }', 6150, {}, 11),
        ('{ exclude = { sku = "GC50" } }', 6150, {}, 11),
        ('{ exclude = { category = ["coffee", "cake", "gift_card"] } }', 6150, {}, 0),
        ('{ exclude = { category = "gift_card" } }', 3000, {}, 0),
        ('{ less = ["paid_with_points"] }', 6150, {"paid_with_points": "20.00"}, 41),
        ('{ less = ["tax", "shipping"] }', 6150, {"tax": "10.50", "shipping": 5, "tip": "9"}, 46),
        ('{ less = ["tip"] }', 6150, {"tax": "10.50"}, 61),
        ('{ less = ["tax"] }', 6150, {"tax": "100.00"}, 0),
        ('{ less = ["tax"] }', 6150, {"tax": "recorded under other rules"}, 61),
        ('{ less = ["tax"], exclude = { sku = "GC50" } }', 6150, {"tax": "1.50"}, 10),
    ],
)
def test_what_does_not_count_earns_nothing(basis: str, amount: int, attributes: Attributes, points: int) -> None:
    activity = basket(amount)._replace(attributes=attributes)
    assert given(first(rules(SPEND, also=f"basis = {basis}"), activity)) == (points, 0)


def test_an_excluded_item_is_not_counted_among_the_pieces_either() -> None:
    made = rules('on = "purchase", give = { points = 1, per_item = true }', also='basis = { exclude.sku = "GC50" }')
    assert given(first(made, basket())) == (3, 0)


@supposing(st.lists(st.tuples(st.booleans(), st.integers(0, 10**6)), max_size=8), st.integers(0, 10**6))
def test_what_counts_is_never_more_than_was_paid_nor_less_than_nothing(lines: list[tuple[bool, int]], off: int) -> None:
    items = tuple(item("gift_card" if out else "coffee", 1, price) for out, price in lines)
    amount = max(sum(price for _, price in lines) - off, 0)
    activity = Activity("purchase", "till", "1", NOON, amount, items)
    cent = 'on = "purchase", give = { points = 1, per = "0.01" }'
    also = 'basis = { exclude.category = "gift_card" }'
    counted = sum(price for out, price in lines if not out)
    assert given(first(rules(cent, also=also), activity)) == (max(counted - off, 0) if lines else amount, 0)
    assert given(first(rules(f'{cent}, items.category = "coffee"', also=also), activity))[0] <= min(counted, amount)


def test_several_rules_give_at_once_and_each_wallet_is_told_by_itself() -> None:
    decision = first(rules(SPEND, 'on = "purchase", give = { credit = "5%" }'), bought(2000))
    assert decision.postings == (Posting("earn", 20, "a"), Posting("earn", 100, "b", CREDIT))
    assert decision.outcomes == (
        {"type": "points_earned", "points": 20, "balance": 20},
        {"type": "credit_earned", "amount": "1.00", "balance": "1.00"},
    )
    assert (decision.state.points, decision.state.credit, decision.state.lifetime_points) == (20, 100, 20)


# things that are not bought


def review(product: str | None, *, verified: bool = True) -> Activity:
    attributes: Attributes = {"verified": verified, "product": product}
    return Activity("review", "shop", "1", NOON, attributes=attributes)


def test_a_verified_review_earns_500_points_once_for_each_product() -> None:
    made = rules('on = "review", when = { verified = true }, give = { points = 500 }, once_per = "product"')
    told = [review("jeans", verified=False), review("jeans"), review("jeans"), review("shirt"), review(None)]
    assert [given(one)[0] for one in after(told, made)] == [0, 500, 0, 500, 0]


@pytest.mark.parametrize(
    "kind",
    ["referral", "social_share", "survey", "video_watched", "app_opened", "plan_upgrade", "subscription", "yoga_class"],
)
def test_anything_that_customers_do_can_earn(kind: str) -> None:
    assert given(first(rules(f'on = "{kind}", give = {{ points = 7 }}'), bought(kind=kind))) == (7, 0)


# multipliers


@pytest.mark.parametrize(
    ("multipliers", "points"),
    [
        (["multiply = 2"], 24),
        (['multiply = "1.5"'], 18),
        (["multiply = 2", "multiply = 3"], 36),
        (["multiply = 2", "multiply = 3, stack = true"], 72),
        (['multiply = "1.1", stack = true', 'multiply = "1.1", stack = true'], 14),
        (["multiply = 100, stack = true", "multiply = 2"], 1200),
        (['multiply = 2, when = { weekday = "mon" }'], 24),
        (['multiply = 2, when = { weekday = "tue" }'], 12),
        (['multiply = 2, when = { time = { from = "13:00", to = "14:00" } }'], 24),
        (['multiply = 2, when = { time = { from = "14:00", to = "15:00" } }'], 12),
        (['multiply = 2, when = { location = "Main Street" }'], 12),
        (['multiply = 2, minimum = "12.99"'], 24),
        (['multiply = 2, minimum = "13.00"'], 12),
        (['multiply = 2, of = ["a"]'], 24),
    ],
)
def test_multipliers_make_more_of_the_points_and_the_highest_applies(multipliers: list[str], points: int) -> None:
    made = rules(SPEND, *(f'on = "purchase", {one}' for one in multipliers))
    assert given(first(made, bought(1299, at=MONDAY))) == (points, 0)


def test_a_multiplier_leaves_credit_alone_unless_it_names_the_rule() -> None:
    cash_back = 'on = "purchase", give = { credit = "5%" }'
    assert given(first(rules(SPEND, cash_back, 'on = "purchase", multiply = 2'), bought(1000))) == (20, 50)
    assert given(first(rules(SPEND, cash_back, 'on = "purchase", multiply = 2, of = ["b"]'), bought(1000))) == (10, 100)


def test_a_multiplier_is_of_its_own_type_of_activity() -> None:
    made = rules('on = "visit", give = { points = 5 }', 'on = "purchase", multiply = 2')
    assert given(first(made, bought(kind="visit"))) == (5, 0)


TIERS = """
qualification = { by = "spend" }
tiers = [{ key = "gold", name = "Gold", from = "100.00", benefits = { multiplier = "1.5" } }]
"""


@pytest.mark.parametrize(
    ("multiplier", "points"),
    [
        ("multiply = 2, of = ['b']", [100, 18, 1]),
        ("multiply = 2", [200, 24, 1]),
        ('multiply = "1.2"', [120, 18, 1]),
        ("multiply = 2, stack = true", [200, 36, 1]),
        ("multiply = 2, when = { tier = 'gold' }", [100, 24, 1]),
    ],
)
def test_a_tiers_multiplier_is_one_of_those_of_which_the_highest_applies(multiplier: str, points: list[int]) -> None:
    made = rules(SPEND, 'on = "visit", give = { points = 1 }', f'on = "purchase", {multiplier}', also=TIERS)
    # The purchase that reaches the tier earns by the one before.
    told = [bought(10000), bought(1299), bought(kind="visit")]
    assert [given(one)[0] for one in after(told, made)] == points


def test_of_the_things_rewarded_once_the_last_500_are_remembered() -> None:
    made = rules('on = "review", give = { points = 1 }, once_per = "product"')
    told = [review(str(n)) for n in (*range(501), 500, 1, 0)]
    assert [given(one)[0] for one in after(told, made)] == [1] * 501 + [0, 0, 1]


@supposing(
    st.integers(0, 10**6),
    st.lists(st.tuples(st.integers(101, 400), st.booleans()), max_size=3),
    st.sampled_from(["down", "half_up", "up"]),
)
def test_multipliers_are_exact_and_rounded_as_the_rule_they_multiply(
    cents: int, told: list[tuple[int, bool]], how: Round
) -> None:
    lines = [
        f'on = "purchase", multiply = "{n // 100}.{n % 100:02}", stack = {str(stack).lower()}' for n, stack in told
    ]
    made = rules(f'on = "purchase", give = {{ points = 1, per = "1.00", round = "{how}" }}', *lines)
    by = Fraction(max([n for n, stack in told if not stack], default=100), 100)
    for n, stack in told:
        by *= Fraction(n, 100) if stack else 1
    exact = rounded(cents, 100, how) * by
    points = given(first(made, bought(cents)))[0]
    assert points == rounded(exact.numerator, exact.denominator, how)
    assert abs(points - exact) < 1


@pytest.mark.parametrize(("text", "made"), [("1.50", (3, 2)), ("2", (2, 1)), ("0.125", (1, 8)), ("0", (0, 1))])
def test_a_decimal_is_an_exact_ratio(text: str, made: tuple[int, int]) -> None:
    assert ratio(text) == made
    assert percent(f"{text}%") == Fraction(*made).__truediv__(100).as_integer_ratio()


@pytest.mark.parametrize("text", ["", "1,5", "-1", "1e3", ".5", "1.", "nan", "1.1234567"])
def test_what_is_no_plain_decimal_is_no_ratio(text: str) -> None:
    with pytest.raises(ValueError, match="plain decimal"):
        ratio(text)


# what has to be waited for


def wait(decision_of: str, told_after: timedelta = timedelta()) -> tuple[list[Outcome], MemberState]:
    activity = bought(1000, at=NOON - told_after)
    decision = first(rules(f"{SPEND}, {decision_of}"), activity)
    return list(decision.outcomes), decision.state


def test_points_that_are_pending_are_told_but_not_had() -> None:
    outcomes, state = wait("pending_days = 14")
    assert outcomes == [{"type": "points_pending", "points": 10, "at": (NOON + timedelta(days=14)).isoformat()}]
    assert (state.points, state.lifetime_points) == (0, 0)
    assert state.due_at == NOON + timedelta(days=14)


def test_points_whose_wait_was_over_when_they_were_told_are_had_at_once() -> None:
    outcomes, state = wait("pending_days = 14", timedelta(days=14))
    assert (outcomes, state.due_at) == ([{"type": "points_earned", "points": 10, "balance": 10}], None)


def test_points_can_wait_to_be_confirmed() -> None:
    outcomes, state = wait('pending = "confirmed"')
    assert outcomes == [{"type": "points_pending", "points": 10, "at": None}]
    assert (state.points, state.due_at) == (0, None)


def test_points_end_as_the_programme_says_and_credit_never() -> None:
    made = rules(SPEND, 'on = "purchase", give = { credit = "5%" }', also="expiry = { end_of_year = 0 }")
    ends = datetime(2026, 12, 31, 23, tzinfo=UTC)
    assert [p.expires_at for p in first(made, bought(1000)).postings] == [ends, None]


# how rules are written


@pytest.mark.parametrize(
    ("rule", "at", "says"),
    [
        ('on = "purchase"', "earning.0", 'either "give" or "multiply"'),
        (f"{SPEND}, multiply = 2", "earning.0", 'either "give" or "multiply"'),
        ('on = "purchase", give = { per = "1.00" }', "earning.0.give", "either points or credit"),
        ('on = "purchase", give = { points = 1, credit = "5%" }', "earning.0.give", "either points or credit"),
        ('on = "purchase", give = { points = 1, per = "1", per_item = true }', "earning.0.give", '"per_item"'),
        ('on = "purchase", give = { credit = "5%", per = "1.00" }', "earning.0.give", "a percentage is of the amount"),
        ('on = "purchase", give = { credit = "101%" }', "earning.0.give.credit", "at most 100%"),
        ('on = "purchase", give = { credit = "0%" }', "earning.0.give.credit", "more than 0%"),
        ('on = "purchase", give = { credit = "5.00", per = "1.00" }', "earning.0.give.credit", "more than was paid"),
        ('on = "purchase", give = { credit = "1,5" }', "earning.0.give.credit", "no amount"),
        ('on = "purchase", multiply = 1', "earning.0.multiply", "more than 1"),
        ('on = "purchase", multiply = "101"', "earning.0.multiply", "at most 100"),
        ('on = "purchase", multiply = 1.5', "earning.0.multiply", "string"),
        ('on = "purchase", multiply = 2, of = ["z"]', "earning.0.of.0", 'no earning "z"'),
        ('on = "purchase", multiply = 2, cap = { times = 1, per = "day" }', "earning.0", 'cannot have "cap"'),
        (f"{SPEND}, stack = true", "earning.0", 'cannot have "stack"'),
        (f"{SPEND}, items = {{}}", "earning.0.items", "names no items"),
        (f'{SPEND}, cap = {{ per = "day" }}', "earning.0.cap.0", "exactly one of points, credit and times"),
        (f'{SPEND}, cap = {{ credit = "1.00", per = "day" }}', "earning.0.cap.0", "must cap what the rule gives"),
        (f'{SPEND}, cap = {{ points = 1, per = "hour" }}', "earning.0.cap.0.per", "'day'"),
        (f'{SPEND}, pending_days = 3, pending = "confirmed"', "earning.0", "either"),
        (f'{SPEND}, when = {{ weekday = "mo" }}', "earning.0.when.weekday", "is no day"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_a_fault_with_its_path(rule: str, at: str, says: str) -> None:
    with pytest.raises(BadInput) as error:
        rules(rule)
    assert [(fault.at, says in fault.message) for fault in error.value.faults] == [(at, True)]
