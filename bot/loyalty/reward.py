"""A reward, as the programme describes it: what can be had, and for what."""

from dataclasses import dataclass
from typing import Literal

from bot.loyalty.parts import Compiling, Key, Names, Part, Points, Section, Texts


class Cost(Part):
    points: Points


class RewardIn(Part):
    key: Key
    name: Texts
    kind: Literal["free_product", "discount_amount", "discount_percent", "free_shipping", "merchandise", "experience"]
    cost: Cost


@dataclass(frozen=True, slots=True)
class Reward:
    """What can be had for ``cost`` points."""

    key: str
    names: Names
    kind: str
    cost: int


def _reward(told: RewardIn, compiling: Compiling) -> Reward:
    return Reward(told.key, compiling.names(told.name), told.kind, told.cost.points)


SECTION = Section("rewards", RewardIn, Reward, _reward)
