"""The columns of a file of members; what somebody has several of is numbered: ``email``, ``email.2``, ``email.3``."""

import re
from collections.abc import Collection

from bot.actions.profile import CHANNELS

_CONSENTS = tuple(f"consent.{channel}" for channel in CHANNELS)
COLUMNS = (
    "external_id",
    "code",
    "name",
    "phone",
    "email",
    "telegram",
    "birthday",
    "locale",
    "timezone",
    "preferred_channel",
    "joined_at",
    *_CONSENTS,
    "points",
    "credit",
)
"""What is read and, in this order, written."""
FURTHER = ("external_id", "code", "phone", "whatsapp", "email", "telegram", *_CONSENTS)
"""What there may be more of, from number 2 on; ``whatsapp`` is a number that is theirs on WhatsApp only."""
_NUMBERED = re.compile(r"(.+)\.([2-9]|[1-9][0-9])")


def split(column: str) -> tuple[str, int]:
    """The name of a column and its number, 1 for one without."""
    match = _NUMBERED.fullmatch(column)
    return (match[1], int(match[2])) if match else (column, 1)


def is_known(column: str) -> bool:
    """Whether it can be read."""
    name, number = split(column)
    return name in (COLUMNS if number == 1 else FURTHER)


def numbered(name: str, number: int) -> str:
    """The column of somebody's so-and-so-manieth of it."""
    return name if number == 1 else f"{name}.{number}"


def header(needed: Collection[str]) -> list[str]:
    """The columns of a file in which these have something to say: the plain ones always, then those that are needed."""
    further = sorted({split(column) for column in needed} - {(name, 1) for name in COLUMNS}, key=_place)
    return [*COLUMNS, *(numbered(name, number) for name, number in further)]


def _place(column: tuple[str, int]) -> tuple[int, int]:
    name, number = column
    return number, FURTHER.index(name)
