"""What several kinds of picture are made of: the programme's name, a QR code, a way towards something."""

from collections.abc import Mapping
from typing import Any

from bot.colours import RGB, WHITE
from bot.pictures import shapes
from bot.pictures.canvas import Canvas, modules
from bot.pictures.colours import colours
from bot.pictures.layout import Draw, Stack

ROUND = 56
"""Radius of a panel's corners."""
PADDING = 56
_ORNAMENT = 420


def sheet(data: Mapping[str, Any]) -> Stack:
    """An empty picture in the programme's colours."""
    return Stack(colours(data.get("colour")), str(data.get("language") or "en"))


def whose(stack: Stack, data: Mapping[str, Any], colour: RGB, *, align: str = "left", gap: int = 0) -> None:
    """The programme's name."""
    stack.text(data.get("programme"), 40, colour, bold=True, align=align, gap=gap)


def code(stack: Stack, content: object, size: int) -> None:
    """A QR code on white, in the middle; nothing where there is nothing to hold or too much for a code."""
    found = modules(str(content or ""))
    if found is None:
        return

    def draw(canvas: Canvas, x: int, y: int) -> None:
        left = x + (stack.width - size) // 2
        canvas.panel(left, y, size, size, WHITE, 40)
        canvas.code(found, left, y, size)

    stack.put(size, draw)


def progress(stack: Stack, data: Mapping[str, Any]) -> None:
    """A bar, and below it the words."""
    have, need = amounts(data)
    stack.put(32, lambda canvas, x, y: canvas.bar(x, y, stack.width, 32, have, need))
    stack.text(data.get("text"), 38, stack.colours.ink, lines=2, gap=16)


def amounts(data: Mapping[str, Any]) -> tuple[int, int]:
    """How much there is of how much; nothing to reach is reached."""
    need = max(1, int(data.get("need") or 0))
    have = int(data.get("have") or 0) if data.get("need") else need
    return min(max(0, have), need), need


def ornament(stack: Stack, height: int) -> Draw:
    """Circles in the upper right corner of a panel of some height, which they do not leave."""
    size = min(_ORNAMENT, height)

    def draw(canvas: Canvas, x: int, y: int) -> None:
        if size > 2 * ROUND:
            canvas.shape(shapes.circles(size, ROUND), x + stack.width - size, y, stack.colours.shade)

    return draw
