"""What every use case is handed."""

from dataclasses import dataclass, field

from bot.clock import Clock, system_clock
from bot.storage.database import Database
from bot.storage.keys import Keys
from bot.storage.programmes import Programmes


@dataclass(frozen=True, slots=True)
class Core:
    """The database, the programme in force, the clock, and the key that signs codes."""

    database: Database
    secret: bytes
    clock: Clock = system_clock
    programmes: Programmes = field(default_factory=Programmes)
    keys: Keys = field(default_factory=Keys)
