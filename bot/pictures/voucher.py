"""A voucher as a ticket: the reward above the tear line, the code to be scanned below."""

from collections.abc import Mapping
from typing import Any

from bot.colours import WHITE
from bot.pictures import parts, shapes
from bot.pictures.canvas import Canvas
from bot.pictures.layout import Stack

_NOTCH = 56
_DASH = 18


def draw(data: Mapping[str, Any]) -> Stack:
    """``VoucherData``."""
    sheet = parts.sheet(data)
    colours = sheet.colours
    panel = sheet.inner(parts.PADDING, colours.brand)
    parts.whose(panel, data, colours.on_brand, align="center")
    panel.text(data.get("reward"), 84, colours.on_brand, bold=True, align="center", lines=3, gap=20, least=48)
    stub = sheet.inner(parts.PADDING, WHITE)
    parts.code(stub, data.get("code"), 620)
    stub.text(data.get("code"), 76, colours.ink, bold=True, align="center", gap=8, least=32, lines=3)
    stub.text(data.get("valid"), 42, colours.muted, align="center", lines=2, gap=12)
    _ticket(sheet, panel, stub)
    return sheet


def _ticket(sheet: Stack, panel: Stack, stub: Stack) -> None:
    above, below = panel.height + 2 * parts.PADDING, stub.height + 2 * parts.PADDING
    ornament = parts.ornament(sheet, above)

    def draw(canvas: Canvas, x: int, y: int) -> None:
        colours, tear = sheet.colours, y + above
        canvas.panel(x, y, sheet.width, above + below, WHITE, parts.ROUND)
        canvas.panel(x, y, sheet.width, above, colours.brand, parts.ROUND)
        canvas.panel(x, tear - parts.ROUND, sheet.width, parts.ROUND, colours.brand, 0)
        ornament(canvas, x, y)
        for left in (x - _NOTCH // 2, x + sheet.width - _NOTCH // 2):
            canvas.shape(shapes.disc(_NOTCH), left, tear - _NOTCH // 2, colours.page)
        for left in range(x + _NOTCH, x + sheet.width - _NOTCH, 2 * _DASH):
            canvas.panel(left, tear - 2, _DASH, 4, colours.page, 2)
        panel.draw(canvas, x + parts.PADDING, y + parts.PADDING)
        stub.draw(canvas, x + parts.PADDING, tear + parts.PADDING)

    sheet.put(above + below, draw)
