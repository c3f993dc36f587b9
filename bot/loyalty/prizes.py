"""What reaching a goal brings: any of points, a reward and a badge."""

from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.loyalty.badges import award
from bot.loyalty.member import Draft, Posting
from bot.loyalty.parts import Key, Part, Points


class Then(Part):
    """``level`` is that of the badge, for one that has levels."""

    points: Points | None = None
    reward: Key | None = None
    badge: Key | None = None
    level: Annotated[int, Field(ge=1, le=20)] | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.points is None and self.reward is None and self.badge is None:
            raise ValueError("needs points, reward or badge")
        if self.level is not None and self.badge is None:
            raise ValueError('"level" is of a badge; name the badge')
        return self


REFERS = (
    ("then.badge", "badges"),
    ("then.reward", "rewards"),
    ("levels.*.then.badge", "badges"),
    ("levels.*.then.reward", "rewards"),
)


@dataclass(frozen=True, slots=True)
class Prize:
    points: int = 0
    reward: str = ""
    badge: str = ""
    level: int = 1


@dataclass(frozen=True, slots=True)
class Level:
    """What is given on reaching so much, in the goal's own unit."""

    reach: int
    prize: Prize


def prize_of(told: Then) -> Prize:
    return Prize(told.points or 0, told.reward or "", told.badge or "", told.level or 1)


def give(prize: Prize, because: str, day: str, draft: Draft) -> None:
    """Hand it over; ``because`` names the rule (``challenges:three_visits``), ``day`` (ISO) the one of a badge."""
    if prize.points:
        draft.post(Posting("earn", prize.points, because))
        draft.outcomes.append({"type": "points_earned", "points": prize.points, "balance": draft.points})
    if prize.reward:
        draft.grant(prize.reward, because, {"type": "reward_granted", "because": because})
    if prize.badge:
        award(prize.badge, day, draft, prize.level)
