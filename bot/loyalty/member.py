"""What the engine may know of a member, and what it hands back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Progress = Mapping[str, Any]
Outcome = dict[str, Any]
"""Something the programme did in answer: ``{"type": "points_earned", "points": 12, …}``; JSON as told to callers."""


@dataclass(frozen=True, slots=True)
class MemberState:
    """The snapshot before (and after) an activity.

    ``progress`` holds one JSON-ready value per mechanic under its name, so that a new mechanic needs no
    new column; what other layers search by has columns of its own.
    """

    points: int = 0
    lifetime_points: int = 0
    purchases: int = 0
    last_purchase_at: datetime | None = None
    progress: Progress = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Posting:
    """A line to be written to the ledger: ``rule`` names what it is for."""

    kind: str
    points: int
    rule: str


@dataclass(frozen=True, slots=True)
class Grant:
    """A reward given without points; ``because`` names the card or rule. Its voucher is made by the caller."""

    reward: str
    because: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What an activity does to a member. ``grants`` stand in the order of their outcomes that await a voucher."""

    state: MemberState
    postings: tuple[Posting, ...]
    grants: tuple[Grant, ...]
    outcomes: tuple[Outcome, ...]


class Draft:
    """The decision while the mechanics work on it, in turn; never leaves ``engine.decide``."""

    __slots__ = ("grants", "lifetime_points", "outcomes", "points", "postings", "progress")

    def __init__(self, state: MemberState) -> None:
        self.points = state.points
        self.lifetime_points = state.lifetime_points
        self.progress: dict[str, Any] = dict(state.progress)
        self.postings: list[Posting] = []
        self.grants: list[Grant] = []
        self.outcomes: list[Outcome] = []
