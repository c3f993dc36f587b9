"""A stamp card: a row of stamps, filled or to come; the last is the reward."""

from collections.abc import Mapping
from typing import Any

from bot.colours import WHITE
from bot.pictures import parts, shapes
from bot.pictures.canvas import Canvas, Mark
from bot.pictures.layout import Stack
from bot.pictures.typesetting import Type, fitted

_MOST = 20
"""Stamps that are drawn one by one; more are a number."""
_CHECK = ((0.28, 0.52), (0.44, 0.68), (0.74, 0.34))


def draw(data: Mapping[str, Any]) -> Stack:
    """``StampsData``."""
    sheet = parts.sheet(data)
    panel = sheet.inner(parts.PADDING, WHITE)
    parts.whose(panel, data, sheet.colours.accent)
    put(panel, data["card"], across=5, size=160, title=60)
    sheet.panel(panel, parts.PADDING, parts.ROUND)
    return sheet


def put(stack: Stack, card: Mapping[str, Any], *, across: int, size: int, title: int) -> None:
    """A stamp card with its name, at most so many stamps in a row, and rows of about the same length."""
    have, need = parts.amounts(card)
    stack.text(card.get("name"), title, stack.colours.ink, bold=True, lines=2, gap=16)
    if need > _MOST:
        stack.text(f"{have} / {need}", title, stack.colours.accent, bold=True, gap=16)
        stack.gap(12)
        stack.put(32, lambda canvas, x, y: canvas.bar(x, y, stack.width, 32, have, need))
    else:
        stack.gap(28)
        rows = -(-need // across)
        _rows(stack, have, need, -(-need // rows), size)
    stack.text(card.get("text"), 38, stack.colours.muted, lines=2, gap=20)


def _rows(stack: Stack, have: int, need: int, across: int, size: int) -> None:
    space = (stack.width - across * size) // max(1, across - 1)
    space = min(space, size // 2)
    rows = -(-need // across)
    down = min(space, size // 4)

    def draw_all(canvas: Canvas, x: int, y: int) -> None:
        for number in range(need):
            left = x + number % across * (size + space)
            top = y + number // across * (size + down)
            _stamp(canvas, stack, (left, top), size, number, have, need)

    stack.put(rows * size + (rows - 1) * down, draw_all)


def _stamp(canvas: Canvas, stack: Stack, at: tuple[int, int], size: int, number: int, have: int, need: int) -> None:
    colours = stack.colours
    filled, last = number < have, number == need - 1
    if filled:
        canvas.shape(shapes.disc(size), *at, colours.accent)
    else:
        canvas.shape(shapes.disc(size), *at, colours.track)
    if last:
        _gift(canvas, at, size, colours.on_accent if filled else colours.accent)
    elif filled:
        canvas.shape(shapes.line(size, _CHECK, 0.09), *at, colours.on_accent)
    else:
        text = fitted(str(number + 1), Type(stack.language, size * 36 // 100, bold=True), size)
        top = at[1] + (size - text.height) // 2
        canvas.paragraph(text, at[0], top, size, colours.number, colours.track, align="center")
    canvas.marks.append(Mark("stamp", *at, at[0] + size, at[1] + size))


def _gift(canvas: Canvas, at: tuple[int, int], size: int, colour: tuple[int, int, int]) -> None:
    for line in _GIFT:
        canvas.shape(shapes.line(size, line, 0.055), *at, colour)


_GIFT = (
    ((0.30, 0.50), (0.30, 0.74), (0.70, 0.74), (0.70, 0.50)),
    ((0.25, 0.42), (0.75, 0.42), (0.75, 0.50), (0.25, 0.50), (0.25, 0.42)),
    ((0.50, 0.42), (0.50, 0.74)),
    ((0.50, 0.42), (0.36, 0.37), (0.35, 0.28), (0.42, 0.26), (0.50, 0.42)),
    ((0.50, 0.42), (0.64, 0.37), (0.65, 0.28), (0.58, 0.26), (0.50, 0.42)),
)
