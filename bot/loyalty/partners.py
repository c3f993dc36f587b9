"""Partners: points earned at one may be spent at another, and the business of each settles with the rest."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

from pydantic import Field, model_validator

from bot.errors import Fault
from bot.loyalty.parts import Compiling, Key, Names, Part, Section, Texts, Tree, Words
from bot.loyalty.programme import Programme

HOUSE = ""
"""Whoever runs the programme: what happens at no partner's place happens here."""
Pair = tuple[str, str]
"""``(where it was earned, where it was spent)``, keys of partners."""


class PartnerIn(Part):
    key: Key
    name: Texts
    locations: Annotated[list[Words], Field(max_length=1000, default_factory=list)]
    sources: Annotated[list[Words], Field(max_length=1000, default_factory=list)]

    @model_validator(mode="after")
    def _can_be_recognised(self) -> "PartnerIn":
        if not (self.locations or self.sources):
            raise ValueError("needs locations or sources, to tell what happens there")
        return self


@dataclass(frozen=True, slots=True)
class Partner:
    """Activities at its ``locations``, or told by its ``sources``, happen there."""

    key: str
    names: Names
    locations: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """Looks up whose a place is; a location says more than the system that tells."""

    by_location: Mapping[str, str]
    by_source: Mapping[str, str]

    def partner(self, location: str, source: str = "") -> str:
        """The key of the partner there; ``HOUSE`` for nobody's."""
        return self.by_location.get(location) or self.by_source.get(source, HOUSE)


def places(programme: Programme) -> Places:
    partners = programme.of(Partner).values()
    return Places(
        {location: partner.key for partner in partners for location in partner.locations},
        {source: partner.key for partner in partners for source in partner.sources},
    )


def shares(parts: Mapping[Pair, Fraction]) -> dict[Pair, int]:
    """Whole numbers that add up to the rounded sum of ``parts``, none further than one from its part.

    The method of the largest remainder (Hamilton's): each gets its whole part, what is left goes one by one to those
    that lost most by it.
    """
    whole = {pair: part.numerator // part.denominator for pair, part in parts.items()}
    left = round(sum(parts.values(), Fraction())) - sum(whole.values())
    by_loss = sorted(parts, key=lambda pair: (whole[pair] - parts[pair], pair))
    for pair in by_loss[:left]:
        whole[pair] += 1
    return whole


def nets(values: Mapping[Pair, int]) -> dict[str, int]:
    """What each is owed (more than 0) or owes (less): who issued the points pays whoever took them. Adds up to 0."""
    net: dict[str, int] = {}
    for (earned_at, spent_at), value in values.items():
        net[earned_at] = net.get(earned_at, 0) - value
        net[spent_at] = net.get(spent_at, 0) + value
    return net


def _partner(told: PartnerIn, compiling: Compiling) -> Partner:
    return Partner(told.key, compiling.names(told.name), tuple(told.locations), tuple(told.sources))


def _claimed_twice(tree: Tree) -> Iterable[Fault]:
    """A place of two partners would be settled with neither."""
    owners: dict[tuple[str, str], int] = {}
    told = tree.get("partners")
    for i, one in enumerate(told if isinstance(told, list) else ()):
        for name in ("locations", "sources"):
            values = one.get(name) if isinstance(one, dict) else None
            for n, value in enumerate(values if isinstance(values, list) else ()):
                if isinstance(value, str) and owners.setdefault((name, value), i) != i:
                    yield Fault(f"partners.{i}.{name}.{n}", f'"{value}" is another partner\'s already')


SECTION = Section("partners", PartnerIn, Partner, _partner, faults=_claimed_twice)
