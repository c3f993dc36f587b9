"""Guests: what people buy who are no members is kept, and counted for them when they join in time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field

from bot.loyalty.activity import Activity
from bot.loyalty.engine import decide
from bot.loyalty.member import POINTS, MemberState, Profile
from bot.loyalty.parts import Compiling, Part, Section
from bot.loyalty.programme import Programme


class GuestsIn(Part):
    claim_days: Annotated[int, Field(ge=1, le=366)] = 30


@dataclass(frozen=True, slots=True)
class Guests:
    """For ``claim_days`` after a purchase it is counted for whoever joins with its address."""

    claim_days: int


def would_have_earned(programme: Programme, activity: Activity, now: datetime) -> int:
    """The points that a new member would have for it."""
    nobody = MemberState(profile=Profile(now, programme.zone))
    return sum(p.points for p in decide(programme, nobody, activity, now).postings if p.wallet == POINTS)


def _guests(told: GuestsIn, compiling: Compiling) -> Guests:
    return Guests(told.claim_days)


SECTION = Section("guests", GuestsIn, Guests, _guests, many=False)
