"""How the business looks in pictures and mails: colour, logo, postal address."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import StringConstraints

from bot.loyalty.parts import Compiling, Part, Section


class LookIn(Part):
    colour: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")] | None = None
    logo: Annotated[str, StringConstraints(pattern=r"^https://[^\s\"<>]{1,500}$")] | None = None
    postal_address: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)] | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """``colour`` is ``#rrggbb``, ``logo`` the address of a picture; empty for none.

    ``postal_address`` stands below advertising mail, where the law of many countries wants it.
    """

    colour: str
    logo: str
    postal_address: str = ""


def _look(told: LookIn, compiling: Compiling) -> Look:
    return Look((told.colour or "").lower(), told.logo or "", " ".join((told.postal_address or "").split()))


SECTION = Section("look", LookIn, Look, _look, many=False)
