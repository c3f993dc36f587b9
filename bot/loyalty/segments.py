"""Segments: named groups of members, told by a condition; who is in one is asked anew each time."""

from dataclasses import dataclass

from bot.loyalty.conditions import SEGMENTS, Condition, ConditionIn, compile_condition
from bot.loyalty.parts import Compiling, Key, Names, Part, Section, Texts


class SegmentIn(Part):
    key: Key
    name: Texts
    when: ConditionIn


@dataclass(frozen=True, slots=True)
class Segment:
    """The members for whom ``when`` holds; None stands for everyone."""

    key: str
    names: Names
    when: Condition | None


def _segment(told: SegmentIn, compiling: Compiling) -> Segment:
    when = compile_condition(told.when, compiling, "when", asking=SEGMENTS)
    return Segment(told.key, compiling.names(told.name), when)


SECTION = Section("segments", SegmentIn, Segment, _segment)
