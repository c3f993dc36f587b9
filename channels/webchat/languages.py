"""Which language a page speaks: what the browser asks for, as far as there are words."""

import re
from collections.abc import Iterable, Sequence

_RANGE = re.compile(r"([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,3})(?:\s*;\s*q=(0(?:\.\d{1,3})?|1(?:\.0{1,3})?))?")
_TRADITIONAL = {"tw", "hk", "mo"}
"""Regions whose Chinese is written in traditional characters (CLDR, likely subtags)."""


def accepted(header: str) -> list[str]:
    """The language tags of an ``Accept-Language`` header (RFC 9110 §12.5.4), best first."""
    ranges = [match for part in header.split(",")[:20] if (match := _RANGE.fullmatch(part.strip()))]
    ranked = sorted(ranges, key=lambda match: -float(match[2] or 1))
    return [match[1] for match in ranked if float(match[2] or 1) > 0]


def best(wanted: Iterable[str], languages: Sequence[str]) -> str:
    """The best of ``languages`` for tags in their order of preference, the first of them when none fits."""
    offered = [(one, *_written(one)) for one in languages]
    for tag in wanted:
        language, script = _written(tag)
        alike = [(one, its) for one, other, its in offered if other == language]
        if alike:
            return next((one for one, its in alike if its == script), alike[0][0])
    return languages[0]


def _written(tag: str) -> tuple[str, str]:
    """Language and script; a script only where it makes a difference to us."""
    language, *subtags = tag.lower().split("-")
    if language != "zh":
        return language, ""
    traditional = "hant" in subtags or ("hans" not in subtags and not _TRADITIONAL.isdisjoint(subtags))
    return language, "hant" if traditional else "hans"
