"""Masks of smooth shapes: drawn four times as big and scaled down, as Pillow draws without smoothing. Kept by size."""

from functools import lru_cache
from itertools import pairwise
from math import cos, pi, sin

from PIL import Image, ImageChops, ImageDraw

Point = tuple[float, float]
Mask = Image.Image
_FINER = 4


@lru_cache(maxsize=64)
def disc(size: int) -> Image.Image:
    """A filled circle."""
    mask, pen = _blank(size)
    pen.ellipse((0, 0, size * _FINER - 1, size * _FINER - 1), fill=255)
    return _scaled(mask, size)


@lru_cache(maxsize=64)
def ring(size: int, width: int, have: int = 1, of: int = 1) -> Image.Image:
    """A ring, or as much of it as ``have`` is of ``of``, from the top clockwise, with round ends."""
    mask, pen = _blank(size)
    whole, broad = size * _FINER, width * _FINER
    if have >= of:
        pen.ellipse((0, 0, whole - 1, whole - 1), fill=255)
        pen.ellipse((broad, broad, whole - 1 - broad, whole - 1 - broad), fill=0)
        return _scaled(mask, size)
    turn = 2 * pi * have / of
    pen.arc((0, 0, whole - 1, whole - 1), -90, -90 + 360 * have / of, fill=255, width=broad)
    for angle in (0.0, turn):
        x, y = whole / 2 + sin(angle) * (whole - broad) / 2, whole / 2 - cos(angle) * (whole - broad) / 2
        pen.ellipse((x - broad / 2, y - broad / 2, x + broad / 2, y + broad / 2), fill=255)
    return _scaled(mask, size)


@lru_cache(maxsize=64)
def scallop(size: int, waves: int = 14) -> Image.Image:
    """A disc with a wavy edge, as of a rosette."""
    edge = [
        _polar(0.5 * (0.955 + 0.045 * cos(waves * angle)), angle) for angle in (2 * pi * n / 360 for n in range(360))
    ]
    return polygon(size, tuple(edge))


@lru_cache(maxsize=256)
def polygon(size: int, points: tuple[Point, ...]) -> Image.Image:
    """A filled polygon; points are within the unit square."""
    mask, pen = _blank(size)
    pen.polygon([(x * size * _FINER, y * size * _FINER) for x, y in points], fill=255)
    return _scaled(mask, size)


@lru_cache(maxsize=256)
def line(size: int, points: tuple[Point, ...], width: float) -> Image.Image:
    """A line with round ends and joints; points and width are within the unit square."""
    mask, pen = _blank(size)
    whole, broad = size * _FINER, width * size * _FINER
    for (x, y), (u, v) in pairwise(points):
        pen.line((x * whole, y * whole, u * whole, v * whole), fill=255, width=round(broad))
    for x, y in points:
        pen.ellipse(
            (x * whole - broad / 2, y * whole - broad / 2, x * whole + broad / 2, y * whole + broad / 2), fill=255
        )
    return _scaled(mask, size)


@lru_cache(maxsize=4)
def circles(size: int, radius: int) -> Image.Image:
    """A circle and a ring that reach in from the upper right corner, itself round by ``radius``."""
    mask, pen = _blank(size)
    whole = size * _FINER
    pen.ellipse((whole * 0.38, -whole * 0.42, whole * 1.42, whole * 0.62), fill=255)
    pen.ellipse((whole * 0.02, -whole * 0.78, whole * 1.78, whole * 0.98), outline=255, width=whole // 30)
    panel, corner = _blank(size)
    corner.rounded_rectangle((-whole, 0, whole - 1, 2 * whole), radius * _FINER, fill=255)
    return _scaled(ImageChops.multiply(mask, panel), size)


def star(points: int = 5, inner: float = 0.5) -> tuple[Point, ...]:
    """Points of a star in the unit square; ``inner`` is the radius of its notches."""
    return tuple(_polar(0.5 if n % 2 == 0 else 0.5 * inner, pi * n / points) for n in range(2 * points))


def _polar(radius: float, angle: float) -> Point:
    return 0.5 + radius * sin(angle), 0.5 - radius * cos(angle)


def _blank(size: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    mask = Image.new("L", (size * _FINER, size * _FINER))
    return mask, ImageDraw.Draw(mask)


def _scaled(mask: Image.Image, size: int) -> Image.Image:
    return mask.resize((size, size), Image.Resampling.BOX)
