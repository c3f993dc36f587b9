"""A shop's own colour in the chat, made as much darker or lighter as it takes to be read (WCAG 2.2, 1.4.3)."""

import re

RGB = tuple[int, int, int]
_READABLE = 4.6
_HEX = re.compile(r"[0-9a-fA-F]{6}")
_BLACK, _WHITE = (0, 0, 0), (255, 255, 255)
_TOKENS = ".regulars-chat{{--accent:{accent};--on-accent:{on};--tint:{tint};--mine:{accent};--on-mine:{on}}}"
_GROUNDS = ((0xE6, 0xEE, 0xEA), _BLACK), ((0x22, 0x2A, 0x28), _WHITE)
"""What accented words stand on at worst, in light and dark, and what makes a colour stand out from it."""


def parsed(text: str) -> RGB | None:
    """``b4602a``, with or without ``#``; None for anything else."""
    digits = text.removeprefix("#")
    return (int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)) if _HEX.fullmatch(digits) else None


def stylesheet(colour: RGB) -> str:
    """The chat's tokens in this colour, for both schemes."""
    light, dark = (_tokens(_readable(colour, *ground), ground[0]) for ground in _GROUNDS)
    return f"{light}@media(prefers-color-scheme:dark){{{dark}}}"


def contrast(one: RGB, other: RGB) -> float:
    """From 1 (none) to 21 (black on white)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _tokens(accent: RGB, ground: RGB) -> str:
    on = max(_WHITE, _BLACK, key=lambda ink: contrast(ink, accent))
    return _TOKENS.format(accent=_css(accent), on=_css(on), tint=_css(_mixed(ground, accent, 8)))


def _readable(colour: RGB, ground: RGB, towards: RGB) -> RGB:
    shades = (_mixed(colour, towards, percent) for percent in range(0, 101, 4))
    return next(shade for shade in shades if contrast(shade, _mixed(ground, shade, 8)) >= _READABLE)


def _mixed(one: RGB, other: RGB, percent: int) -> RGB:
    red, green, blue = ((a * (100 - percent) + b * percent) // 100 for a, b in zip(one, other, strict=True))
    return red, green, blue


def _luminance(colour: RGB) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in colour)]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _css(colour: RGB) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
