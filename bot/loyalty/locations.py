"""Where the business is, and stamps that customers give themselves there by the code that the counter shows."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from bot.loyalty.activity import INTERNAL, Activity
from bot.loyalty.parts import Compiling, Key, Names, Part, Section, Texts

SELF_STAMP = "self_stamp"
"""The attribute of a visit that its member told by the counter's code."""


class LocationIn(Part):
    key: Key
    name: Texts


@dataclass(frozen=True, slots=True)
class Location:
    """A counter: its ``key`` is what tills tell as ``location`` and what codes are made for."""

    key: str
    names: Names


class SelfStampingIn(Part):
    pause_minutes: Annotated[int, Field(ge=1, le=10_080)] = 60
    daily: Annotated[int, Field(ge=1, le=100)] = 3
    hourly: Annotated[int, Field(ge=1, le=100_000)] = 120


@dataclass(frozen=True, slots=True)
class SelfStamping:
    """A member may stamp themselves ``daily`` times in 24 hours, with a ``pause`` between, wherever they are.

    ``hourly`` is what one location gives to all members together: a code that is passed on to a crowd ends there.
    """

    pause: timedelta
    daily: int
    hourly: int


def is_self_stamp(activity: Activity) -> bool:
    """Whether this visit is known by the counter's code; nobody outside can tell one."""
    return activity.source == INTERNAL and bool(activity.attributes and activity.attributes.get(SELF_STAMP))


def _location(told: LocationIn, compiling: Compiling) -> Location:
    return Location(told.key, compiling.names(told.name))


def _self_stamping(told: SelfStampingIn, compiling: Compiling) -> SelfStamping:
    return SelfStamping(timedelta(minutes=told.pause_minutes), told.daily, told.hourly)


SECTIONS = (
    Section("locations", LocationIn, Location, _location),
    Section("self_stamping", SelfStampingIn, SelfStamping, _self_stamping, many=False),
)
