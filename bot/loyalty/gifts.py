"""Gifts of points from member to member: how many, and how many a day."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from bot.loyalty.parts import Compiling, Part, Points, Section

_MOST_A_DAY = 1_000
"""Without a ``[gifts]`` table: enough to be generous, too little to empty a stolen account in one go."""


class GiftsIn(Part):
    daily_limit: Annotated[int, Field(ge=0, le=1_000_000_000)] = _MOST_A_DAY
    least: Points = 1


@dataclass(frozen=True, slots=True)
class Gifts:
    """A member may give away ``daily_limit`` points in a day of their own zone (0: none), ``least`` at a time."""

    daily_limit: int
    least: int


def _gifts(told: GiftsIn, compiling: Compiling) -> Gifts:
    if 0 < told.daily_limit < told.least:
        compiling.fault("is more than may be given in a day", "least")
    return Gifts(told.daily_limit, told.least)


SECTION = Section("gifts", GiftsIn, Gifts, _gifts, many=False, always=True)
