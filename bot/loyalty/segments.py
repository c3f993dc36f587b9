"""Segments: named groups of members, told by a condition; who is in one is asked anew each time."""

from dataclasses import dataclass

from bot.loyalty.conditions import SEGMENTS, Condition, ConditionIn, compiled
from bot.loyalty.parts import Compiling, Key, Names, Part, Section, Texts


class SegmentIn(Part):
    key: Key
    name: Texts
    when: ConditionIn


@dataclass(frozen=True, slots=True)
class Segment:
    """The members for whom ``when`` holds."""

    key: str
    names: Names
    when: Condition


def _segment(told: SegmentIn, compiling: Compiling) -> Segment:
    when = compiled(told.when, compiling, "when", asking=SEGMENTS)
    return Segment(told.key, compiling.names(told.name), when)


SECTION = Section("segments", SegmentIn, Segment, _segment)
