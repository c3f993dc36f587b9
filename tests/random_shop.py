"""Random programmes of every mechanic that a refund has to undo, and random baskets to buy under them."""

from hypothesis import strategies as st

from bot.loyalty.activity import Item
from bot.loyalty.document import parse
from bot.loyalty.programme import Programme

HEAD = """
[programme]
name = "Shop"
currency = "EUR"
timezone = "Europe/Budapest"
languages = ["en"]

[[rewards]]
key = "drink"
name = "A drink"
kind = "free_product"
cost = { points = 40 }

[[badges]]
key = "regular"
name = "Regular"
keep_on_refund = false

[[earning]]
key = "spend"
on = "purchase"
give = { points = 1, per = "1.00", round = "half_up" }
"""
PARTS = (
    '[[earning]]\nkey = "capped"\non = "purchase"\ngive = { points = 30 }\ncap = { points = 40, per = "day" }\n',
    '[[earning]]\nkey = "cash"\non = "purchase"\ngive = { credit = "5%" }\ncap = { credit = "1.00", per = "week" }\n',
    '[[earning]]\nkey = "items"\non = "purchase"\nitems = { category = "tea" }\n'
    "give = { points = 3, per_item = true }\n",
    '[[earning]]\nkey = "later"\non = "purchase"\ngive = { points = 7 }\npending_days = 3\n',
    '[[earning]]\nkey = "first"\non = "purchase"\nwhen = { first_purchase = true }\ngive = { points = 25 }\n',
    '[[earning]]\nkey = "double"\non = "purchase"\nwhen = { amount = { at_least = "30.00" } }\nmultiply = 2\n',
    '[[earning]]\nkey = "visit"\non = "visit"\ngive = { points = 2 }\ncap = { times = 2, per = "life" }\n',
    '[[stamp_cards]]\nkey = "coffee"\nname = "Card"\ncounts = { category = "coffee" }\nneed = 4\nreward = "drink"\n',
    '[[challenges]]\nkey = "days"\nname = "Days"\non = "purchase"\ngoal = { distinct = "day", reach = 2 }\n'
    'window = "week"\nthen = { badge = "regular", points = 11 }\n',
    '[qualification]\nby = "spend"\n\n[[tiers]]\nkey = "gold"\nname = "Gold"\nfrom = "60.00"\n'
    'benefits = { multiplier = "1.5" }\n',
    '[basis]\nexclude = { category = "gift_card" }\nless = ["tax"]\n',
)


@st.composite
def documents(draw: st.DrawFn, more: str = "") -> str:
    chosen = draw(st.sets(st.integers(0, len(PARTS) - 1)))
    return "\n".join((HEAD, *(PARTS[n] for n in sorted(chosen)), more))


def programmes() -> st.SearchStrategy[Programme]:
    return documents().map(parse)


def items() -> st.SearchStrategy[Item]:
    return st.builds(
        Item,
        st.sampled_from(("coffee", "tea", "gift_card")),
        st.integers(1, 5),
        st.sampled_from(("", "A", "B")),
        st.just(""),
        st.none() | st.integers(0, 4_000),
    )


def baskets() -> st.SearchStrategy[tuple[int | None, tuple[Item, ...]]]:
    """The amount and the items."""
    return st.tuples(st.none() | st.integers(0, 9_000), st.lists(items(), max_size=3).map(tuple))
