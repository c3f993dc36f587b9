"""The colours of a picture, all from the programme's one, readable by WCAG 2.2 (1.4.3 and 1.4.11)."""

from dataclasses import dataclass
from typing import Any

from bot.colours import BLACK, OWN, READABLE, RGB, WHITE, contrast, mixed, parsed, standing_out

_INK: RGB = (33, 28, 24)


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
    """The colours for a programme's ``#rrggbb``; for anything else, for our own."""
    brand = (parsed(given) if isinstance(given, str) else None) or OWN
    on_brand = WHITE if contrast(WHITE, brand) >= READABLE else _darkest(brand)
    page = mixed(mixed(brand, WHITE, 92), BLACK, 4)
    accent = standing_out(brand, page, BLACK)
    track = mixed(accent, WHITE, 82)
    return Colours(
        brand=brand,
        on_brand=on_brand,
        shade=mixed(brand, BLACK if on_brand == WHITE else WHITE, 12),
        page=page,
        paper=WHITE,
        ink=_INK,
        muted=standing_out((122, 114, 108), page, BLACK),
        accent=accent,
        on_accent=WHITE if contrast(WHITE, accent) >= READABLE else _INK,
        track=track,
        number=standing_out(accent, track, BLACK),
    )


def _darkest(ground: RGB) -> RGB:
    return _INK if contrast(_INK, ground) >= READABLE else BLACK
