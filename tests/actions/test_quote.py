"""A quote keeps its word: what it says a purchase earns, recording that purchase earns."""

import asyncio
from contextlib import AsyncExitStack
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.actions.core import Core
from bot.actions.intake import ActivityIn, QuoteIn
from bot.actions.quote import Quote, quote
from bot.actions.recording.record import record
from bot.loyalty.money import from_minor, to_minor
from bot.loyalty.prices import Line
from bot.storage import programmes
from tests.cast import ANNA, Watch, core, joins

HEAD = '[programme]\nname = "Shop"\ncurrency = "EUR"\ntimezone = "Europe/Budapest"\nlanguages = ["en"]\n'
RULES = (
    'give = { points = 1, per = "1.00" }',
    'give = { points = 3, per = "0.70", round = "half_up" }, cap = { points = 300, per = "day" }',
    'give = { points = 5 }, cap = [{ times = 2, per = "week" }, { points = 12, per = "life" }]',
    'give = { points = 2, per_item = true }, items = { category = "coffee" }',
    'give = { credit = "2.5%", round = "up" }, minimum = "10.00"',
    'give = { credit = "0.30", per = "4.00" }, items = { sku = ["bag", "cup"] }, pending_days = 14',
    'give = { points = 7 }, pending = "confirmed", when = { amount = { at_least = "20.00" } }',
    'give = { points = 9 }, once_per = "tax"',
    'multiply = "1.5", when = { weekday = ["wed"] }',
    'multiply = 3, when = { units = { category = "coffee", at_least = 3 } }',
    "multiply = 2, stack = true",
)
ALSO = (
    'basis = { exclude = { category = "gift_card" }, less = ["tax", "tip"] }',
    'prices = [{ key = "three", category = "coffee", from_quantity = 3, price = "2.20" },'
    ' { key = "bags", sku = "bag", price = "8.99", when = { purchases = { at_least = 1 } } }]',
)
MONEY = st.integers(0, 6000).map(lambda cents: from_minor(cents, 2))
ITEMS = st.fixed_dictionaries(
    {"quantity": st.integers(1, 5), "price": MONEY},
    optional={"category": st.sampled_from(["coffee", "tea", "gift_card"]), "sku": st.sampled_from(["bag", "cup"])},
)
BASKETS = st.fixed_dictionaries(
    {"items": st.lists(ITEMS, min_size=1, max_size=4)},
    optional={
        "amount": MONEY,
        "attributes": st.dictionaries(st.sampled_from(["tax", "tip"]), MONEY, max_size=2),
        "occurred_at": st.sampled_from(["2026-03-02T10:00:00+01:00", "2026-01-05T10:00:00+01:00"]),
    },
)
PROGRAMMES = st.builds(
    lambda rules, also: "\n".join([*also, f"earning = [{', '.join(rules)}]", HEAD]),
    st.sets(st.sampled_from(range(len(RULES))), min_size=1).map(
        lambda chosen: [f'{{ key = "r{n}", on = "purchase", {RULES[n]} }}' for n in sorted(chosen)]
    ),
    st.sets(st.sampled_from(ALSO)),
)


def bought(number: int, basket: dict[str, Any], quoted: Quote) -> ActivityIn:
    """The purchase as the till tells it, at the prices of the quote."""
    items = [{**item, "price": paid(line)} for item, line in zip(basket["items"], quoted.basket.lines, strict=True)]
    named = {"type": "purchase", "source": "till", "id": str(number), "member": {"external_id": "anna"}}
    return ActivityIn.model_validate({**basket, **named, "items": items, "amount": from_minor(quoted.basket.total, 2)})


def paid(line: Line) -> str:
    assert line.total is not None
    return from_minor(line.total, 2)


def earned(outcomes: Any) -> tuple[int, int]:
    """Points and cents, had or waited for."""
    points = sum(one["points"] for one in outcomes if one["type"] in ("points_earned", "points_pending"))
    credit = sum(to_minor(one["amount"], 2) for one in outcomes if one["type"] in ("credit_earned", "credit_pending"))
    return points, credit


async def shop(here: Core, document: str, baskets: list[dict[str, Any]], numbers: "count[int]") -> None:
    async with here.database.write() as tx:
        await programmes.publish(tx, document, here.clock())
    for basket in baskets:
        quoted = await quote(here, QuoteIn.model_validate({**basket, "member": {"external_id": "anna"}}))
        recorded = await record(here, bought(next(numbers), basket, quoted))
        assert earned(recorded.outcomes) == (quoted.points, quoted.credit)


def test_a_purchase_earns_what_was_quoted_under_any_rules(database_url: str) -> None:
    numbers = count()
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        here: Core = runner.run(stack.enter_async_context(core(database_url, Watch())))
        runner.run(joins(here, ANNA))

        @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
        @given(PROGRAMMES, st.lists(BASKETS, min_size=1, max_size=4))
        def any_rules(document: str, baskets: list[dict[str, Any]]) -> None:
            runner.run(shop(here, document, baskets, numbers))

        try:
            any_rules()
        finally:
            runner.run(stack.aclose())
