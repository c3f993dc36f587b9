"""Birthdays as people type them."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache

from bot.conversation.intents import fold
from bot.wording.formats import locale_of

_TOKENS = re.compile(r"\d+|[^\W\d_]+")
_RUN_TOGETHER = re.compile(r"(?<!\d)(\d{4})(\d\d)(\d\d)(?!\d)")
_OF_THE_REPUBLIC = re.compile(r"民[国國]\D{0,2}(\d{1,3})(?!\d)")
_BEFORE_THE_REPUBLIC = 1911
"""Taiwan counts its years from 1912: 民國79年 is 1990."""
_LONGEST = 100
_OLDEST_YEARS = 120
_SHORTEST_MONTH = 3
_MONTH_FIRST = frozenset({"US"})


@lru_cache(64)
def _months(languages: tuple[str, ...]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for language in languages:
        for context in locale_of(language).months.values():
            for width in ("wide", "abbreviated"):
                for index, name in context[width].items():
                    found.setdefault(fold(name), index)
    return found


def birthday(text: str, today: date, languages: tuple[str, ...], country: str | None = None) -> date | None:
    """The full date in ``text``; None when there is none, or one that no living person was born on.

    03/04/1990 is read day first, except where the country writes the month first; 19900312 is year first.
    """
    said = _RUN_TOGETHER.sub(r"\1 \2 \3", fold(text[:_LONGEST]))
    said = _OF_THE_REPUBLIC.sub(lambda found: str(int(found[1]) + _BEFORE_THE_REPUBLIC), said)
    tokens = _TOKENS.findall(said)
    numbers = [token for token in tokens if token.isdecimal()]
    months = [month for token in tokens if (month := _month(token, ("en", *languages)))]
    for year, month, day in _readings(numbers, months, country in _MONTH_FIRST):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        return found if today.year - _OLDEST_YEARS <= found.year and found <= today else None
    return None


def _month(token: str, languages: tuple[str, ...]) -> int | None:
    """The month that a word names or begins to name ("sept"), when it can be only one."""
    if len(token) < _SHORTEST_MONTH:
        return None
    meant = {index for name, index in _months(languages).items() if name.startswith(token)}
    return meant.pop() if len(meant) == 1 else None


def _readings(numbers: list[str], months: list[int], month_first: bool) -> Iterator[tuple[int, int, int]]:
    """Year, month, day in every order that the numbers may stand in, the likeliest first."""
    if any(len(n) not in (1, 2, 4) for n in numbers) or sum(len(n) == 4 for n in numbers) != 1:
        return
    years = next(i for i, n in enumerate(numbers) if len(n) == 4)
    year, rest = int(numbers[years]), [int(n) for i, n in enumerate(numbers) if i != years]
    if len(months) == 1 and len(rest) == 1:
        yield year, months[0], rest[0]
    elif not months and len(rest) == 2 and years == 0:
        yield year, rest[0], rest[1]
    elif not months and len(rest) == 2 and years == 2:
        ways = [(year, rest[1], rest[0]), (year, rest[0], rest[1])]
        yield from reversed(ways) if month_first else ways
