"""Quiet hours as people type them."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import time

from bot.conversation.intents import fold

_LONGEST = 60
_TIME = re.compile(
    r"(?<!\d)(\d{1,2})(?:\s*[:.点點时時h]\s*(\d\d)(?!\d))?(?!\d)\s*(am|pm|a\.m\.|p\.m\.|pagi|petang|malam)?"
)
_LATE = ("pm", "p.m.", "petang", "malam", "este", "晚上", "下午", "夜里", "夜裡")
_EARLY = ("am", "a.m.")


def quiet_hours(text: str) -> str | None:
    """``22:00-08:00`` out of "22-8", "10 pm to 8 am", "22 órától 8-ig"; None when it says no such thing."""
    said = unicodedata.normalize("NFKC", text[:_LONGEST]).casefold()
    try:
        start, end = _times(said)
    except ValueError:
        return None
    return f"{start:%H:%M}-{end:%H:%M}" if start != end else None


def none_meant(text: str, word: str) -> bool:
    """Whether "off" was said, in English or by the person's own ``word`` for it."""
    return fold(text) in (fold("off"), fold(word))


def _times(said: str) -> Iterator[time]:
    ended = 0
    for found in _TIME.finditer(said):
        hour, minute = int(found[1]), int(found[2] or 0)
        before, after = said[ended : found.start()], found[3] or ""
        if after in _EARLY and hour == 12:
            hour = 0
        if hour < 12 and (after in _LATE or any(word in before for word in _LATE)):
            hour += 12
        yield time(0 if hour == 24 else hour, minute)
        ended = found.end()
