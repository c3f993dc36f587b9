"""The programme: how the business rewards, as values that the engine and everyone else read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot.loyalty.parts import Names
from bot.loyalty.reward import Reward

T = TypeVar("T")
_NONE: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Programme:
    """Immutable, and itself: two are the same only when they are one, so that what is worked out of one can be kept.

    ``parts`` holds, for each kind of rule, the rules by key in the order of the document. ``version`` is the number
    under which it was published, 0 before.
    """

    names: Names
    currency: str
    exponent: int
    zone: ZoneInfo
    country: str | None
    languages: tuple[str, ...]
    point_names: Mapping[str, Names]
    """By language and plural form; empty: just points."""
    quiet_hours: tuple[time, time] | None
    parts: Mapping[type, Mapping[str, Any]]
    campaigns: tuple[Mapping[str, Any], ...] = ()
    notice_templates: Names = field(default_factory=dict)
    """WhatsApp's approved template for notices, by language."""
    version: int = 0

    def of(self, kind: type[T]) -> Mapping[str, T]:
        """All rules of a kind, by key: ``programme.of(StampCard)``."""
        return self.parts.get(kind, _NONE)

    def one(self, kind: type[T]) -> T | None:
        """The single table of a kind; None when the document has none."""
        return self.parts.get(kind, _NONE).get("")

    @property
    def name(self) -> str:
        """Its name in its first language, for where nobody's language is known."""
        return self.called(self.languages[0])

    def called(self, language: str) -> str:
        """Its name for who reads ``language``."""
        return self.text(self.names, language)

    @property
    def rewards(self) -> Mapping[str, Reward]:
        return self.of(Reward)

    def text(self, names: Names, language: str) -> str:
        """A translated text of the document; a missing language falls back to the programme's first."""
        return names.get(language) or names.get(self.languages[0]) or next(iter(names.values()))

    def next_reward(self, points: int, among: Iterable[Reward] | None = None) -> Reward | None:
        """The cheapest reward that ``points`` do not buy yet; None when all are within reach.

        ``among`` are those that the member may have (``catalogue.near``); without it, all that points buy.
        """
        sold = self.rewards.values() if among is None else among
        beyond = [reward for reward in sold if reward.short(points) and not reward.grant_only]
        return min(beyond, key=lambda reward: reward.cost, default=None)
