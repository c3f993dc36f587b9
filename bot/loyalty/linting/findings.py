"""What looking over a programme finds: not wrong, but probably not meant."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from bot.loyalty.document import SECTIONS
from bot.loyalty.programme import Programme

_TABLES = {section.kind: section.name for section in SECTIONS}


class Finding(NamedTuple):
    """``at`` is the path in the document; a note only tells, a warning asks for a change."""

    at: str
    message: str
    warns: bool


class Reached(NamedTuple):
    """How soon customers have a first reward: of ``members``, so many ever do, half of these within ``median_days``."""

    members: int
    rewarded: int
    median_days: int | None


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked of a programme, and of whom: customers who spend ``basket`` (minor units) so often a month.

    ``past`` is what real customers reached, where that is known: then nothing is assumed.
    """

    now: datetime
    basket: int
    visits_a_month: int = 4
    most_percent: int = 15
    days: int = 60
    most_sentences: int = 40
    longest: int = 160
    past: Reached | None = None


def warning(place: str, message: str) -> Finding:
    return Finding(place, message, warns=True)


def note(place: str, message: str) -> Finding:
    return Finding(place, message, warns=False)


def at(programme: Programme, kind: type[Any], key: str, rest: str = "") -> str:
    """The path of a rule, ``rewards.2.cost``."""
    row = f"{_TABLES[kind]}.{list(programme.of(kind)).index(key)}"
    return f"{row}.{rest}" if rest else row


def path_of(programme: Programme, rule: str) -> str:
    """The path of a rule told by its table and key, ``rewards.tea`` → ``rewards.2``."""
    table, _, key = rule.partition(".")
    kind = next((kind for kind, name in _TABLES.items() if name == table), None)
    return at(programme, kind, key) if kind is not None and key else table
