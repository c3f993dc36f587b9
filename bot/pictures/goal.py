"""A goal: the reward a member saves for, as a ring that closes."""

from collections.abc import Mapping
from typing import Any

from bot.colours import WHITE
from bot.pictures import parts, shapes
from bot.pictures.canvas import Canvas, Mark
from bot.pictures.layout import Stack
from bot.pictures.typesetting import Type, fitted

_SIZE = 520
_BROAD = 60


def draw(data: Mapping[str, Any]) -> Stack:
    """``ProgressData``."""
    sheet = parts.sheet(data)
    colours = sheet.colours
    panel = sheet.inner(parts.PADDING, WHITE)
    parts.whose(panel, data, colours.accent, align="center")
    panel.text(data.get("title"), 68, colours.ink, bold=True, align="center", lines=3, gap=16, least=44)
    panel.gap(48)
    _ring(panel, *parts.amounts(data["progress"]))
    panel.text(data["progress"].get("text"), 48, colours.ink, bold=True, align="center", lines=2, gap=44)
    panel.text(data.get("text"), 42, colours.muted, align="center", lines=3, gap=12)
    sheet.panel(panel, parts.PADDING, parts.ROUND)
    return sheet


def _ring(stack: Stack, have: int, need: int) -> None:
    percent = 100 * have // need
    text = fitted(f"{percent}%", Type(stack.language, 120, bold=True), _SIZE - 4 * _BROAD)

    def draw_ring(canvas: Canvas, x: int, y: int) -> None:
        left, colours = x + (stack.width - _SIZE) // 2, stack.colours
        canvas.shape(shapes.ring(_SIZE, _BROAD), left, y, colours.track)
        if have:
            canvas.shape(shapes.ring(_SIZE, _BROAD, max(1, percent), 100), left, y, colours.accent)
        top = y + (_SIZE - text.height) // 2
        canvas.paragraph(text, left, top, _SIZE, colours.accent, stack.ground, align="center")
        canvas.marks.append(Mark("ring", left, y, left + _SIZE, y + _SIZE))

    stack.put(_SIZE, draw_ring)
