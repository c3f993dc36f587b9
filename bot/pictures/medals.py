"""Medals: a rosette with ribbons and an emblem; grey, with a ring for how far it is, while it is still open."""

from collections.abc import Mapping
from typing import Any
from zlib import crc32

from bot.colours import RGB, WHITE, mixed
from bot.pictures import parts, shapes
from bot.pictures.canvas import Canvas, Mark
from bot.pictures.colours import Colours

_GOLD: RGB = (226, 168, 43)
_LIGHT_GOLD: RGB = (247, 206, 100)
_DARK_GOLD: RGB = (133, 86, 8)
_SILVER: RGB = (206, 202, 198)
_LIGHT_SILVER: RGB = (226, 223, 220)
_DARK_SILVER: RGB = (148, 142, 137)

_LEFT = ((0.30, 0.52), (0.50, 0.52), (0.46, 0.98), (0.345, 0.87), (0.20, 0.95))
_RIGHT = tuple((1 - x, y) for x, y in _LEFT)
_CROWN = ((0.16, 0.30), (0.36, 0.48), (0.5, 0.22), (0.64, 0.48), (0.84, 0.30), (0.76, 0.76), (0.24, 0.76))
_BOLT = ((0.58, 0.06), (0.20, 0.56), (0.46, 0.56), (0.40, 0.94), (0.80, 0.42), (0.53, 0.42))
_HEART = (
    (0.5, 0.86), (0.16, 0.52), (0.11, 0.40), (0.13, 0.28), (0.21, 0.19), (0.31, 0.17), (0.42, 0.21), (0.5, 0.31),
    (0.58, 0.21), (0.69, 0.17), (0.79, 0.19), (0.87, 0.28), (0.89, 0.40), (0.84, 0.52),
)  # fmt: skip
_EMBLEMS = (shapes.star(), _CROWN, _BOLT, _HEART, shapes.star(8, 0.62), shapes.star(4, 0.42))


def medal(canvas: Canvas, badge: Mapping[str, Any], left: int, top: int, size: int) -> None:
    """A medal in a square."""
    earned = bool(badge.get("earned"))
    colours = canvas.colours
    edge, face, sign = (_GOLD, _LIGHT_GOLD, _DARK_GOLD) if earned else (_SILVER, _LIGHT_SILVER, _DARK_SILVER)
    disc = size * 72 // 100
    x, y = left + (size - disc) // 2, top
    _ribbons(canvas, colours, left, top, size, earned=earned)
    canvas.shape(shapes.scallop(disc), x, y, edge)
    inner = disc * 76 // 100
    _centred(canvas, shapes.disc(inner), x, y, disc, face)
    if not earned:
        _reached(canvas, badge, x, y, disc, inner)
    emblem = _EMBLEMS[crc32(str(badge.get("key") or badge.get("name")).encode(errors="replace")) % len(_EMBLEMS)]
    _centred(canvas, shapes.polygon(disc * 42 // 100, emblem), x, y, disc, sign)
    canvas.marks.append(Mark("medal", left, top, left + size, top + size))


def _ribbons(canvas: Canvas, colours: Colours, left: int, top: int, size: int, *, earned: bool) -> None:
    for points, other in ((_LEFT, 0), (_RIGHT, 18)):
        colour = mixed(colours.accent, WHITE, other) if earned else _DARK_SILVER if other else _SILVER
        canvas.shape(shapes.polygon(size, points), left, top, colour)


def _reached(canvas: Canvas, badge: Mapping[str, Any], x: int, y: int, disc: int, inner: int) -> None:
    have, need = parts.amounts(badge)
    if badge.get("need") and have > 0:
        _centred(canvas, shapes.ring(inner, disc // 14, have * 100 // need, 100), x, y, disc, canvas.colours.accent)


def _centred(canvas: Canvas, mask: shapes.Mask, x: int, y: int, within: int, colour: RGB) -> None:
    canvas.shape(mask, x + (within - mask.width) // 2, y + (within - mask.height) // 2, colour)
