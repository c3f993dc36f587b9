"""Whom and what conditions are asked about, named by what they ask.

Whoever has the answers need not be the engine, and nothing is imported in a circle: programmes are made of
conditions, and the engine's own types know programmes.
"""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import Any, NamedTuple, Protocol

from bot.loyalty.activity import Activity


class Person(Protocol):
    """What is asked of a ``Profile``."""

    @property
    def joined_at(self) -> datetime: ...
    @property
    def zone(self) -> tzinfo: ...
    @property
    def birthday(self) -> date | None: ...
    @property
    def locale(self) -> str: ...


class Standing(Protocol):
    """What is asked of a ``MemberState``."""

    @property
    def points(self) -> int: ...
    @property
    def lifetime_points(self) -> int: ...
    @property
    def credit(self) -> int: ...
    @property
    def purchases(self) -> int: ...
    @property
    def spent(self) -> int: ...
    @property
    def last_purchase_at(self) -> datetime | None: ...
    @property
    def tier(self) -> str: ...
    @property
    def tier_until(self) -> datetime | None: ...
    @property
    def progress(self) -> Mapping[str, Any]: ...
    @property
    def profile(self) -> Person | None: ...


class Asked(Protocol):
    """What a condition is asked about; a ``Draft`` is one, with the member's state before the activity."""

    @property
    def state(self) -> Standing: ...
    @property
    def activity(self) -> Activity | None: ...
    @property
    def local(self) -> datetime: ...


class Question(NamedTuple):
    """A condition asked outside of the engine: ``local`` is the time at the business."""

    state: Standing
    local: datetime
    activity: Activity | None = None
