"""How soon a customer reaches something: by what real ones did, or by one who comes as often as is assumed."""

from collections.abc import Iterator
from datetime import timedelta

from bot.loyalty.activity import Activity, Item
from bot.loyalty.expiry import Expiry
from bot.loyalty.linting.findings import Finding, Reached, Terms, warning
from bot.loyalty.member import Profile
from bot.loyalty.programme import Programme
from bot.loyalty.replay import Past
from bot.loyalty.simulation import Lived, Tally
from bot.loyalty.stamps import StampCard

_MONTH = timedelta(days=30)
_MONTHS = 24
"""Who has no reward by then never will."""


def reach(programme: Programme, terms: Terms) -> Iterator[Finding]:
    """A first reward that comes too late, and points that end before it comes."""
    # Of those that are free, or cost credit, nothing is tallied.
    if not any(reward.cost or reward.grant_only for reward in programme.rewards.values()):
        return
    found = terms.past or assumed(programme, terms)
    who = "customers so far" if terms.past else "a customer who comes as often as assumed"
    if found.rewarded * 2 < found.members:
        share = f"{100 * found.rewarded // found.members}%"
        tail = f"; of {found.members} members {share} would ever have had one" if terms.past else ""
        yield warning(
            "rewards", f"{who} would not reach a first reward{tail}; offer a cheaper one, or give more points"
        )
    elif found.median_days is not None and found.median_days > terms.days:
        yield warning(
            "rewards",
            f"{who} would have a first reward only after {found.median_days} days, and not within {terms.days}; "
            "offer a cheaper one, or give more points",
        )
    yield from _ending(programme, found.median_days)


def _ending(programme: Programme, days: int | None) -> Iterator[Finding]:
    rule = programme.one(Expiry)
    if rule is None or days is None:
        return
    if rule.months and days > (rule.months * _MONTH).days:
        yield warning(
            "expiry.months", f"points end before the {days} days are over that a first reward takes; raise it"
        )
    if rule.end_of_year is not None and days > 365 * (rule.end_of_year + 1):
        yield warning(
            "expiry.end_of_year", f"points end before the {days} days are over that a first reward takes; raise it"
        )


def assumed(programme: Programme, terms: Terms) -> Reached:
    """The same engine over a customer who buys for ``terms.basket`` each time, one of what each stamp card counts."""
    every, start = _MONTH / terms.visits_a_month, terms.now
    items = tuple(Item(card.category, 1, card.sku) for card in programme.of(StampCard).values() if not card.whole)
    lived = []
    for n in range(terms.visits_a_month * _MONTHS):
        when = start + n * every
        bought = Activity("purchase", "assumed", str(n), when, terms.basket, items)
        lived.append(Past(n + 1, bought, when, programme))
    tally = Tally(programme, start + _MONTHS * _MONTH)
    tally.add(Lived(Profile(start, programme.zone, None, programme.languages[0]), lived))
    return Reached(tally.members, tally.rewarded, tally.median_days)


def reached(tally: Tally) -> Reached | None:
    """What real customers reached; None where there were none."""
    return Reached(tally.members, tally.rewarded, tally.median_days) if tally.members else None
