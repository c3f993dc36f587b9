"""Good causes: members give them points, or round their purchases up for them."""

from dataclasses import dataclass

from bot.loyalty.parts import Compiling, Key, Money, Names, Part, Section, Texts
from bot.loyalty.programme import Programme


class CauseIn(Part):
    key: Key
    name: Texts
    about: Texts | None = None
    per_purchase: Money | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """``per_purchase`` is what the business itself gives for every purchase, in minor units; 0 for nothing."""

    key: str
    names: Names
    about: Names
    per_purchase: int = 0


def to_round_up(amount: int, exponent: int) -> int:
    """What is missing to the next whole unit of the currency: 735 → 65, 700 → 0; in minor units."""
    unit: int = 10**exponent
    return -amount % unit


def gives_per_purchase(programme: Programme) -> list[Cause]:
    """The causes that the business gives to with every purchase."""
    return [cause for cause in programme.of(Cause).values() if cause.per_purchase]


def _cause(told: CauseIn, compiling: Compiling) -> Cause:
    per_purchase = compiling.minor(told.per_purchase, "per_purchase") if told.per_purchase else 0
    return Cause(told.key, compiling.names(told.name), compiling.names(told.about), per_purchase)


SECTION = Section("causes", CauseIn, Cause, _cause)
