"""A shop's own colour in the chat and on our pages, as dark or light as it takes to be read (WCAG 2.2, 1.4.3)."""

from bot.colours import BLACK, RGB, WHITE, contrast, css, ink_on, mixed

_READABLE = 4.6
_TOKENS = ".regulars-chat,.dressed{{--accent:{accent};--on-accent:{on};--tint:{tint};--mine:{accent};--on-mine:{on}}}"
_GROUNDS = ((0xE6, 0xEE, 0xEA), BLACK), ((0x22, 0x2A, 0x28), WHITE)
"""What accented words stand on at worst, in light and dark, and what makes a colour stand out from it."""


def stylesheet(colour: RGB) -> str:
    """The tokens of the chat, and of a page that is dressed, in this colour, for both schemes."""
    light, dark = (_tokens(_readable(colour, *ground), ground[0]) for ground in _GROUNDS)
    return f"{light}@media(prefers-color-scheme:dark){{{dark}}}"


def _tokens(accent: RGB, ground: RGB) -> str:
    return _TOKENS.format(accent=css(accent), on=css(ink_on(accent)), tint=css(mixed(ground, accent, 8)))


def _readable(colour: RGB, ground: RGB, towards: RGB) -> RGB:
    shades = (mixed(colour, towards, percent) for percent in range(0, 101, 4))
    return next(shade for shade in shades if contrast(shade, mixed(ground, shade, 8)) >= _READABLE)
