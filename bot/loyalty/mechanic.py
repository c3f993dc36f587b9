"""What a mechanic is: one way in which activities change what a member has."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.loyalty.activity import Activity
from bot.loyalty.member import Draft
from bot.loyalty.parts import Section
from bot.loyalty.programme import Programme


@dataclass(frozen=True, slots=True)
class Mechanic:
    """``apply`` works an activity into the draft; ``sections`` are its tables of the document.

    What it remembers of a member lies under ``draft.progress[name]``, JSON-ready. It may depend on nothing but its
    arguments, and never on the balance: a refund replays a member's activities, and what was spent since must not
    change what they bring.
    """

    name: str
    apply: Callable[[Programme, Activity, Draft], None]
    sections: Sequence[Section] = ()
