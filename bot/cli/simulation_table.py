"""A simulation as a table: a line a figure, a column a programme."""

from collections.abc import Callable, Iterator, Mapping

from rich.table import Table

from bot.loyalty.money import from_minor
from bot.loyalty.simulation import Tally
from bot.loyalty.worth import worth

Row = tuple[str, str, str, str]


def table(today: Tally, other: Tally) -> Table:
    """The figures of two programmes over the same past, and by how much they differ."""
    made = Table(title=f"{today.activities} activities of {today.members} members", title_justify="left")
    made.add_column("")
    for name in ("today", "simulated", "change"):
        made.add_column(name, justify="right")
    for row in rows(today, other):
        made.add_row(*row)
    return made


def rows(today: Tally, other: Tally) -> Iterator[Row]:
    yield _whole("points issued", today, other, lambda tally: tally.points)
    yield _whole("points owed, nothing redeemed", today, other, lambda tally: tally.owed)
    if any(worth(tally.programme, 1) is not None for tally in (today, other)):
        yield "  worth", _worth(today), _worth(other), ""
    if today.credit or other.credit:
        yield "store credit issued", _money(today, today.credit), _money(other, other.credit), ""
    yield _whole("members who could have a reward", today, other, lambda tally: tally.rewarded)
    yield "days to the first reward (median)", _days(today), _days(other), ""
    yield from _keyed("could have", today, other, lambda tally: tally.reached)
    yield from _keyed("given", today, other, lambda tally: tally.grants)
    yield from _keyed("in tier", today, other, lambda tally: tally.tiers)


def _whole(name: str, today: Tally, other: Tally, figure: Callable[[Tally], int]) -> Row:
    return _compared(name, figure(today), figure(other))


def _compared(name: str, was: int, now: int) -> Row:
    change = f"{(now - was) * 100 / was:+.0f} %" if was else ""
    return name, f"{was:,}", f"{now:,}", change


def _keyed(name: str, today: Tally, other: Tally, counts: Callable[[Tally], Mapping[str, int]]) -> Iterator[Row]:
    was, now = counts(today), counts(other)
    for key in dict.fromkeys((*was, *now)):
        yield _compared(f"{name}: {key}", was.get(key, 0), now.get(key, 0))


def _worth(tally: Tally) -> str:
    minor = worth(tally.programme, tally.owed)
    return "" if minor is None else _money(tally, minor)


def _money(tally: Tally, minor: int) -> str:
    return f"{from_minor(minor, tally.programme.exponent)} {tally.programme.currency}"


def _days(tally: Tally) -> str:
    return "never" if tally.median_days is None else str(tally.median_days)
