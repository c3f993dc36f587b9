"""Colours as levels of red, green and blue from 0 to 255, and which can be told apart (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re

RGB = tuple[int, int, int]
WHITE: RGB = (255, 255, 255)
BLACK: RGB = (0, 0, 0)
OWN: RGB = (0x14, 0x65, 0x5A)
"""The green of who has told no colour."""
READABLE = 4.5
"""Least contrast of text."""
_HEX = re.compile(r"#?([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")


def parsed(text: str) -> RGB | None:
    """``b4602a``, with or without ``#``; None for anything else."""
    found = _HEX.fullmatch(text)
    return (int(found[1], 16), int(found[2], 16), int(found[3], 16)) if found else None


def css(colour: RGB) -> str:
    """``#b4602a``"""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def mixed(one: RGB, other: RGB, percent: int) -> RGB:
    """The one, with ``percent`` of the other in it."""
    red, green, blue = ((a * (100 - percent) + b * percent) // 100 for a, b in zip(one, other, strict=True))
    return red, green, blue


def contrast(one: RGB, other: RGB) -> float:
    """From 1 (none) to 21 (black on white)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def ink_on(ground: RGB) -> RGB:
    """Black or white, whichever stands out more."""
    return max(WHITE, BLACK, key=lambda ink: contrast(ink, ground))


def standing_out(colour: RGB, ground: RGB, towards: RGB, least: float = READABLE) -> RGB:
    """The colour, with as much of ``towards`` (black or white) as it takes to be told from the ground."""
    shades = (mixed(colour, towards, percent) for percent in range(0, 101, 4))
    return next((shade for shade in shades if contrast(shade, ground) >= least), towards)


def _luminance(colour: RGB) -> float:
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (part / 255 for part in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
