"""Programmes of a few rules, written as in a document."""

from functools import cache

from bot.loyalty.activity import Activity, Item
from bot.loyalty.document import parse
from bot.loyalty.engine import decide
from bot.loyalty.member import CREDIT, POINTS, Decision, MemberState
from bot.loyalty.programme import Programme
from tests.cast import NOON

HEAD = '[programme]\nname = "Shop"\ncurrency = "EUR"\ntimezone = "Europe/Budapest"\nlanguages = ["en"]\n'


@cache
def rules(*lines: str, also: str = "") -> Programme:
    """Earning rules, each a line such as ``on = "visit", give = { points = 1 }``; their keys are a, b, c …

    ``also`` is any other table, written as a line: ``basis = { … }``.
    """
    keyed = (f'{{ key = "{chr(ord("a") + i)}", {line} }}' for i, line in enumerate(lines))
    return parse(f"{also}\nearning = [{', '.join(keyed)}]\n{HEAD}")


def first(made: Programme, activity: Activity, state: MemberState | None = None) -> Decision:
    return decide(made, state or MemberState(), activity, NOON)


def given(decision: Decision) -> tuple[int, int]:
    """Points and credit posted, whether or not they have to be waited for."""
    points, credit = (sum(p.points for p in decision.postings if p.wallet == w) for w in (POINTS, CREDIT))
    return points, credit


def item(category: str, quantity: int = 1, price: int | None = None, sku: str = "") -> Item:
    return Item(category, quantity, sku, "", price)
