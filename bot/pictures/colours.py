"""The colours of a picture, all from the programme's one, readable by WCAG 2.2 (1.4.3 and 1.4.11)."""

import re
from dataclasses import dataclass
from typing import Any

RGB = tuple[int, int, int]

READABLE = 4.5
"""Least contrast of text."""
VISIBLE = 3.0
"""Least contrast of a shape that tells something."""

WHITE: RGB = (255, 255, 255)
BLACK: RGB = (0, 0, 0)
_INK: RGB = (33, 28, 24)
_OWN = "#14655a"


@dataclass(frozen=True, slots=True)
class Colours:
    """What is drawn in which colour; ``on_brand`` is text on the brand, the others stand on page and paper alike."""

    brand: RGB
    on_brand: RGB
    shade: RGB
    """Ornament on the brand: further from its text, so that the text is never harder to read on it."""
    page: RGB
    paper: RGB
    ink: RGB
    muted: RGB
    accent: RGB
    on_accent: RGB
    track: RGB
    """What is not filled yet of a bar, a ring, a card."""
    number: RGB
    """Text on the track."""


def colours(given: Any) -> Colours:
    """The colours for a programme's ``#rrggbb``; for anything else, for our own brown."""
    brand = _parsed(given if isinstance(given, str) and re.fullmatch(r"#[0-9a-fA-F]{6}", given) else _OWN)
    on_brand = WHITE if contrast(WHITE, brand) >= READABLE else _darkest(brand)
    page = mixed(mixed(brand, WHITE, 92), BLACK, 4)
    accent = until(brand, page, READABLE)
    track = mixed(accent, WHITE, 82)
    return Colours(
        brand=brand,
        on_brand=on_brand,
        shade=mixed(brand, BLACK if on_brand == WHITE else WHITE, 12),
        page=page,
        paper=WHITE,
        ink=_INK,
        muted=until((122, 114, 108), page, READABLE),
        accent=accent,
        on_accent=WHITE if contrast(WHITE, accent) >= READABLE else _INK,
        track=track,
        number=until(accent, track, READABLE),
    )


def contrast(one: RGB, other: RGB) -> float:
    """From 1 (none) to 21 (black on white)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def mixed(one: RGB, other: RGB, percent: int) -> RGB:
    """The one, with ``percent`` of the other in it."""
    red, green, blue = ((a * (100 - percent) + b * percent) // 100 for a, b in zip(one, other, strict=True))
    return red, green, blue


def until(colour: RGB, ground: RGB, least: float) -> RGB:
    """The colour, as much darker as it takes to be told from the ground."""
    for percent in range(0, 101, 4):
        darker = mixed(colour, BLACK, percent)
        if contrast(darker, ground) >= least:
            return darker
    return BLACK


def _darkest(ground: RGB) -> RGB:
    return _INK if contrast(_INK, ground) >= READABLE else BLACK


def _parsed(text: str) -> RGB:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _luminance(colour: RGB) -> float:
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (part / 255 for part in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
