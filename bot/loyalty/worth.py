"""What a point is worth in money: for showing and for judging the programme; nothing is posted by it."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

from bot.loyalty.parts import Compiling, Part, Section
from bot.loyalty.programme import Programme
from bot.loyalty.ratios import Ratio, lowest, ratio, rounded


def _some(text: str) -> str:
    numerator, denominator = ratio(text)
    if not 0 < numerator <= 1_000_000 * denominator:
        raise ValueError("must be more than 0 and at most 1000000")
    return text


class PointsValueIn(Part):
    point: Annotated[str, AfterValidator(_some)]


@dataclass(frozen=True, slots=True)
class PointsValue:
    """Minor units for one point, exactly: it may be less than the smallest coin."""

    point: Ratio

    def of(self, points: int) -> int:
        """What so many points are worth in minor units; half a unit and more is one."""
        return rounded(points * self.point[0], self.point[1], "half_up")


def worth(programme: Programme, points: int) -> int | None:
    """What points are worth in minor units; None when the programme does not say."""
    value = programme.one(PointsValue)
    return None if value is None else value.of(points)


def _value(told: PointsValueIn, compiling: Compiling) -> PointsValue:
    numerator, denominator = ratio(told.point)
    return PointsValue(lowest(numerator * 10**compiling.exponent, denominator))


SECTION = Section("points_value", PointsValueIn, PointsValue, _value, many=False)
