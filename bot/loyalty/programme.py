"""The programme: parsed, validated as a whole, and compiled to what the engine reads."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from bot.errors import BadInput, Fault
from bot.loyalty import document as doc
from bot.loyalty.faults import as_fault, reference_faults
from bot.loyalty.money import exponent_of, to_minor

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EarningRule:
    """``points`` for each ``per`` (minor units) of the amount; ``per`` 0 means for the activity itself."""

    key: str
    on: str
    points: int
    per: int
    round: str


@dataclass(frozen=True, slots=True)
class StampCard:
    key: str
    names: Names
    category: str
    need: int
    reward: str


@dataclass(frozen=True, slots=True)
class Reward:
    """What can be had for ``cost`` points."""

    key: str
    names: Names
    kind: str
    cost: int


@dataclass(frozen=True, slots=True)
class Challenge:
    """``reach`` different days with an activity of type ``on`` in one week earn ``badge``."""

    key: str
    names: Names
    on: str
    reach: int
    badge: str


@dataclass(frozen=True, slots=True)
class Badge:
    key: str
    names: Names
    about: Names


@dataclass(frozen=True, slots=True)
class Programme:
    """How the business rewards; immutable. Mappings keep the order of the document."""

    name: str
    currency: str
    exponent: int
    zone: ZoneInfo
    country: str | None
    languages: tuple[str, ...]
    point_names: Mapping[str, Names]
    quiet_hours: tuple[time, time] | None
    earning: tuple[EarningRule, ...]
    stamp_cards: tuple[StampCard, ...]
    rewards: Mapping[str, Reward]
    challenges: tuple[Challenge, ...]
    badges: Mapping[str, Badge]
    campaigns: tuple[Mapping[str, Any], ...]

    def text(self, names: Names, language: str) -> str:
        """A translated text of the document; a missing language falls back to the programme's first."""
        return names.get(language) or names.get(self.languages[0]) or next(iter(names.values()))

    def next_reward(self, points: int) -> Reward | None:
        """The cheapest reward that ``points`` do not buy yet; None when all are within reach."""
        beyond = [reward for reward in self.rewards.values() if reward.cost > points]
        return min(beyond, key=lambda reward: reward.cost, default=None)


def parse(text: str) -> Programme:
    """The programme in a TOML document.

    Raises:
        BadInput: with every fault and its path, ``earning.1.give.per: …``.
    """
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput([Fault("", f"not valid TOML: {error}")]) from error
    faults = list(reference_faults(tree))
    try:
        document = doc.Document.model_validate(tree)
    except ValidationError as error:
        raise BadInput([*map(as_fault, error.errors(include_url=False)), *faults]) from error
    if faults:
        raise BadInput(faults)
    return _compile(document)


def _names(texts: doc.Texts | None, language: str) -> Names:
    if texts is None:
        return {}
    return {key if key != doc.IN_FIRST_LANGUAGE else language: text for key, text in texts.items()}


def _compile(document: doc.Document) -> Programme:
    head = document.programme
    exponent, first = exponent_of(head.currency), head.languages[0]
    quiet = document.messages.quiet_hours
    return Programme(
        name=head.name,
        currency=head.currency,
        exponent=exponent,
        zone=ZoneInfo(head.timezone),
        country=head.country,
        languages=tuple(head.languages),
        point_names=head.points or {"en": {"one": "point", "other": "points"}, "hu": {"other": "pont"}},
        quiet_hours=(time.fromisoformat(quiet.start), time.fromisoformat(quiet.end)) if quiet else None,
        earning=tuple(
            EarningRule(r.key, r.on, r.give.points, to_minor(r.give.per, exponent) if r.give.per else 0, r.give.round)
            for r in document.earning
        ),
        stamp_cards=tuple(
            StampCard(c.key, _names(c.name, first), c.counts.category, c.need, c.reward) for c in document.stamp_cards
        ),
        rewards={r.key: Reward(r.key, _names(r.name, first), r.kind, r.cost.points) for r in document.rewards},
        challenges=tuple(
            Challenge(c.key, _names(c.name, first), c.on, c.goal.reach, c.then.badge) for c in document.challenges
        ),
        badges={b.key: Badge(b.key, _names(b.name, first), _names(b.about, first)) for b in document.badges},
        campaigns=tuple(document.campaigns),
    )
