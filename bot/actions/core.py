"""What every use case is handed."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from bot.clock import Clock, system_clock
from bot.storage.database import Database
from bot.storage.keys import Keys
from bot.storage.programmes import Programmes

Progress = Callable[[int], None]
"""Told how much of a long piece of work is done: so many bytes of a file, members or tables."""


@dataclass(frozen=True, slots=True)
class Core:
    """The database, the programme in force, the clock, and the key that signs codes.

    ``public_url`` is what links begin with, without a slash at the end; empty where nothing is served. ``channels``
    are those that are on, None when that is not known here; ``contacts`` tells what customers write to on each.
    """

    database: Database
    secret: bytes
    clock: Clock = system_clock
    programmes: Programmes = field(init=False)
    keys: Keys = field(default_factory=Keys)
    public_url: str = ""
    channels: Collection[str] | None = None
    contacts: Callable[[], Mapping[str, str | None]] = dict

    def __post_init__(self) -> None:
        # A frozen value sets its own parts this way; which programme is in force depends on the clock.
        object.__setattr__(self, "programmes", Programmes(self.clock))
